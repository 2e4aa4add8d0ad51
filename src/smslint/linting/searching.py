"""Other templates, found on disk by the names that templates give them: below the folders of `search_path`, and never
through a symbolic link out of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from smslint.configuration import sources
from smslint.configuration.sources import FILE_SIZE_MAX
from smslint.linting.project import Loaded, absolute, shown
from smslint.tree.lowering import Around, Catalogue, File, Files

FOLDERS_MAX = 32  # above a template that are looked in


def around(path: Path, loaded: Loaded) -> Around:
    """What finds what the template at `path` brings in."""

    def catalogues(language: str) -> Catalogue | None:
        if not loaded.config.catalogues:
            return None
        from smslint.linting.catalogues import catalogue

        return catalogue(language, loaded)

    return Around(files(path, loaded), catalogues)


def files(path: Path, loaded: Loaded) -> Files:
    """What finds the templates that the one at `path` brings in, by name."""
    given = loaded.config.search_path

    def found(name: str) -> File | str:
        folders = [loaded.folder / name for name in given] if given else list(_above(Path(absolute(path)), loaded))
        return _found(name, folders, loaded, bool(given))

    return found


def _above(path: Path, loaded: Loaded) -> Iterator[Path]:
    """The template's folder, and those above it up to that of the configuration."""
    for number, folder in enumerate(path.parents):
        yield folder
        if folder == loaded.folder or number >= FOLDERS_MAX or not folder.is_relative_to(loaded.folder):
            return


def _found(name: str, folders: Sequence[Path], loaded: Loaded, given: bool) -> File | str:
    parts = name.split("/")
    if ".." in parts or "\\" in name or "\0" in name:
        return f"`{name[:80]}` leads out of the search path: name it from a folder of `search_path`"
    inner = "/".join(part for part in parts if part not in ("", "."))
    root = loaded.root.resolve()
    found = list(dict.fromkeys(one for folder in folders if (one := _inside(folder, inner, root)) is not None))
    if not found:
        where = ", ".join(f"`{shown(folder)}`" for folder in folders)
        return f"`{name[:80]}` is no file in {where}: correct the name, or set `search_path` in .smslint.yaml"
    if len(found) > 1 and not given:
        both = " or ".join(f"`{shown(one)}`" for one in found)
        return f"`{name[:80]}` may be {both}: set `search_path` in .smslint.yaml"
    return _read(found[0])


def _inside(folder: Path, name: str, root: Path) -> Path | None:
    """The file `name` of `folder`, if it is below it without links that lead elsewhere."""
    try:
        top, file = folder.resolve(), (folder / name).resolve()
        return file if file.is_relative_to(top) and top.is_relative_to(root) and file.is_file() else None
    except (OSError, RuntimeError, ValueError):  # too long a name, a circle of links
        return None


def _read(path: Path) -> File | str:
    try:
        if path.stat().st_size > FILE_SIZE_MAX:
            return f"`{shown(path)}` has more than {FILE_SIZE_MAX:,} bytes, so it was not read"
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or "it cannot be opened"
        return f"`{shown(path)}` cannot be read: {why}"
    return File(shown(path), sources.template(text).text)
