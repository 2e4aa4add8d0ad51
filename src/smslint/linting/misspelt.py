"""Variables that nobody declared, with nearly the name of one that is declared.

A name that nobody declared is legal, so only what fingers do to a declared one is told: two letters swapped, one left
out or put in or doubled, a consonant for its neighbour on the keyboard, other capitals or underscores. What makes
another name of it is not: a digit, another ending (`items`, `inscrite`), another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from smslint.tree.lowering import Lowered
from smslint.tree.message import Slot, Span, nodes_of

SAME_LETTERS_MIN = 3
SWAPPED_MIN, DOUBLED_MIN, LEFT_OUT_MIN, HIT_MIN = 4, 5, 6, 6  # letters of the longer word, without a plural s

_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
# Keys side by side whose letters seldom tell two words apart, as s and d, r and t, or vowels do.
_KEYS = frozenset(map(frozenset, ["df", "fg", "gh", "hj", "jk", "kl", "lm", "zx", "xc", "cv", "vb", "bn", "nm"]))
# Words of messages, without a plural s, that are a slip apart and both meant.
_PAIRS = (
    "action/auction agent/argent altitude/latitude contact/contract contract/contrat country/county diner/dinner "
    "employer/employeur fiance/finance form/from hostel/hotel later/latter palace/place parity/party patent/patient "
    "payer/player planer/planner signer/singer sock/stock trail/trial"
)
_WORDS = frozenset(frozenset(pair.split("/")) for pair in _PAIRS.split())


def misspelt(text: str, lowered: Lowered, known: tuple[str, ...]) -> Iterator[tuple[Span, str]]:
    """Where a variable of the template `text` is probably one of `known`, the names that are declared, and what to say;
    each name once."""
    told: set[str] = set()
    slots: dict[str | None, Span] | None = None
    for key, variable in lowered.variables.items():
        found = None if variable.declared else _meant(key, lowered, known)
        if found is None or found[0] in told:
            continue
        told.add(found[0])
        if slots is None:
            slots = {n.variable: n.span for n in reversed(list(nodes_of(lowered.message or ()))) if isinstance(n, Slot)}
        words = "no variable `{}` is declared: did you mean `{}`? If it is another one, declare it under `variables`"
        yield _place(found[0], text, slots.get(key), lowered), words.format(*found)


def _meant(key: str, lowered: Lowered, known: tuple[str, ...]) -> tuple[str, str] | None:
    """The name of the variable `key` as it was written, and the declared one that is meant."""
    base, dot, attribute = key.rpartition(".")
    if dot and base.endswith("]") and base in lowered.variables:
        name, known = attribute, tuple(lowered.variables[base].fields)
    else:
        name = key
    if not known or not _NAME.fullmatch(name):
        return None
    meant = nearest(name, known)
    if meant is None and "." in name:
        name = name.partition(".")[0]
        meant = nearest(name, known)
    return None if meant is None else (name, meant)


def _place(name: str, text: str, slot: Span | None, lowered: Lowered) -> Span:
    """Where `name` stands in the template: where it is printed, or asked; where the template brings in another file, if
    it stands in that."""
    if slot is not None and name in text[slot.start : slot.end]:
        return slot
    written = rf"(?<!\w){re.escape(name)}(?!\w)"
    found = re.search(rf"(?<=\.){written}", text) or re.search(written, text)
    if found is not None:
        return Span(*found.span())
    return slot or (lowered.brought[0][0] if lowered.brought else Span(0, 0))


@lru_cache(maxsize=4096)
def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The first of `known` that `name` is with a slip of the fingers; None where there is none, or it is known."""
    if name in known:
        return None
    return next((one for one in known if _near(name, one)), None)


def _near(name: str, other: str) -> bool:
    if len(name) >= SAME_LETTERS_MIN and _letters(name) == _letters(other):
        return True
    ours, theirs = re.split("[._]", name), re.split("[._]", other)
    if len(ours) != len(theirs) or name.count(".") != other.count("."):
        return False
    differing = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and _slipped(*differing[0])


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


def _slipped(word: str, other: str) -> bool:
    """Whether two letters of a word are swapped, one of them is its neighbour, or one inside left out, put in or
    doubled."""
    if not (word + other).isalpha() or frozenset((word.removesuffix("s"), other.removesuffix("s"))) in _WORDS:
        return False
    short, long = sorted((word, other), key=len)
    letters = len(long.removesuffix("s"))
    if len(short) == len(long):
        at = next(i for i in range(len(long)) if short[i] != long[i])
        if short[at + 1 :] == long[at + 1 :]:
            return at > 0 and letters >= HIT_MIN and frozenset((short[at], long[at])) in _KEYS
        swapped = short[:at] + short[at : at + 2][::-1] + short[at + 2 :]
        return letters >= SWAPPED_MIN and swapped == long
    places = [i for i in range(len(long)) if long[:i] + long[i + 1 :] == short]
    if not places or places[0] == 0 or places[-1] == len(long) - 1:
        return False
    return letters >= (DOUBLED_MIN if len(places) > 1 else LEFT_OUT_MIN)
