"""The message tree: what a template of any dialect becomes before anything asks about it.

A message is a tuple of nodes. Everything is frozen, there are no parent pointers, and every node has a span in
offsets of the template's text. A missing `else` is an arm without nodes: a path that sends nothing there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from smslint.tree.conditions import Condition, Test, tests
from smslint.tree.domains import UNKNOWN, Domain, Domains, Filter, joined, through, widest


class Span(NamedTuple):
    """Code points of the template's text, `end` excluded."""

    start: int
    end: int


NOWHERE = Span(0, 0)  # of what is in no template: a number that was counted, what a gateway adds


Origin = Literal["prefix", "body", "suffix"]


class Text(NamedTuple):
    """Characters that are sent as they stand.

    Where `text` is as long as its span, its characters are those of the span one for one; else (an escaped string
    literal, a constant that was computed) only the whole span can be blamed. `origin` tells the template's own text
    from what the gateway adds.
    """

    text: str
    span: Span
    origin: Origin = "body"


class Slot(NamedTuple):
    """A value that is not known before sending: one of `domain`, changed by `filters` in order.

    `variable` is the key by which conditions speak of it, if any.
    """

    name: str
    domain: Domain
    span: Span
    variable: str | None = None
    filters: tuple[Filter, ...] = ()

    def domains(self, domain: Domain | None = None) -> Domains:
        """What is sent, as alternatives; of `domain` instead of the slot's own where a case narrows it."""
        return through(self.domain if domain is None else domain, self.filters)


class Arm(NamedTuple):
    """One way of a choice, sent when `condition` holds and no arm before it was; the last one, when no other was."""

    condition: Condition | None
    body: Message
    span: Span


class Choice(NamedTuple):
    """Exactly one of its arms is sent."""

    arms: tuple[Arm, ...]
    span: Span


class Repeat(NamedTuple):
    """`body`, sent `low` to `high` times in a row; `high` None: no bound is known.

    `own` are the variables that have another value in each round; all others keep theirs.
    """

    body: Message
    low: int
    high: int | None
    span: Span
    own: frozenset[str] = frozenset()


Node: TypeAlias = "Text | Slot | Choice | Repeat"
Message: TypeAlias = "tuple[Node, ...]"


def nodes_of(message: Message) -> Iterator[Node]:
    """Every node of `message`, each before what it contains."""
    for node in message:
        yield node
        if isinstance(node, Choice):
            for arm in node.arms:
                yield from nodes_of(arm.body)
        elif isinstance(node, Repeat):
            yield from nodes_of(node.body)


def reasons(choice: Choice, index: int) -> list[tuple[Condition, bool]]:
    """The conditions, and whether they hold, by which arm `index` of `choice` is sent."""
    passed = [arm.condition for arm in choice.arms[:index] if arm.condition is not None]
    chosen = choice.arms[index].condition
    if isinstance(chosen, Test) and chosen.kind in ("equals", "items"):
        # `lang == 'en'` says by itself that `lang == 'fr'` was passed over.
        passed = [
            c for c in passed if not (isinstance(c, Test) and (c.kind, c.variable) == (chosen.kind, chosen.variable))
        ]
    found = [(condition, False) for condition in passed] + ([] if chosen is None else [(chosen, True)])
    return [(condition, value) for condition, value in found if next(tests(condition), None) is not None]


def changed_leaves(message: Message, change: Callable[[Text | Slot], Iterable[Node]]) -> Message:
    """`message` with what `change` gives of each of its texts and slots in their place."""
    return tuple(after for node in message for after in _changed(node, change))


def _changed(node: Node, change: Callable[[Text | Slot], Iterable[Node]]) -> Iterable[Node]:
    if isinstance(node, Choice):
        return (node._replace(arms=tuple(arm._replace(body=changed_leaves(arm.body, change)) for arm in node.arms)),)
    if isinstance(node, Repeat):
        return (node._replace(body=changed_leaves(node.body, change)),)
    return change(node)


def whole(message: Message) -> Domain:
    """What the whole of `message` can be."""
    return joined(_domains(message))


def _domains(message: Message) -> Iterator[Domain]:
    for node in message:
        if isinstance(node, Text):
            yield Domain(values=(node.text,))
        elif isinstance(node, Slot):
            yield widest([joined([domain]) for domain in node.domains()])
        elif isinstance(node, Choice):
            yield widest([whole(arm.body) for arm in node.arms])
        elif node.high is None:
            yield UNKNOWN
        else:
            body = whole(node.body)
            high = None if body.length_max is None else body.length_max * node.high
            yield Domain(body.length_min * node.low, high, body.alphabet, exact=False)
