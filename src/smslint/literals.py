"""Texts of which any match of a regular expression holds at least one: what to look for before searching.

Read off the tree that Python's own parser makes of the expression, without case and accents (`fold`): a sequence holds
what any of its parts must hold, an alternative what each of its branches does. Where nothing can be said, None.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smslint.folding import fold

try:
    from re import _constants as _codes  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_constants as _codes
    import sre_parse as _parser

LITERALS_MAX = 40  # of one pattern
LENGTH_MIN = 2  # characters; a single letter stands everywhere
_CLASS_MAX = 8  # characters of a class that are tried one by one

_REPEATS = (
    _codes.MAX_REPEAT,
    _codes.MIN_REPEAT,
    *([_codes.POSSESSIVE_REPEAT] if hasattr(_codes, "POSSESSIVE_REPEAT") else []),
)
_GROUPS = (_codes.ATOMIC_GROUP,) if hasattr(_codes, "ATOMIC_GROUP") else ()

Literals = frozenset[str]


def literals(source: str) -> Literals | None:
    """Folded texts, one of which stands in every (folded) text that `source` matches in; None where none is sure to."""
    try:
        found = _sequence(_parser.parse(source))
    except (RecursionError, OverflowError, _parser.error):
        return None
    return found if found and min(map(len, found)) >= LENGTH_MIN else None


def _sequence(parts: Any) -> Literals | None:
    """The best of what the parts of a sequence hold."""
    return max(_held(parts), key=_worth, default=None)


def _worth(found: Literals) -> tuple[bool, int, int]:
    shortest = min(map(len, found))
    return shortest >= LENGTH_MIN, min(shortest, 4), -len(found)


def _held(parts: Any) -> Iterator[Literals]:
    run = ""
    for code, argument in parts:
        character = _character(code, argument)
        if character is not None:
            run += character
        elif code is not _codes.AT:
            if run:
                yield frozenset((run,))
            run = ""
            inner = _inner(code, argument)
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


def _inner(code: Any, argument: Any) -> Literals | None:
    if code is _codes.SUBPATTERN:
        return _sequence(argument[-1])
    if code is _codes.BRANCH:
        return _branches(argument[1])
    if str(code) in _REPEATS:
        return _sequence(argument[2]) if argument[0] > 0 else None
    if code is _codes.ASSERT:
        return _sequence(argument[1])
    return _sequence(argument) if str(code) == "ATOMIC_GROUP" else None


def _branches(branches: Any) -> Literals | None:
    every: set[str] = set()
    for branch in branches:
        found = _sequence(branch)
        if found is None:
            return None
        every |= found
    return frozenset(every) if len(every) <= LITERALS_MAX else None
