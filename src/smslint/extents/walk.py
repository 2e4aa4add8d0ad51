"""One walk over a message tree, from left to right, for readers to whom the order matters.

Theory of operation. The walk has a frontier: pairs of a world and a state. A world says which case of each split
variable holds; a state is whatever the reader keeps of what was sent so far. At the first mention of a split variable
the frontier splits into its cases, so that two equal conditions, or a condition and the value it speaks of, never
contradict each other. After the last mention the variable is forgotten and the reader may merge what has become the
same world. Conditions that stand alone do not split anything: each arm that some case selects is taken, from the same
state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Generic, Protocol, TypeVar

from smslint.extents.plan import WORLDS_MAX, Plan, World, plan
from smslint.tree.message import Choice, Message, Repeat, Slot, Text
from smslint.tree.variables import Case

__all__ = ["Case", "LimitReached", "Plan", "Reader", "Walk", "plan"]

S = TypeVar("S")


class Reader(Protocol[S]):
    """What a reader of the tree makes of it. States are values: no method changes the one it is given."""

    def text(self, state: S, node: Text) -> S: ...

    def slot(self, state: S, node: Slot, case: Case | None) -> list[S]: ...

    def arm(self, state: S, choice: Choice, index: int) -> S: ...

    def again(self, state: S, node: Repeat, more: bool) -> S:
        """`state` before another round of `node`, or after the last one."""
        ...

    def rounds(self, node: Repeat) -> tuple[int, int]:
        """The smallest and largest number of rounds to look at."""
        ...

    def merge(self, states: list[S]) -> list[S]:
        """The states that still matter of several in the same world."""
        ...


class LimitReached(Exception):
    """The tree has more to look at than the reader's limit allows."""


Frontier = list[tuple[World, S]]


@dataclass
class Walk(Generic[S]):
    """One walk. `limit`: states held at once before LimitReached; `steps`: nodes visited before it."""

    plan: Plan
    reader: Reader[S]
    limit: int = 4 * WORLDS_MAX
    steps: int = 60_000

    def states(self, start: S, world: World | None = None) -> list[S]:
        """The reader's states at the end of the message, in `world` where some cases are settled."""
        frontier = self._message(self.plan.message, [(world or {}, start)])
        return self.reader.merge([state for _, state in frontier])

    def _message(self, message: Message, frontier: Frontier[S]) -> Frontier[S]:
        reader, split = self.reader, self.plan.split
        for index, node in enumerate(message):
            self._visit(len(frontier))
            if isinstance(node, Text):
                frontier = [(world, reader.text(state, node)) for world, state in frontier]
                continue
            frontier = self._node(node, frontier)
            if split:
                frontier = self._forget(frontier, self.plan.forget.get((id(message), index), ()))
            if len(frontier) > self.limit:
                raise LimitReached
        return frontier

    def _visit(self, number: int) -> None:
        self.steps -= number
        if self.steps < 0:
            raise LimitReached

    def _node(self, node: Slot | Choice | Repeat, frontier: Frontier[S]) -> Frontier[S]:
        if isinstance(node, Slot):
            return self._slot(node, frontier)
        if isinstance(node, Choice):
            return self._choice(node, frontier)
        return self._repeat(node, frontier)

    def _slot(self, node: Slot, frontier: Frontier[S]) -> Frontier[S]:
        found: Frontier[S] = []
        mentioned = () if node.variable is None else (node.variable,)
        for world, state in frontier:
            for inner in self._worlds(world, mentioned):
                case = self.plan.case(node.variable, inner)
                found += [(inner, after) for after in self.reader.slot(state, node, case)]
        return found

    def _choice(self, node: Choice, frontier: Frontier[S]) -> Frontier[S]:
        arms: dict[int, Frontier[S]] = {}
        mentioned = self.plan.spoken(node)
        for world, state in frontier:
            for inner in self._worlds(world, mentioned):
                for index in self.plan.selectable(node, inner):
                    arms.setdefault(index, []).append((inner, self.reader.arm(state, node, index)))
        ends = (end for index in sorted(arms) for end in self._message(node.arms[index].body, arms[index]))
        return self._merged(list(ends))

    def _repeat(self, node: Repeat, frontier: Frontier[S]) -> Frontier[S]:
        low, high = self.reader.rounds(node)
        found: Frontier[S] = []
        own = tuple(node.own)
        for done in range(high + 1):
            if done >= low:
                found += [(world, self.reader.again(state, node, False)) for world, state in frontier]
            if done < high:
                frontier = [(world, self.reader.again(state, node, True)) for world, state in frontier]
                frontier = self._forget(self._message(node.body, frontier), own)
        return self._merged(found)

    def _worlds(self, world: World, mentioned: tuple[str, ...]) -> Iterable[World]:
        """`world`, split by the cases of those `mentioned` variables that are held apart and still open."""
        new = [name for name in mentioned if name in self.plan.split and name not in world]
        return self._split(world, new) if new else (world,)

    def _split(self, world: World, new: list[str]) -> Iterator[World]:
        number = self.plan.combinations(new)
        if number > self.limit:
            raise LimitReached
        self._visit(number)
        for combination in product(*(range(len(self.plan.cases[name])) for name in new)):
            yield world | dict(zip(new, combination, strict=True))

    def _forget(self, frontier: Frontier[S], variables: tuple[str, ...]) -> Frontier[S]:
        if not variables:
            return frontier
        return self._merged([({k: v for k, v in w.items() if k not in variables}, s) for w, s in frontier])

    def _merged(self, frontier: Frontier[S]) -> Frontier[S]:
        if len(frontier) < 2:
            return frontier
        groups: dict[frozenset[tuple[str, int]], tuple[World, list[S]]] = {}
        for world, state in frontier:
            groups.setdefault(frozenset(world.items()), (world, []))[1].append(state)
        return [(w, state) for w, states in groups.values() for state in self.reader.merge(states)]
