"""Message catalogues: `.po` files read to what templates are translated to.

Entries that gettext leaves out when it compiles a catalogue (fuzzy, obsolete, without a translation) are left out. The
expression of the plural forms is compiled by the standard library's `gettext`, which lets only numbers, `n` and
operators through, up to 1,000 characters.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from smslint.linting.project import Loaded, shown
from smslint.reading.schema import Mistake, MistakesFound
from smslint.tree.lowering import Catalogue

SIZE_MAX = 8 * 1024 * 1024  # bytes of one catalogue

_PLURAL = re.compile(r"\s*nplurals\s*=\s*\d+\s*;\s*plural\s*=(?P<expression>[^;]+);?\s*")
_LINE = re.compile(r"\(line (\d+)\)")


def catalogue(language: str, loaded: Loaded) -> Catalogue | None:
    """What templates in `language` are translated to; None where the configuration names nothing for it. Raises
    MistakesFound."""
    for name in loaded.config.catalogues_for(language):
        path = loaded.folder / name
        if path.is_file() and path.resolve().is_relative_to(loaded.root.resolve()):
            return loaded.once(path, partial(read, path))
    where = loaded.config.catalogues.get(language)
    if where is not None:
        words = f"the catalogue `{where}` of `{language}` is no file here"
        raise MistakesFound([Mistake(loaded.reader.path, 1, 1, words)])
    return None


def read(path: Path) -> Catalogue:
    """The catalogue at `path`. Raises MistakesFound, OSError."""
    if path.stat().st_size > SIZE_MAX:
        raise _mistake(shown(path), 1, f"the catalogue has more than {SIZE_MAX:,} bytes")
    try:
        return parse(path.read_bytes().decode("utf-8"), shown(path))
    except UnicodeDecodeError:
        raise _mistake(shown(path), 1, "the catalogue is not UTF-8: save it as UTF-8") from None


def parse(text: str, path: str) -> Catalogue:
    """The catalogue of a .po file with this text; `path` is shown. Raises MistakesFound."""
    import polib

    try:
        # A text that begins with a line end is the path of no file, which polib would open.
        found = polib.pofile("\n" + text)
    except (OSError, ValueError, IndexError) as error:
        line = _LINE.search(str(error))
        words = "the catalogue cannot be read: correct this line" if line else f"the catalogue cannot be read: {error}"
        raise _mistake(path, int(line[1]) - 1 if line else 1, words) from None
    plural = _plural(path, str(found.metadata.get("Plural-Forms", "")))
    return Catalogue(path, dict(_entries(found)), plural)


def _entries(found: Any) -> Iterator[tuple[tuple[str | None, str, bool], tuple[str, ...]]]:
    for entry in found:
        if entry.obsolete or entry.fuzzy:
            continue
        plural = entry.msgstr_plural
        forms = tuple(plural[number] for number in sorted(plural)) if plural else (entry.msgstr,)
        if any(forms):
            yield (entry.msgctxt, entry.msgid, bool(plural)), forms


def _plural(path: str, header: str) -> Callable[[int], int]:
    match = _PLURAL.fullmatch(header)
    if not header.strip():
        return lambda n: int(n != 1)
    try:
        if match is None:
            raise ValueError("it must be `nplurals=…; plural=…;`")
        form: Callable[[int], int] = gettext.c2py(match["expression"].strip())
        form(1)
    except (ValueError, ZeroDivisionError, OverflowError, SyntaxError, MemoryError) as error:
        raise _mistake(path, 1, f"the Plural-Forms of the catalogue cannot be read: {error}") from None
    return form


def _mistake(path: str, line: int, words: str) -> MistakesFound:
    return MistakesFound([Mistake(path, max(line, 1), 1, words)])
