"""Texts made to keep a pattern busy, and how long it takes on them: what `smslint test` measures.

Where `backtracking` judges a pattern without running it, this runs it: for each repeat in it, a text that leads there,
then what the repeat takes, again and again, then something that does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time
from typing import Any, NamedTuple

from smslint.matching.patterns import Regex
from smslint.matching.syntax import parser

LENGTHS = (*range(14, 80, 6), 160, 320, 1_000)  # characters; the short ones show what would never end on a long one
SECONDS_MAX = 0.25  # for a text of the largest length,
SECONDS_MAX_SHORT = 0.05  # for a shorter one
_ATTACKS_MAX = 10  # of one pattern
_ENDS = ("\x00", "!")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_CLASSES = {"DIGIT": "0", "SPACE": " ", "WORD": "a", "NOT_DIGIT": "a", "NOT_SPACE": "a", "NOT_WORD": "-"}


class Slow(NamedTuple):
    """A pattern that took `seconds` on `length` characters that are `word` again and again."""

    seconds: float
    length: int
    word: str


def slowest(regex: Regex, source: str) -> Slow | None:
    """The text that a pattern takes too long on; None where it is quick on all that are tried."""
    for before, word in attacks(source)[:_ATTACKS_MAX]:
        for length in LENGTHS:
            for end in _ENDS:
                text = (before + word * (length // len(word) + 1))[:length] + end
                started = process_time()
                for _ in regex.finditer(text):
                    pass
                seconds = process_time() - started
                if seconds > (SECONDS_MAX if length == LENGTHS[-1] else SECONDS_MAX_SHORT):
                    return Slow(seconds, length, word)
    return None


def attacks(source: str) -> list[tuple[str, str]]:
    """For each repeat of a pattern, what leads there and what it takes; and what leads there again and again, and the
    whole, with and without its end. The longest come first."""
    walk = _Walk()
    whole = walk.text(parser.parse(source))
    found = dict.fromkeys([("", whole), ("", whole[:-1]), *walk.found, *(("", before) for before, _ in walk.found)])
    return sorted((one for one in found if one[1]), key=lambda one: -len(one[1]))


class _Walk:
    """A short text that a pattern takes, and what stands before each repeat on the way."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.before = ""

    def text(self, parts: Any) -> str:
        start = len(self.before)
        for code, argument in parts:
            self.part(str(code), argument)
        return self.before[start:]

    def part(self, name: str, argument: Any) -> None:
        if name == "SUBPATTERN":
            self.text(argument[-1])
        elif name == "ATOMIC_GROUP":
            self.text(argument)
        elif name == "BRANCH":
            self.branches(argument[1])
        elif name in _REPEATS:
            low, high, inner = argument
            before = self.before
            word = self.text(inner)
            if int(high) > 1:
                self.found.append((before, word))
            self.before = before + word * min(int(low), 50)
        else:
            self.before += _character(name, argument)

    def branches(self, branches: Any) -> None:
        """All of them are looked into; the first leads on."""
        before = self.before
        after = before
        for number, branch in enumerate(branches):
            self.before = before
            self.text(branch)
            after = self.before if number == 0 else after
        self.before = after


def _character(name: str, argument: Any) -> str:
    if name == "LITERAL":
        return chr(argument)
    if name in ("ANY", "NOT_LITERAL"):
        return "a" if name == "ANY" or argument != ord("a") else "b"
    return next(_of_class(argument), "") if name == "IN" else ""


def _of_class(members: Any) -> Iterator[str]:
    inner = [(str(kind), value) for kind, value in members]
    if inner[0][0] == "NEGATE":
        yield "a" if ("LITERAL", ord("a")) not in inner else "-"
    for kind, value in inner:
        if kind in ("LITERAL", "RANGE"):
            yield chr(value if kind == "LITERAL" else value[0])
        elif kind == "CATEGORY":
            yield _CLASSES[str(value).removeprefix("CATEGORY_")]
