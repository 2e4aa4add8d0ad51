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
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from smslint.checks.stretches import TEXTS_MAX, WHOLE, cues_of, heads, stretches, tails
from smslint.checks.subject import Subject
from smslint.matching.cues import Cues
from smslint.matching.folding import fold
from smslint.matching.patterns import Pattern, together
from smslint.packs.wording import Vocabulary
from smslint.tree.message import Message

ENDS_MAX = 12  # stretches at the start of a message, and at its end, that are looked at
BEFORE_MAX = 200  # characters before a stretch that are looked at


class Sought(NamedTuple):
    """What is looked for: the end of its first place in a text, how many characters before a place in it may matter
    there, and how many after it (None: all); what a text must hold that it stands in, as cues (None: not known)."""

    end: Callable[[str], int | None]
    before: int
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

    def end(text: str) -> int | None:
        match = regex.search(text)
        return None if match is None else match.end()

    return Seeking(_unless_missing(Sought(end, pattern.behind, pattern.ahead, cues), subject), cues)


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
    before = [pattern.behind for pattern in standing.any]
    before += [BEFORE_MAX if p.anchors is None else int(p.anchors.before) for p in standing.never]
    ahead = [pattern.ahead for pattern in standing.any]
    known = [one for one in ahead if one is not None]
    after = max(known, default=1) if len(known) == len(ahead) and not standing.never else None

    def end(text: str) -> int | None:
        found = vocabulary.mention(text, subject.facts.language)
        return None if found is None else found.end

    needs = together(pattern.needs for pattern in standing.any)
    return Sought(end, max(before, default=1), after, None if needs is None else Cues(needs))


def _brand(subject: Subject) -> Seeking | None:
    words = [r"\s+".join(map(re.escape, fold(brand).split())) for brand in subject.facts.brands]
    if not words or subject.facts.brand_variables:
        return None
    regex = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")
    longest = [max(re.findall(r"\w+", fold(brand)), key=len, default="") for brand in subject.facts.brands]
    cues = Cues(longest) if all(longest) else None

    def end(text: str) -> int | None:
        match = regex.search(fold(text))
        # Folded, a text may be longer: then only a place that leaves room is a place before it.
        return None if match is None else match.end() + max(0, len(text) - len(fold(text)))

    return Seeking(_unless_missing(Sought(end, 1, 1, cues), subject), cues)


def _in_stretch(sought: Sought, message: Message, start: int, end: int, subject: Subject) -> bool:
    """Whether it stands in this stretch, whatever is sent around it."""
    texts = subject.slot_texts
    within = tails(message[start:end], WHOLE, texts)
    if within is None or not all(map(_may_hold(sought), within)):
        return False
    # One character more on both sides, as it may be composed with the next one.
    rest = WHOLE if sought.after is None else sought.after + 1
    following = {""} if end == len(message) else heads(message[end:], rest, texts)
    before = tails(message[:start], min(sought.before, BEFORE_MAX) + 1, texts)
    if following is None or before is None or len(before) * len(within) * len(following) > TEXTS_MAX:
        return False
    return all(_stands(sought, b + text, head) for text in within for b in before for head in following)


def _may_hold(sought: Sought) -> Callable[[str], bool]:
    """Whether a text may hold it, told without searching."""
    needs = sought.needs
    if needs is None:
        return lambda text: True
    return lambda text: bool(needs.of((fold(text),), (fold(text),), False))


def _stands(sought: Sought, text: str, head: str) -> bool:
    """Whether it stands in `text`, of which only the `head` of what follows is known."""
    place = sought.end(text + head)
    return place is not None and (sought.after is None or place <= len(text))
