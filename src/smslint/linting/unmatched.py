"""Folders without a template, and globs of a configuration that no template matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from smslint.configuration.config import FILE_NAME
from smslint.configuration.globs import Globs
from smslint.linting.findings import Failure
from smslint.linting.project import Loaded, Project, absolute, shown
from smslint.reading.schema import Mistake


def empty(folders: Sequence[Path], files: Sequence[Path], project: Project) -> Iterator[Failure]:
    """A note for each of `folders` in which none of `files` stands: what was looked for."""
    places = [Path(absolute(file)) for file in files]
    for folder in folders:
        if not any(file.is_relative_to(absolute(folder)) for file in places):
            yield Failure(shown(folder), f"no template is in this folder: {_asked(project.of(folder))}")


def _asked(loaded: Loaded) -> str:
    config = loaded.config
    wanted = ", ".join(f"`{pattern}`" for pattern in config.include.patterns) or "nothing"
    left_out = ", ".join(f"`{pattern}`" for pattern in config.exclude.patterns)
    but = f", and `exclude` leaves out {left_out}" if left_out else ""
    stated = config.settings.get("include") or config.settings.get("include+")
    if stated is not None:
        return f"`include` ({stated.where}) asks for {wanted}{but}"
    return f"those are {wanted}{but}; set `include` in {config.path or FILE_NAME} where yours have other names"


def globs(folders: Sequence[Path], files: Sequence[Path], project: Project) -> Iterator[Mistake]:
    """A note for each glob of a configuration that matches none of `files`, the templates in `folders`, if all of its
    folder is in those."""
    walked = [Path(absolute(folder)) for folder in folders]
    for loaded in project.loaded:
        names = loaded.config.glob_names
        if names and any(loaded.folder.is_relative_to(folder) for folder in walked):
            own = [loaded.relative(file) for file in files if project.of_file(file) is loaded]
            for name in names if own else ():
                glob = Globs((name.text,))
                if not any(map(glob.match, own)):
                    yield loaded.reader.told(
                        name, f"no template matches `{name.text[:60]}`: correct it, or take it out"
                    )
