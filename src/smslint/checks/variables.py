"""`variables: LIMIT`: how long the values of a template's variables may be where they are registered."""

from __future__ import annotations

from collections.abc import Iterator

from smslint.checks.subject import Hit, Subject
from smslint.packs.rules import Rule
from smslint.tree.message import Slot, Span, nodes_of


def variables(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each output of a variable that can be longer than a country or gateway registers."""
    for limit in subject.limits(rule.parameters["limit"]):
        seen: set[Span] = set()
        for node in nodes_of(subject.body):
            if isinstance(node, Slot) and node.span not in seen:
                longest = _longest(node)
                if longest is None or longest > limit.value:
                    seen.add(node.span)
                    length = "any number of" if longest is None else str(longest)
                    words = {"variable": node.name, "length": length, "limit": str(limit.value), "owner": limit.owner}
                    yield Hit(node.span, words)


def _longest(slot: Slot) -> int | None:
    """The largest number of characters that the slot can send; None without a bound."""
    longest = 0
    for domain in slot.domains():
        if domain.values is not None:
            longest = max([longest, *(len(str(value)) + len(domain.end) for value in domain.values)])
        elif domain.length_max is None:
            return None
        else:
            widest = max(len(sample) for sample in domain.alphabet)
            longest = max(longest, domain.length_max * widest + len(domain.end))
    return longest
