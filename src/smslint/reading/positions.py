"""Offsets to lines, columns and display cells: derived at the very end, each reporter in its own unit."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a file: line and column from 1, the column in code points; offset from 0, in code points."""

    line: int
    column: int
    offset: int


class Lines:
    """The lines of a file as it stands on disk; LF, CRLF and CR end one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._returns = "\r" in text

    @cached_property
    def _starts(self) -> list[int]:
        import re

        return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", self.text))]

    def position(self, offset: int) -> Position:
        offset = max(0, min(offset, len(self.text)))
        if not self._returns:
            return Position(self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset), offset)
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1, offset)

    def start(self, number: int) -> int:
        """The offset at which line `number` (from 1) begins."""
        return self._starts[min(number, len(self._starts)) - 1]

    def line(self, number: int) -> str:
        """Line `number` (from 1) without its end."""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")


def cells(text: str) -> int:
    """How many cells of a terminal `text` takes: two for a wide character or an emoji, none for a combining mark."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth, wcwidth

    width = wcswidth(text)
    return int(width if width >= 0 else sum(max(0, wcwidth(character)) for character in text))


_BEFORE_MAX = 60  # code points of a source line that are shown before a finding,
_SHOWN_MAX = 120  # and in all from there


def visible(text: str) -> str:
    """`text` with control characters made visible, one cell each; tabs become one space."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if 0x7F <= code < 0xA0 or 0xD800 <= code <= 0xDFFF or code in _INVISIBLE:
        return "\ufffd"
    return character


_INVISIBLE = frozenset((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))


def caret(source: str, start: int, end: int) -> str:
    """The source line and, under it, carets from code point `start` to `end`; both indented, long lines cut."""
    source = visible(source)
    low = max(0, start - _BEFORE_MAX) if len(source) > _SHOWN_MAX else 0
    high = low + _SHOWN_MAX
    head = ("…" if low else "") + source[low:start]
    found = source[start : min(end, high)]
    tail = source[start + len(found) : high] + ("…" if high < len(source) else "")
    return f"  {head}{found}{tail}\n  {' ' * cells(head)}{'^' * max(1, cells(found))}"
