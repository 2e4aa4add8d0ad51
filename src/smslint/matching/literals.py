"""Texts of which any match of a regular expression holds at least one: what to look for before searching, and where.

Read off the tree that Python's own parser makes of the expression, without case and accents (`fold`): a sequence holds
what any of its parts must hold, an alternative what each of its branches does. Where nothing can be said, None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from smslint.matching.cues import BEGINS, Anchors
from smslint.matching.folding import RUN_MAX, begins_in_word, fold
from smslint.matching.syntax import codes, parser

LITERALS_MAX = 40  # of one pattern
LENGTH_MIN = 2  # characters; a single letter stands everywhere
INFINITE = float("inf")
ASCII, LATIN1 = 0x7F, 0xFF  # the last code of each
# Characters that are taken for one of Latin-1 where case is ignored.
_FOLDING = (0x130, 0x131, 0x178, 0x17F, 0x39C, 0x3BC, 0x1E9E, 0x212A, 0x212B)
_IGNORING_CASE = re.compile(r"\(\?[a-zA-Z]*i")
REPEATED_MAX = 10  # characters of one that is repeated
BEFORE_MAX = 300  # characters of a match before what it is known by
PRIVATE_USE = ("\ue000", "\uf8ff")  # what stands for slots
RARE = frozenset("<>{}[]|~^\\$%@#*=`/")  # characters that most messages have none of
_CLASS_MAX = 8  # characters of a class that are tried one by one

_REPEATS = (
    codes.MAX_REPEAT,
    codes.MIN_REPEAT,
    *([codes.POSSESSIVE_REPEAT] if hasattr(codes, "POSSESSIVE_REPEAT") else []),
)
_SPACE = (codes.CATEGORY, codes.CATEGORY_SPACE)
_WORD, _NO_WORD = ((codes.CATEGORY, one) for one in (codes.CATEGORY_WORD, codes.CATEGORY_NOT_WORD))
_GREEDY = tuple(getattr(codes, name) for name in ("POSSESSIVE_REPEAT", "ATOMIC_GROUP") if hasattr(codes, name))
_GROUPS = (codes.ATOMIC_GROUP,) if hasattr(codes, "ATOMIC_GROUP") else ()

Literals = frozenset[str]


@lru_cache(maxsize=4_096)
def literals(source: str) -> tuple[Literals, ...]:
    """Sets of folded texts: of each, one stands in every (folded) text that `source` matches in; best first."""
    found = sorted(_held(_parsed(source), around=True), key=_worth, reverse=True)
    return tuple(dict.fromkeys(frozenset(one.texts) for one in found if _worth(one)[0]))


@lru_cache(maxsize=4_096)
def anchors(source: str) -> Anchors | None:
    """Where to search for `source`; None where that is anywhere."""
    found = _sequence(_parsed(source), around=False)
    if found is None or not _worth(found)[0]:
        return None
    looked_at = _behind(_parsed(source))
    return Anchors({text: before + looked_at for text, before in found.texts.items()})


def behind(source: str) -> int:
    """The most characters before a match of `source` that it looks at."""
    return int(_behind(_parsed(source)))


def ahead(source: str) -> int | None:
    """The most characters after a match of `source` that it looks at; None where that has no bound, or where it may
    take more of a longer text, and then match no more."""
    most = _ahead(_parsed(source))
    return None if most == INFINITE else int(most)


def _ahead(parts: Any) -> float:
    """The most characters after a place in a match that what stands there looks at."""
    most = 1.0  # `\b`, `$`
    for code, argument in parts:
        if code in _GREEDY:
            return INFINITE
        if code in (codes.ASSERT, codes.ASSERT_NOT) and argument[0] > 0:
            most = max(most, _width(argument[1]) + _ahead(argument[1]))
        most = max([most, *(_ahead(inner) for inner in _insides(code, argument))])
    return most


def _behind(parts: Any) -> float:
    """The most characters before a place in a match that what stands there looks at."""
    most = 1.0  # `\b`, `^`
    for code, argument in parts:
        if code in (codes.ASSERT, codes.ASSERT_NOT) and argument[0] < 0:
            most = max(most, _width(argument[1]))
        most = max([most, *(_behind(inner) for inner in _insides(code, argument))])
    return most


def _insides(code: Any, argument: Any) -> Iterator[Any]:
    """The sequences that a part is made of."""
    if code is codes.BRANCH:
        yield from argument[1]
    elif code is codes.GROUPREF_EXISTS:
        yield from (one for one in argument[1:] if one is not None)
    elif code in _GROUPS:
        yield argument
    elif isinstance(argument, tuple) and argument and isinstance(argument[-1], parser.SubPattern):
        yield argument[-1]


@lru_cache(maxsize=4)  # all is asked of one pattern after the other
def _parsed(source: str) -> Any:
    try:
        return parser.parse(source)
    except (RecursionError, OverflowError, parser.error):
        return parser.parse("")


def _length(text: str) -> int:
    """The length of a text; a character that is rare counts as a word."""
    text = text.lstrip(BEGINS)
    return max(LENGTH_MIN, len(text)) if _rare(text[0]) else len(text)


def _rare(character: str) -> bool:
    return character in RARE or PRIVATE_USE[0] <= character <= PRIVATE_USE[1]


def _sequence(parts: Any, around: bool) -> Anchors | None:
    """The best of what the parts of a sequence hold; `around`: and what they look ahead or behind for, and what may
    stand far behind the start."""
    found = [one for one in _held(parts, around) if around or one.before <= BEFORE_MAX]
    return max(found, key=_worth, default=None)


def _worth(found: Anchors) -> tuple[bool, int, int]:
    shortest = min(map(_length, found.texts))
    return shortest >= LENGTH_MIN, min(shortest, 4), -len(found.texts)


def _held(parts: Any, around: bool) -> Iterator[Anchors]:
    run, start = "", 0
    for index, (code, argument) in enumerate(parts):
        character = _character(code, argument)
        if character is not None:
            start = start if run else index
            run += character
        elif code is not codes.AT:
            if run:
                yield _placed(Anchors({run: 0}), parts, start)
            run = ""
            inner = _inner(code, argument, around)
            if inner is not None:
                yield _placed(inner, parts, index)
    if run:
        yield _placed(Anchors({run: 0}), parts, start)


def _placed(inner: Anchors, parts: Any, index: int) -> Anchors:
    """What the part at `index` of a sequence holds, in the sequence."""
    width, begins = _width(parts[:index]), _begins_word(parts, index)
    return _merged(
        (f"{BEGINS}{text}" if begins and before == 0 and begins_in_word(text) else text, width + before)
        for text, before in inner.texts.items()
    )


def _begins_word(parts: Any, index: int) -> bool:
    """Whether no character of a word can stand before the part at `index` of a sequence."""
    for code, argument in (parts[number] for number in range(index - 1, -1, -1)):
        if (code, argument) == (codes.AT, codes.AT_BOUNDARY):
            return True
        if code is codes.ASSERT_NOT and argument[0] < 0 and len(argument[1]) == 1 and _has_words(*argument[1][0]):
            return True
        if code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
            continue
        low, inner = (argument[0], argument[2]) if code in _REPEATS else (1, [(code, argument)])
        if len(inner) != 1 or not _outside_words(*inner[0]):
            return False
        if low > 0:
            return True
    return False


def _has_words(code: Any, argument: Any) -> bool:
    """Whether the part matches every character of a word."""
    return code is codes.IN and argument[0][0] is not codes.NEGATE and _WORD in argument


def _outside_words(code: Any, argument: Any) -> bool:
    """Whether the part is one character that is of no word."""
    members = argument if code is codes.IN else [(code, argument)]
    return all(
        one in (_SPACE, _NO_WORD) or (one[0] is codes.LITERAL and not begins_in_word(chr(one[1]))) for one in members
    )


def _width(parts: Any) -> float:
    """The most characters that the parts match, in a text without long runs of white space."""
    return sum(_most(code, argument) for code, argument in parts)


def _most(code: Any, argument: Any) -> float:
    if code in _REPEATS:
        _, high, inner = argument
        if high is codes.MAXREPEAT:
            return RUN_MAX if _is_space(inner) else INFINITE
        return float(high) * _width(inner)
    if code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return 0
    if code is codes.GROUPREF:
        return INFINITE
    insides = [_width(inner) for inner in _insides(code, argument)]
    return max(insides) if insides else 1


def _is_space(parts: Any) -> bool:
    """Whether the parts are one character of white space."""
    if len(parts) != 1:
        return False
    code, argument = parts[0]
    if code is codes.IN:
        return all(one in (_SPACE, (codes.LITERAL, 32)) for one in argument)
    return code is codes.LITERAL and argument == 32


def _character(code: Any, argument: Any) -> str | None:
    """The folded character that this part is, whatever it matches."""
    if code is codes.LITERAL:
        return fold(chr(argument))
    if code is codes.IN and len(argument) <= _CLASS_MAX and all(c is codes.LITERAL for c, _ in argument):
        folded = {fold(chr(one)) for _, one in argument}
        return folded.pop() if len(folded) == 1 else None
    return None


def _inner(code: Any, argument: Any, around: bool) -> Anchors | None:
    if code is codes.SUBPATTERN:
        return _sequence(argument[-1], around)
    if code is codes.BRANCH:
        return _branches(_sequence(branch, around) for branch in argument[1])
    if code is codes.IN:
        return _rare_ones(argument)
    if code in _REPEATS:
        return _repeated(argument, around)
    if code is codes.ASSERT:
        found = _sequence(argument[1], around) if around else None
        # What is looked for behind a place begins nowhere near it.
        return found if found is None or argument[0] > 0 else Anchors(dict.fromkeys(found.texts, INFINITE))
    return _sequence(argument, around) if code in _GROUPS else None


def _repeated(argument: Any, around: bool) -> Anchors | None:
    low, _, inner = argument
    if low == 0:
        return None
    character = _character(*inner[0]) if len(inner) == 1 else None
    if character is None:
        return _sequence(inner, around)
    return Anchors({character * min(low, REPEATED_MAX): 0})


def _branches(branches: Iterable[Anchors | None]) -> Anchors | None:
    every: list[tuple[str, float]] = []
    for found in branches:
        if found is None:
            return None
        every += found.texts.items()
    merged = _merged(every)
    return merged if len(merged.texts) <= LITERALS_MAX else None


def _merged(texts: Iterable[tuple[str, float]]) -> Anchors:
    found: dict[str, float] = {}
    for text, before in texts:
        found[text] = max(before, found.get(text, 0))
    return Anchors(found)


def _rare_ones(members: Any) -> Anchors | None:
    """The characters of a class of slots, or of others that are rare."""
    if any(code is not codes.LITERAL for code, _ in members) or len(members) > LITERALS_MAX:
        return None
    characters = [chr(one) for _, one in members]
    return Anchors(dict.fromkeys(characters, 0)) if all(map(_rare, characters)) else None


def anywhere(source: str) -> bool:
    """Whether what `source` finds in a text it finds wherever that text stands: it looks at nothing around a match, and
    takes nothing that it does not give back."""
    return _anywhere(_parsed(source))


def _anywhere(parts: Any) -> bool:
    looking = (codes.AT, codes.ASSERT, codes.ASSERT_NOT, codes.GROUPREF_EXISTS, *_GREEDY)
    return all(code not in looking and all(map(_anywhere, _insides(code, argument))) for code, argument in parts)


def beyond(source: str) -> int:
    """A code such that every match of `source` holds a character beyond it, or looks at one: the last of ASCII or of
    Latin-1; 0 where none is sure."""
    parts = _parsed(source)
    alike = _FOLDING if _IGNORING_CASE.search(source) else ()
    return next((last for last in (LATIN1, ASCII) if _beyond(parts, Outside(last, alike))), 0)


class Outside(NamedTuple):
    """Characters beyond `last`, but for those that are taken for one of the others."""

    last: int
    alike: tuple[int, ...]

    def holds(self, start: int, end: int) -> bool:
        return start > self.last and not any(start <= one <= end for one in self.alike)


def _beyond(parts: Any, outside: Outside) -> bool:
    return any(_is_beyond(code, argument, outside) for code, argument in parts)


def _is_beyond(code: Any, argument: Any, outside: Outside) -> bool:
    if code is codes.LITERAL:
        return outside.holds(argument, argument)
    if code is codes.IN:
        ranges = [(value, value) if one is codes.LITERAL else value for one, value in argument]
        return all(isinstance(one, tuple) and outside.holds(*one) for one in ranges)
    if code is codes.BRANCH:
        return all(_beyond(branch, outside) for branch in argument[1])
    if code is codes.SUBPATTERN or code is codes.ASSERT:
        return _beyond(argument[-1], outside)
    return code in _REPEATS and argument[0] > 0 and _beyond(argument[2], outside)
