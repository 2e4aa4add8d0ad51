"""Where a file is not UTF-8."""

from __future__ import annotations

from smslint.reading.schema import Mistake


def not_utf_8(error: UnicodeDecodeError, path: str, what: str) -> Mistake:
    """What is wrong with the file at `path`, which is `what` and was decoded as a whole, at its first byte that is not
    UTF-8."""
    data, start = bytes(error.object), error.start
    before = data[:start].decode("utf-8")
    number = before.count("\n")
    other = "it is UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else f"byte 0x{data[start]:02X} is not UTF-8"
    words = f"{what} cannot be read: {other}: save it as UTF-8"
    source = data.split(b"\n")[number].decode("utf-8", "replace").rstrip("\r")
    return Mistake(path, number + 1, len(before) - before.rfind("\n"), words, "" if "\0" in source else source, start)
