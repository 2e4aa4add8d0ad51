"""Sets of characters as bits of a number, for judging patterns: never too few, whatever a class says."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from smslint.matching.syntax import parser

# Characters as bits: those below _EXACT, the slots of paths, and for all others a few bits that many share.
_EXACT = 0x600
_OWN = (*range(0xE000, 0xE100), *(code for code in range(0x1600, 0x3001) if chr(code).isspace()))
_PLACES = {code: _EXACT + number for number, code in enumerate(_OWN)}
_FIRST_SHARED = _EXACT + len(_OWN)
_SHARED = 128
ALL = (1 << (_FIRST_SHARED + _SHARED)) - 1
_OTHERS = ALL >> _FIRST_SHARED << _FIRST_SHARED


def _bit(code: int) -> int:
    if code < _EXACT:
        return 1 << code
    if code in _PLACES:
        return 1 << _PLACES[code]
    return 1 << (_FIRST_SHARED + code % _SHARED)


def _span(low: int, high: int) -> int:
    """The bits of the characters from `low` to `high`."""
    found = ((1 << (min(high, _EXACT - 1) + 1)) - 1) >> low << low if low < _EXACT else 0
    for code, place in _PLACES.items():
        if low <= code <= high:
            found |= 1 << place
    if high >= _EXACT:
        first = max(low, _EXACT)
        found |= _OTHERS if high - first > 2 * _SHARED else sum({_bit(code) for code in range(first, high + 1)})
    return found


_TESTS: dict[str, Callable[[str], bool]] = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": lambda character: character.isalnum() or character == "_",
}


@lru_cache
def _category(name: str, ascii_only: bool) -> int:
    test = _TESTS[name.rpartition("_")[2]]
    known = range(128) if ascii_only else (*range(_EXACT), *_OWN)
    found = sum(_bit(code) for code in known if test(chr(code)))
    others = 0 if ascii_only or test is str.isspace else _OTHERS
    return (ALL & ~found) | _OTHERS if "_NOT_" in name else found | others


def mask_of(name: str, argument: Any, flags: int) -> int | None:
    """The characters that one position takes, never too few; None where the part is no position."""
    folds = bool(flags & parser.SRE_FLAG_IGNORECASE)
    if name == "ANY":
        return ALL if flags & parser.SRE_FLAG_DOTALL else ALL & ~_bit(10)
    if name in ("LITERAL", "NOT_LITERAL"):
        found = _literal(argument, folds)
        return found if name == "LITERAL" else (ALL & ~found) | _OTHERS
    if name != "IN":
        return None
    found = 0
    inner = [(str(kind), value) for kind, value in argument]
    for kind, value in inner:
        if kind == "LITERAL":
            found |= _literal(value, folds)
        elif kind == "RANGE":
            found |= _span(*value) if not folds else _folded_span(*value)
        elif kind == "CATEGORY":
            found |= _category(str(value), bool(flags & parser.SRE_FLAG_ASCII))
    return (ALL & ~found) | _OTHERS if inner[0][0] == "NEGATE" else found


def _literal(code: int, folds: bool) -> int:
    return _bit(code) | _equal().get(_plain(code), 0) if folds else _bit(code)


def _plain(code: int) -> str:
    return "i" if code in (0x49, 0x69, 0x130, 0x131) else chr(code).casefold()


@lru_cache
def _equal() -> dict[str, int]:
    """The characters that are the same without case, those beyond these blocks but for their own bits."""
    found: dict[str, int] = {}
    for code in (*range(_EXACT), *range(0x1E00, 0x2200)):
        found[_plain(code)] = found.get(_plain(code), 0) | _bit(code)
    return found


def _folded_span(low: int, high: int) -> int:
    if high - low > _EXACT:
        return ALL
    found = _span(low, high)
    for code in range(low, high + 1):
        found |= _literal(code, True)
    return found


def sample(mask: int) -> str:
    for code in (*range(0x61, 0x7B), *range(0x30, 0x3A), 0x20, *range(0x21, _EXACT)):
        if mask >> code & 1:
            return chr(code)
    return "…"
