"""Whether something stands on every path, or on none, of a message with more paths than are looked at one by one.

Theory of operation. On none: no text of the message holds what it would have to hold. On every one: it stands in a
stretch that no choice decides on, whatever may come before and after. What comes before matters only as far as the
patterns look back: all ends of that length that the paths before the stretch can have are few, however many paths
there are (`tails`). Conditions that depend on each other are taken to be free, which only adds ends that cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from smslint.checks.subject import Subject
from smslint.matching.folding import fold
from smslint.matching.patterns import Needs, Pattern, together
from smslint.tree.message import Choice, Message, Repeat, Slot, Text

TAILS_MAX = 4_000
BEFORE_MAX = 200  # characters before a stretch that are looked at

SlotTexts = Callable[[Slot], list[str]]


class Sought(NamedTuple):
    """What is looked for: whether a text holds it, how many characters before a place in it may matter there, and
    folded texts of which one stands in every text that holds it (None where nothing is sure)."""

    stands: Callable[[str], bool]
    before: int
    needs: Needs


def surely(parameters: Mapping[str, Any], subject: Subject, held: frozenset[str] | None) -> bool | None:
    """Whether what a rule requires stands on every path (True) or on none (False); None where that is not known.
    `held`: which of the packs' cues stand anywhere."""
    sought = _sought(parameters, subject, held)
    if sought is None:
        return None
    if held is not None and sought.needs is not None and held.isdisjoint(sought.needs):
        return False
    message = subject.body if parameters["scope"] == "body" else subject.message
    found = any(_in_stretch(sought, message, start, end, subject) for start, end in _stretches(message))
    return True if found else None


def _sought(parameters: Mapping[str, Any], subject: Subject, held: frozenset[str] | None) -> Sought | None:
    if parameters.get("at") or parameters.get("hide") or parameters["scope"] not in ("message", "body"):
        return None
    if parameters.get("brand"):
        return _brand(subject)
    if parameters.get("wording"):
        return _wording(parameters["wording"], subject, held)
    pattern: Pattern | None = parameters.get("pattern")
    if pattern is None:
        return None
    regex = pattern.regex
    return Sought(lambda text: regex.search(text) is not None, pattern.behind, pattern.needs)


def _wording(name: str, subject: Subject, held: frozenset[str] | None) -> Sought | None:
    vocabulary, language = subject.packs.wording[name], subject.facts.language
    standing = vocabulary.standing(held)
    before = [pattern.behind for pattern in standing.any]
    before += [BEFORE_MAX if p.anchors is None else int(p.anchors.before) for p in standing.never]
    needs = together(pattern.needs for pattern in standing.any)
    return Sought(lambda text: vocabulary.mention(text, language) is not None, max(before, default=1), needs)


def _brand(subject: Subject) -> Sought | None:
    words = [r"\s+".join(map(re.escape, fold(brand).split())) for brand in subject.facts.brands]
    if not words or subject.facts.brand_variables:
        return None
    regex = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")
    return Sought(lambda text: regex.search(fold(text)) is not None, 1, None)


def _stretches(message: Message) -> Iterator[tuple[int, int]]:
    """The runs of nodes that no choice decides on."""
    start = None
    for index, node in enumerate((*message, None)):
        if isinstance(node, Text | Slot):
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None


def _in_stretch(sought: Sought, message: Message, start: int, end: int, subject: Subject) -> bool:
    """Whether it stands in this stretch, whatever is sent around it."""
    texts = subject.slot_texts
    heads = {""} if end == len(message) else _heads(message[end:], texts)
    before = tails(message[:start], min(sought.before, BEFORE_MAX), texts)
    within = tails(message[start:end], 10_000, texts)
    if heads is None or before is None or within is None or len(before) * len(within) * len(heads) > TAILS_MAX:
        return False
    return all(sought.stands(f"{b}{text}{head}") for text in within for b in before for head in heads)


def _heads(message: Message, texts: SlotTexts) -> set[str] | None:
    """What may follow a stretch: only a whole rest will do, as what patterns look ahead for has no bound."""
    return tails(message, 10_000, texts)


def tails(message: Message, length: int, texts: SlotTexts) -> set[str] | None:
    """The last `length` characters of every path of `message`, and maybe of others; None where there are too many."""
    return _continued(message, {""}, length, texts)


def _continued(message: Message, states: set[str], length: int, texts: SlotTexts) -> set[str] | None:
    for node in message:
        if isinstance(node, Text):
            states = {_last(state + node.text, length) for state in states}
        elif isinstance(node, Slot):
            printed = texts(node)
            states = {_last(state + text, length) for state in states for text in printed}
        elif isinstance(node, Repeat):
            return None
        else:
            assert isinstance(node, Choice)
            found: set[str] = set()
            for arm in node.arms:
                after = _continued(arm.body, states, length, texts)
                if after is None:
                    return None
                found |= after
            states = found
        if len(states) > TAILS_MAX:
            return None
    return states


def _last(text: str, length: int) -> str:
    return text[-length:] if length else ""
