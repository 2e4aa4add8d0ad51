"""Where a file is not UTF-8."""

from __future__ import annotations

from smslint.reading.positions import Lines
from smslint.reading.schema import Mistake

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # what it begins with


def mostly_nul(data: bytes) -> bool:
    """Whether more than a third of `data` is NUL bytes: UTF-16 of a Latin text without a byte order mark, which may be
    valid UTF-8 too, or no text."""
    return 3 * data.count(0) > len(data)


def cause(data: bytes, start: int, file: str) -> str:
    """Why `file` with the content `data` is not UTF-8 at the byte `start`, and what to do."""
    other = f"byte 0x{data[start]:02X} is not UTF-8"
    if data[:2] in _UTF_16 or mostly_nul(data):
        other = f"{file} is UTF-16" + ("" if data[:2] in _UTF_16 else " without a byte order mark, or no text")
    return f"{other}: save it as UTF-8"


def not_utf_8(error: UnicodeDecodeError, path: str, what: str) -> Mistake:
    """What is wrong with the file at `path`, which is `what` and was decoded as a whole, at its first byte that is not
    UTF-8."""
    data, start = bytes(error.object), error.start
    lines = Lines(data.decode("utf-8", "replace"))
    at = lines.position(len(data[:start].decode("utf-8")))
    source = lines.line(at.line)
    words = f"{what} cannot be read: {cause(data, start, 'it')}"
    return Mistake(path, at.line, at.column, words, "" if "\0" in source else source, start)
