"""Whether something stands on every path, or on none, of a message with more paths than are looked at one by one.

Theory of operation. On none: no text of the message holds what it would have to hold. On every one: it stands in a
stretch that no choice decides on, whatever may come before and after. What comes before matters only as far as the
patterns look back, and what comes after as far as they look ahead: all ends of that length that the paths before the
stretch can have, and all beginnings of those after it, are few, however many paths there are (`stretches`). Where a
`never` pattern may stand, which can overrule from afar, all that comes after is looked at. Conditions that depend on
each other are taken to be free, which only adds ends that cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from smslint.checks.stretches import TEXTS_MAX, WHOLE, cues_of, heads, stretches, tails
from smslint.checks.subject import Subject
from smslint.checks.target import named
from smslint.matching.cues import BEGINS, Cues
from smslint.matching.folding import fold
from smslint.matching.patterns import Pattern, together
from smslint.packs.wording import REACH, Vocabulary
from smslint.tree.message import Message

ENDS_MAX = 12  # stretches at the start of a message, and at its end, that are looked at


class Sought(NamedTuple):
    """What is looked for: its places in a text, each from where to where; how many characters before a place may matter
    there, behind this part of the message, and how many after it (None: all); what a text must hold that it stands in,
    as cues (None: not known)."""

    places: Callable[[str], Iterator[tuple[int, int]]]
    before: Callable[[Message], int]
    after: int | None
    needs: Cues | None = None


class Seeking(NamedTuple):
    """How to look in a message, or in a part of one: what for, or False where it stands on no path of it. `cues`: what
    a text may hold that has to do with it; None: any text has."""

    within: Callable[[Message], Sought | bool]
    cues: Cues | None


def seeking(parameters: Mapping[str, Any], subject: Subject) -> Seeking | None:
    """What to look for in a message, or in a part of one (False: it stands on no path of it); None where a rule asks
    for more than its text can say."""
    if parameters.get("at") or parameters.get("hide") or parameters["scope"] not in ("message", "body"):
        return None
    if parameters.get("except") or parameters.get("limit"):
        return None
    if parameters.get("brand"):
        return _brand(subject)
    if parameters.get("wording"):
        return _wording(subject.packs.wording[parameters["wording"]], subject)
    pattern: Pattern | None = parameters.get("pattern")
    return None if pattern is None else _pattern(pattern, subject)


def surely(seek: Seeking, message: Message, subject: Subject) -> bool | None:
    """Whether what is sought stands on every path of `message` (True) or on none (False); None where that is not
    known."""
    sought = seek.within(message)
    if isinstance(sought, bool):
        return sought
    every = list(stretches(message))
    looked_at = every if len(every) <= 2 * ENDS_MAX else every[:ENDS_MAX] + every[-ENDS_MAX:]
    return True if any(_in_stretch(sought, message, *one, subject) for one in looked_at) else None


def _pattern(pattern: Pattern, subject: Subject) -> Seeking:
    regex, needs = pattern.regex, pattern.needs
    cues = None if needs is None else Cues(needs)

    def places(text: str) -> Iterator[tuple[int, int]]:
        return (match.span() for match in regex.finditer(text))

    return Seeking(_unless_missing(Sought(places, lambda _: pattern.behind, pattern.ahead, cues), subject), cues)


def _unless_missing(sought: Sought, subject: Subject) -> Callable[[Message], Sought | bool]:
    def within(message: Message) -> Sought | bool:
        needs = sought.needs
        return sought if needs is None or cues_of(message, subject.slot_texts, needs) else False

    return within


def _wording(vocabulary: Vocabulary, subject: Subject) -> Seeking:
    held = cues_of(subject.message, subject.slot_texts, vocabulary.sought)
    if not held.isdisjoint(vocabulary.further.marks):
        vocabulary = vocabulary.whole
        held = cues_of(subject.message, subject.slot_texts, vocabulary.sought)
    cues = Cues(held)
    return Seeking(lambda message: _mention(vocabulary, message, subject, cues), cues)


def _mention(vocabulary: Vocabulary, message: Message, subject: Subject, cues: Cues) -> Sought | bool:
    standing = vocabulary.standing(cues_of(message, subject.slot_texts, cues))
    if not standing.any:
        return False
    marks = Cues(text for pattern in standing.never if pattern.anchors for text in pattern.anchors.texts)
    least = max((pattern.behind for pattern in standing.any), default=1)

    def before(message: Message) -> int:
        held = cues_of(message, subject.slot_texts, marks)
        return max((_overruled_from(pattern, held) for pattern in standing.never), default=least)

    ahead = [pattern.ahead for pattern in standing.any]
    known = [one for one in ahead if one is not None]
    after = max(known, default=1) if len(known) == len(ahead) and not standing.never else None

    def places(text: str) -> Iterator[tuple[int, int]]:
        found = vocabulary.mention(text, subject.facts.language)
        return iter(() if found is None else ((found.start, found.end),))

    needs = together(pattern.needs for pattern in standing.any)
    return Sought(places, before, after, None if needs is None else Cues(needs))


def _overruled_from(never: Pattern, held: frozenset[str]) -> int:
    """How many characters before a mention matter to a pattern that may overrule it, where what comes before the
    stretch holds no more than these cues. A match that begins further away has its known text there."""
    if never.anchors is None or not held.isdisjoint(never.anchors.texts.keys()):
        return REACH + never.behind
    return int(never.anchors.before) + max(len(text.lstrip(BEGINS)) for text in never.anchors.texts) - 1


def _brand(subject: Subject) -> Seeking | None:
    words = list(map(named, subject.facts.brands))
    if not words or subject.facts.brand_variables:
        return None
    regex = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")
    longest = [max(re.findall(r"\w+", fold(brand)), key=len, default="") for brand in subject.facts.brands]
    cues = Cues(longest) if all(longest) else None

    def places(text: str) -> Iterator[tuple[int, int]]:
        # Folded, a text may be longer: then only a place that leaves room is a place before it.
        more = max(0, len(text) - len(fold(text)))
        return ((match.start(), match.end() + more) for match in regex.finditer(fold(text)))

    return Seeking(_unless_missing(Sought(places, lambda _: 1, 1, cues), subject), cues)


def _in_stretch(sought: Sought, message: Message, start: int, end: int, subject: Subject) -> bool:
    """Whether it stands in this stretch, whatever is sent around it."""
    texts = subject.slot_texts
    within = tails(message[start:end], WHOLE, texts)
    if within is None or not all(map(_may_hold(sought), within)):
        return False
    # One character more on both sides, as it may be composed with the next one.
    rest = WHOLE if sought.after is None else sought.after + 1
    following = {""} if end == len(message) else heads(message[end:], rest, texts)
    length = sought.before(message[:start]) + 1
    before = tails(message[:start], length, texts)
    if following is None or before is None or len(before) * len(within) * len(following) > TEXTS_MAX:
        return False
    return all(
        _stands(sought, b + text, head, length - 1 if len(b) == length else 0)
        for text in within
        for b in before
        for head in following
    )


def _may_hold(sought: Sought) -> Callable[[str], bool]:
    """Whether a text may hold it, told without searching."""
    needs = sought.needs
    if needs is None:
        return lambda text: True
    return lambda text: bool(needs.of((fold(text),), (fold(text),), False))


def _stands(sought: Sought, text: str, head: str, first: int) -> bool:
    """Whether it stands in `text`, of which only the `head` of what follows is known; from its character `first` on, as
    what comes before it may matter as far as that."""
    return any(
        first <= start and (sought.after is None or end <= len(text)) for start, end in sought.places(text + head)
    )
