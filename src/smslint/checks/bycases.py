"""What stands on the paths of a message with too many of them, case by case.

Theory of operation. Most choices have nothing to do with what a rule looks for. Those that have are decided one after
the other, each for every case of the variables that it speaks of: with the arm in its place that is sent then, the
message says more surely whether what is looked for stands on every path of it, or on none (`surely`). Which choices are
looked at only decides how soon that is known; what is said is sure in any order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

from smslint.checks.stretches import cues_of
from smslint.checks.subject import Subject
from smslint.checks.surely import Seeking, seeking, surely
from smslint.extents.path import Path, Reason
from smslint.extents.paths import paths
from smslint.extents.plan import Plan, World, plan
from smslint.tree.message import NOWHERE, Choice, Message, Slot, Span, Text, nodes_of, reasons

CASES_MAX = 64  # messages, each with some choices decided, that are looked at for one rule
NODES_MAX = 8_000  # of all these messages together
TOUCHED_MAX = 16  # the same, where choices are decided that may have nothing to do with it


class Leaf(NamedTuple):
    """The message in one case: whether what is looked for `stands` on all of its paths, or on none (None: not known);
    and by which conditions, and arms, the case is told."""

    message: Message
    stands: bool | None
    reasons: tuple[Reason, ...]
    arms: tuple[tuple[Span, tuple[Reason, ...]], ...]

    @property
    def values(self) -> tuple[Reason, ...]:
        """None: of the values of its slots nothing is said."""
        return ()

    @property
    def sends(self) -> bool:
        """Whether the template itself sends something on some path of it."""
        return any(
            (isinstance(node, Text) and node.origin == "body" and bool(node.text.strip()))
            or (isinstance(node, Slot) and node.domain.length_max != 0)
            for node in nodes_of(self.message)
        )


def by_cases(parameters: Mapping[str, Any], subject: Subject) -> list[Leaf] | None:
    """All cases of the message, as few as tell where what a rule looks for stands; None where that is not known for
    any."""
    seek = seeking(parameters, subject)
    if seek is None:
        return None
    message = subject.body if parameters["scope"] == "body" else subject.message
    found = list(_Cases(seek, message, subject).leaves())
    return None if all(leaf.stands is None for leaf in found) else found


def one_path(leaf: Leaf, subject: Subject) -> Path | None:
    """Some path of the case."""
    found = paths(_first_arms(leaf.message), subject.lowered.variables, subject.packs.slots.character).paths
    return found[0] if found else None


def _first_arms(message: Message) -> Message:
    found: Message = ()
    for node in message:
        found += _first_arms(node.arms[0].body) if isinstance(node, Choice) else (node,)
    return found


class _Cases:
    def __init__(self, seek: Seeking, message: Message, subject: Subject) -> None:
        self.seek = seek
        self.message = message
        self.subject = subject
        self.told: dict[int, int] = {}  # by the id of a choice

    @cached_property
    def plan(self) -> Plan:
        return plan(self.message, self.subject.lowered.variables)

    def leaves(self) -> Iterator[Leaf]:
        left: deque[tuple[Leaf, World]] = deque([(Leaf(self.message, None, (), ()), {})])
        number = 1
        most = min(CASES_MAX, NODES_MAX // (sum(1 for _ in nodes_of(self.message)) + 1))
        while left:
            leaf, world = left.popleft()
            stands = surely(self.seek, leaf.message, self.subject)
            choice = self._next(leaf.message, number) if stands is None and number < most else None
            inner = () if choice is None else tuple(self._worlds(choice, world, most - number))
            number += max(len(inner) - 1, 0)
            left += ((self._reduced(leaf, one), one) for one in inner)
            if not inner:
                yield leaf._replace(stands=stands)

    def _next(self, message: Message, number: int) -> Choice | None:
        """The choice that most likely has to do with what is looked for."""
        known = [node for node in message if isinstance(node, Choice) and self._decidable(node)]
        found = next((node for node in known if self._told(node) > 1), None)
        if found is None and number < TOUCHED_MAX:
            found = next((node for node in known if self._told(node)), None)
        return found

    def _told(self, choice: Choice) -> int:
        """2 where what is looked for may stand in an arm, 1 where some cue of it may, else 0."""
        if id(choice) not in self.told:
            bodies = [arm.body for arm in choice.arms]
            texts, cues = self.subject.slot_texts, self.seek.cues
            holds = any(self.seek.within(body) is not False for body in bodies)
            self.told[id(choice)] = 2 if holds else int(cues is None or any(cues_of(b, texts, cues) for b in bodies))
        return self.told[id(choice)]

    def _decidable(self, choice: Choice) -> bool:
        """Whether it is the template's own, and decided by few cases."""
        names = self.plan.spoken(choice)
        few = self.plan.survey.loose.isdisjoint(names) and self.plan.combinations(list(names)) <= CASES_MAX
        return choice.span != NOWHERE and few

    def _worlds(self, choice: Choice, world: World, most: int) -> Iterator[World]:
        """The cases of the variables that decide `choice`; none where they are more than `most`."""
        new = [name for name in self.plan.spoken(choice) if name not in world]
        if self.plan.combinations(new) > most:
            return
        for combination in product(*(range(len(self.plan.cases[name])) for name in new)):
            yield world | dict(zip(new, combination, strict=True))

    def _reduced(self, leaf: Leaf, world: World) -> Leaf:
        """The case in which `world` holds, of which the choices that it decides are left out."""
        found = _Reduced(self.plan, world)
        message = found.message(leaf.message)
        told = dict.fromkeys((*leaf.reasons, *found.reasons))
        return Leaf(message, None, tuple(told), (*leaf.arms, *found.arms))


class _Reduced:
    """Puts the arm that is sent in the place of each choice that a world decides. In a loop nothing is decided, as its
    rounds are worlds of their own."""

    def __init__(self, plan: Plan, world: World) -> None:
        self.plan = plan
        self.world = world
        self.reasons: list[Reason] = []
        self.arms: list[tuple[Span, tuple[Reason, ...]]] = []

    def message(self, message: Message) -> Message:
        found: list[Any] = []
        for node in message:
            if isinstance(node, Choice):
                found += self._choice(node)
            else:
                case = self.plan.case(node.variable, self.world) if isinstance(node, Slot) else None
                found.append(node._replace(domain=case.domain) if case and isinstance(node, Slot) else node)
        return tuple(found)

    def _choice(self, choice: Choice) -> Message:
        selected = self.plan.selectable(choice, self.world)
        if len(selected) > 1:
            # The same choice with other arms would be another to the plan: what its arms decide waits for it.
            return (choice,)
        (index,) = selected
        why = tuple(reasons(choice, index))
        self.reasons += why
        self.arms.append((choice.arms[index].span, why))
        return self.message(choice.arms[index].body)
