"""Where a file is not UTF-8."""

from __future__ import annotations

from smslint.reading.positions import Lines
from smslint.reading.schema import Mistake

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # what it begins with


def cause(error: UnicodeDecodeError, file: str) -> str:
    """Why `file` is not UTF-8, and what to do."""
    data, start = bytes(error.object), error.start
    other = f"{file} is UTF-16" if data[:2] in _UTF_16 else f"byte 0x{data[start]:02X} is not UTF-8"
    return f"{other}: save it as UTF-8"


def not_utf_8(error: UnicodeDecodeError, path: str, what: str) -> Mistake:
    """What is wrong with the file at `path`, which is `what` and was decoded as a whole, at its first byte that is not
    UTF-8."""
    data, start = bytes(error.object), error.start
    lines = Lines(data.decode("utf-8", "replace"))
    at = lines.position(len(data[:start].decode("utf-8")))
    source = lines.line(at.line)
    words = f"{what} cannot be read: {cause(error, 'it')}"
    return Mistake(path, at.line, at.column, words, "" if "\0" in source else source, start)
