"""Folders without a template; globs of a configuration that no template matches, and examples that fit none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from smslint.configuration.config import FILE_NAME
from smslint.configuration.examples import Place
from smslint.configuration.globs import Globs
from smslint.linting.findings import Failure, TemplateReport
from smslint.linting.project import Loaded, Project, absolute, below, shown
from smslint.reading.schema import Mistake


def empty(folders: Sequence[Path], files: Sequence[Path], project: Project) -> Iterator[Failure]:
    """A note for each of `folders` in which none of `files` stands: what was looked for."""
    for folder in folders:
        if not any(below(absolute(file), absolute(folder)) for file in files):
            yield Failure(shown(folder), f"no template is in this folder: {_asked(project.of(folder))}")


def _asked(loaded: Loaded) -> str:
    config = loaded.config
    wanted = ", ".join(f"`{pattern}`" for pattern in config.include.patterns) or "nothing"
    left_out = ", ".join(f"`{pattern}`" for pattern in config.exclude.patterns)
    but = f", and `exclude` leaves out {left_out}" if left_out else ""
    stated = config.settings.get("include") or config.settings.get("include+")
    if stated is not None:
        slashes = _slashes("".join(config.include.patterns))
        return f"`include` ({stated.where}) asks for {wanted}{but}{slashes and f'; {slashes}'}"
    return f"those are {wanted}{but}; set `include` in {config.path or FILE_NAME} where yours have other names"


def _slashes(pattern: str) -> str:
    """What to do about a glob with the backslashes of a path of Windows."""
    return "folders are parted by `/` on every system: write it for `\\`" if "\\" in pattern else ""


def globs(folders: Sequence[Path], files: Sequence[Path], project: Project) -> Iterator[Mistake]:
    """A note for each glob of a configuration that matches none of `files`, the templates in `folders`, if all of its
    folder is in those."""
    for loaded in _walked(folders, project):
        for name in loaded.config.glob_names:
            own = (loaded.relative(file) for file in files if project.of_file(file) is loaded)
            first = next(own, None)
            if first is not None and not any(map(Globs((name.text,)).match, chain((first,), own))):
                what = _slashes(name.text) or "correct it, or take it out"
                yield loaded.reader.told(name, f"no template matches `{name.text[:60]}`: {what}")


def idle(folders: Sequence[Path], templates: Sequence[TemplateReport], project: Project) -> Iterator[Failure]:
    """A note for each file of examples for no templates in particular of which some were tried with none of
    `templates`, those in `folders`."""
    tried = {one.place for template in templates for one in template.examples}
    for loaded in _walked(folders, project):
        contexts = (one for entry in loaded.config.examples if entry.files is None for one in entry.contexts)
        waiting: dict[str, list[Place]] = {}
        for one in contexts:
            if one.place not in tried:
                waiting.setdefault(one.place.path, []).append(one.place)
        for path, places in waiting.items():
            yield Failure(path, _idle(len(places) - 1), *places[0][1:3])


def _idle(others: int) -> str:
    more = f", nor with {others} other{'s' if others > 1 else ''} of this file" if others else ""
    why = "give it all that a template uses and cannot be undefined, or say which templates it is for, under `files`"
    return f"no template is tried with this example{more}: {why}"


def _walked(folders: Sequence[Path], project: Project) -> Iterator[Loaded]:
    """The configurations of which all of the folder is in `folders`."""
    walked = [Path(absolute(folder)) for folder in folders]
    return (one for one in project.loaded if any(one.folder.is_relative_to(folder) for folder in walked))
