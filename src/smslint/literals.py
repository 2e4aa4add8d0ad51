"""Texts of which any match of a regular expression holds at least one: what to look for before searching, and where.

Read off the tree that Python's own parser makes of the expression, without case and accents (`fold`): a sequence holds
what any of its parts must hold, an alternative what each of its branches does. Where nothing can be said, None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from smslint.folding import fold

try:
    from re import _constants as _codes  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_constants as _codes
    import sre_parse as _parser

LITERALS_MAX = 40  # of one pattern
LENGTH_MIN = 2  # characters; a single letter stands everywhere
WIDTH_MAX = 300  # characters of a match, for which it is worth to begin further on
PRIVATE_USE = ("\ue000", "\uf8ff")  # what stands for slots
_CLASS_MAX = 8  # characters of a class that are tried one by one

_REPEATS = (
    _codes.MAX_REPEAT,
    _codes.MIN_REPEAT,
    *([_codes.POSSESSIVE_REPEAT] if hasattr(_codes, "POSSESSIVE_REPEAT") else []),
)
_GROUPS = (_codes.ATOMIC_GROUP,) if hasattr(_codes, "ATOMIC_GROUP") else ()

Literals = frozenset[str]


class Anchors(NamedTuple):
    """Folded texts of which every match of a pattern holds one, and the most characters that stand before it there."""

    texts: Literals
    before: int


def literals(source: str) -> Literals | None:
    """Folded texts, one of which stands in every (folded) text that `source` matches in; None where none is sure to."""
    return _long_enough(_sequence(_parsed(source), around=True))


def anchors(source: str) -> Anchors | None:
    """Where to search for `source`; None where that is anywhere."""
    parsed = _parsed(source)
    found = _long_enough(_sequence(parsed, around=False))
    width = parsed.getwidth()[1]
    return None if found is None or width > WIDTH_MAX else Anchors(found, width)


def _parsed(source: str) -> Any:
    try:
        return _parser.parse(source)
    except (RecursionError, OverflowError, _parser.error):
        return _parser.parse("")


def _long_enough(found: Literals | None) -> Literals | None:
    return found if found and min(map(_length, found)) >= LENGTH_MIN else None


def _length(text: str) -> int:
    """The length of a text; a slot, which is rare, counts as a word."""
    return LENGTH_MIN if PRIVATE_USE[0] <= text[0] <= PRIVATE_USE[1] else len(text)


def _sequence(parts: Any, around: bool) -> Literals | None:
    """The best of what the parts of a sequence hold; `around`: and what they look ahead or behind for."""
    return max(_held(parts, around), key=_worth, default=None)


def _worth(found: Literals) -> tuple[bool, int, int]:
    shortest = min(map(_length, found))
    return shortest >= LENGTH_MIN, min(shortest, 4), -len(found)


def _held(parts: Any, around: bool) -> Iterator[Literals]:
    run = ""
    for code, argument in parts:
        character = _character(code, argument)
        if character is not None:
            run += character
        elif code is not _codes.AT:
            if run:
                yield frozenset((run,))
            run = ""
            inner = _inner(code, argument, around)
            if inner:
                yield inner
    if run:
        yield frozenset((run,))


def _character(code: Any, argument: Any) -> str | None:
    """The folded character that this part is, whatever it matches."""
    if code is _codes.LITERAL:
        return fold(chr(argument))
    if code is _codes.IN and len(argument) <= _CLASS_MAX and all(c is _codes.LITERAL for c, _ in argument):
        folded = {fold(chr(one)) for _, one in argument}
        return folded.pop() if len(folded) == 1 else None
    return None


def _inner(code: Any, argument: Any, around: bool) -> Literals | None:
    if code is _codes.SUBPATTERN:
        return _sequence(argument[-1], around)
    if code is _codes.BRANCH:
        return _branches(_sequence(branch, around) for branch in argument[1])
    if code is _codes.IN:
        return _slots(argument)
    if str(code) in _REPEATS:
        return _sequence(argument[2], around) if argument[0] > 0 else None
    if code is _codes.ASSERT:
        return _sequence(argument[1], around) if around else None
    return _sequence(argument, around) if str(code) == "ATOMIC_GROUP" else None


def _branches(branches: Iterable[Literals | None]) -> Literals | None:
    every: set[str] = set()
    for found in branches:
        if found is None:
            return None
        every |= found
    return frozenset(every) if len(every) <= LITERALS_MAX else None


def _slots(members: Any) -> Literals | None:
    """The characters of a class of slots."""
    if any(code is not _codes.LITERAL for code, _ in members) or len(members) > LITERALS_MAX:
        return None
    characters = frozenset(chr(one) for _, one in members)
    return characters if all(PRIVATE_USE[0] <= one <= PRIVATE_USE[1] for one in characters) else None
