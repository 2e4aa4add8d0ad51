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
        words = f"the catalogue `{where}` of `{language}` is no file here: correct the path, or take it out"
        raise MistakesFound([loaded.reader.told(loaded.config.catalogue_names[language], words)])
    return None


def read(path: Path) -> Catalogue:
    """The catalogue at `path`. Raises MistakesFound, OSError."""
    if path.stat().st_size > SIZE_MAX:
        raise _mistake(shown(path), 1, f"the catalogue has more than {SIZE_MAX:,} bytes")
    try:
        return parse(path.read_bytes().decode("utf-8"), shown(path))
    except UnicodeDecodeError as error:
        from smslint.linting.encoding import not_utf_8

        raise MistakesFound([not_utf_8(error, shown(path), "the catalogue")]) from None


def parse(text: str, path: str) -> Catalogue:
    """The catalogue of a .po file with this text; `path` is shown. Raises MistakesFound."""
    import polib

    try:
        # A text that begins with a line end is the path of no file, which polib would open.
        found = polib.pofile("\n" + text)
    except (OSError, ValueError, IndexError) as error:
        line = _LINE.search(str(error))
        words = "the catalogue cannot be read: correct this line" if line else f"the catalogue cannot be read: {error}"
        raise _mistake(path, int(line[1]) - 1 if line else 1, words, text) from None
    try:
        plural = _plural(str(found.metadata.get("Plural-Forms", "")))
    except ValueError as error:
        number = text[: text.find("Plural-Forms")].count("\n") + 1
        words = f"the Plural-Forms of the catalogue cannot be read: {error}"
        raise _mistake(path, number, words, text) from None
    return Catalogue(path, dict(_entries(found)), plural)


def _entries(found: Any) -> Iterator[tuple[tuple[str | None, str, bool], tuple[str, ...]]]:
    for entry in found:
        if entry.obsolete or entry.fuzzy:
            continue
        plural = entry.msgstr_plural
        forms = tuple(plural[number] for number in sorted(plural)) if plural else (entry.msgstr,)
        if forms[0]:  # as msgfmt asks
            yield (entry.msgctxt, entry.msgid, bool(plural)), forms


def _plural(header: str) -> Callable[[int], int]:
    """Which form a number takes. Raises ValueError."""
    match = _PLURAL.fullmatch(header)
    if not header.strip():
        return lambda n: int(n != 1)
    try:
        if match is None:
            raise ValueError("it must be `nplurals=…; plural=…;`")
        form: Callable[[int], int] = gettext.c2py(match["expression"].strip())
        form(1)
    except (ZeroDivisionError, OverflowError, SyntaxError, MemoryError) as error:
        raise ValueError(error) from None
    return form


def _mistake(path: str, line: int, words: str, text: str = "") -> MistakesFound:
    lines = text.split("\n")
    source = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    return MistakesFound([Mistake(path, max(line, 1), 1, words, source)])
