"""One walk over a message tree for every reader of it: the extent and the paths.

Theory of operation. The walk goes from left to right with a frontier: pairs of a world and a state. A world says, for
variables that the tree mentions more than once, which of their cases holds; a state is whatever the reader keeps of
what was sent so far. At the first mention of such a variable the frontier splits into its cases, so that two equal
conditions, or a condition and the value it speaks of, never contradict each other. After the last mention the
variable is forgotten and the reader may merge what has become the same world. Conditions that stand alone do not
split anything: each arm that some case selects is taken, from the same state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, Protocol, TypeVar

from smslint.conditions import Condition, Test, evaluate, tests
from smslint.message import Choice, Message, Node, Repeat, Slot, Text
from smslint.variables import FREE, Case, Variable, cases

WORLDS_MAX = 4096  # cases held apart at the same time; past it they are forgotten and the result is a bound

S = TypeVar("S")
World = dict[str, int]


@dataclass(frozen=True)
class Plan:
    """A tree with what its walk needs: the cases of its variables, which of them are held apart (`split`), and after
    which node of which message they are forgotten."""

    message: Message
    cases: Mapping[str, tuple[Case, ...]]
    split: frozenset[str]
    forget: Mapping[tuple[int, int], tuple[str, ...]]

    def case(self, variable: str | None, world: World) -> Case | None:
        """The case of `variable` that holds in `world`, None while it is open."""
        index = None if variable is None else world.get(variable)
        return None if index is None or variable is None else self.cases[variable][index]


def plan(message: Message, variables: Mapping[str, Variable]) -> Plan:
    """How to walk `message`, whose conditions and slots speak of `variables`."""
    asked: dict[str, list[Test]] = {}
    for node in nodes_of(message):
        if isinstance(node, Choice):
            for test in _choice_tests(node):
                asked.setdefault(test.variable, []).append(test)
    mentions = _closings(message, {}, {})
    split = {v for v, n in mentions.items() if n > 1 and (v in asked or _has_values(variables.get(v, FREE)))}
    forget: dict[tuple[int, int], tuple[str, ...]] = {}
    if split:
        _closings(message, {v: mentions[v] for v in split}, forget)
    table = {v: cases(variables.get(v, FREE), asked.get(v, [])) for v in {*asked, *split}}
    return Plan(message, table, frozenset(split), forget)


def nodes_of(message: Message) -> Iterator[Node]:
    """Every node of `message`, each before what it contains."""
    for node in message:
        yield node
        if isinstance(node, Choice):
            for arm in node.arms:
                yield from nodes_of(arm.body)
        elif isinstance(node, Repeat):
            yield from nodes_of(node.body)


def _has_values(variable: Variable) -> bool:
    return variable.domain.values is not None


def _choice_tests(choice: Choice) -> Iterator[Test]:
    for arm in choice.arms:
        if arm.condition is not None:
            yield from tests(arm.condition)


def _mentioned(node: Node) -> set[str]:
    if isinstance(node, Choice):
        return {test.variable for test in _choice_tests(node)}
    return {node.variable} if isinstance(node, Slot) and node.variable is not None else set()


def _closings(
    message: Message, totals: Mapping[str, int], forget: dict[tuple[int, int], tuple[str, ...]]
) -> Counter[str]:
    """Counts the mentions in `message`; notes, for each variable of `totals`, the innermost message that holds all of
    them. A mention in a loop counts twice, but for the loop's own variables: it must outlive the round."""
    counts: Counter[str] = Counter()
    closed: set[str] = set()
    last: dict[str, int] = {}
    for index, node in enumerate(message):
        here = Counter(_mentioned(node))
        bodies = [arm.body for arm in node.arms] if isinstance(node, Choice) else []
        bodies += [node.body] if isinstance(node, Repeat) else []
        for body in bodies:
            inner = _closings(body, totals, forget)
            closed.update(v for v, n in inner.items() if n == totals.get(v))
            here += inner
            if isinstance(node, Repeat):
                here += Counter(inner.keys() - node.own)
        counts += here
        last.update(dict.fromkeys(here, index))
    for variable, n in counts.items():
        if n == totals.get(variable) and variable not in closed:
            key = (id(message), last[variable])
            forget[key] = (*forget.get(key, ()), variable)
    return counts


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
    """One walk. `limit`: states held at once before LimitReached; `steps`: nodes visited before it.

    `forgot`: worlds were forgotten at WORLDS_MAX, so that the result may hold paths that contradict themselves.
    """

    plan: Plan
    reader: Reader[S]
    limit: int | None = None
    steps: int = 250_000
    forgot: bool = False
    _known: dict[tuple[int, tuple[int | None, ...]], list[int]] = field(default_factory=dict)

    def states(self, start: S) -> list[S]:
        """The reader's states at the end of the message."""
        frontier = self._message(self.plan.message, [({}, start)])
        return self.reader.merge([state for _, state in frontier])

    def _message(self, message: Message, frontier: Frontier[S]) -> Frontier[S]:
        reader, split = self.reader, self.plan.split
        for index, node in enumerate(message):
            self.steps -= len(frontier)
            if self.steps < 0:
                raise LimitReached
            if isinstance(node, Text):
                frontier = [(world, reader.text(state, node)) for world, state in frontier]
                continue
            frontier = self._node(node, frontier)
            if split:
                frontier = self._forget(frontier, self.plan.forget.get((id(message), index), ()))
            if self.limit is not None and len(frontier) > self.limit:
                raise LimitReached
        return frontier

    def _node(self, node: Slot | Choice | Repeat, frontier: Frontier[S]) -> Frontier[S]:
        if isinstance(node, Slot):
            return self._slot(node, frontier)
        if isinstance(node, Choice):
            return self._choice(node, frontier)
        return self._repeat(node, frontier)

    def _slot(self, node: Slot, frontier: Frontier[S]) -> Frontier[S]:
        found: Frontier[S] = []
        for world, state in frontier:
            for inner in self._worlds(world, {node.variable} if node.variable else set()):
                case = self.plan.case(node.variable, inner)
                found += [(inner, after) for after in self.reader.slot(state, node, case)]
        return found

    def _choice(self, node: Choice, frontier: Frontier[S]) -> Frontier[S]:
        found: Frontier[S] = []
        mentioned = _mentioned(node)
        for world, state in frontier:
            for inner in self._worlds(world, mentioned):
                for index in self._selectable(node, inner, mentioned):
                    before = self.reader.arm(state, node, index)
                    found += self._message(node.arms[index].body, [(inner, before)])
        return self._merged(found)

    def _repeat(self, node: Repeat, frontier: Frontier[S]) -> Frontier[S]:
        low, high = self.reader.rounds(node)
        found: Frontier[S] = []
        for done in range(high + 1):
            if done >= low:
                found += [(world, self.reader.again(state, node, False)) for world, state in frontier]
            if done < high:
                frontier = [(world, self.reader.again(state, node, True)) for world, state in frontier]
                frontier = self._message(node.body, frontier)
        return self._merged(found)

    def _worlds(self, world: World, mentioned: set[str]) -> Iterator[World]:
        """`world`, split by the cases of those `mentioned` variables that are held apart and still open."""
        new = [v for v in mentioned if v in self.plan.split and v not in world]
        if not new:
            yield world
            return
        for combination in product(*(range(len(self.plan.cases[v])) for v in new)):
            yield world | dict(zip(new, combination, strict=True))

    def _selectable(self, choice: Choice, world: World, mentioned: set[str]) -> list[int]:
        """The arms that some case of the variables still open selects."""
        key = (id(choice), tuple(world.get(v) for v in mentioned))
        if key not in self._known:
            self._known[key] = self._select(choice, world, mentioned)
        return self._known[key]

    def _select(self, choice: Choice, world: World, mentioned: set[str]) -> list[int]:
        open_variables = [v for v in mentioned if v not in world]
        combinations = 1
        for variable in open_variables:
            combinations *= len(self.plan.cases[variable])
        if combinations > WORLDS_MAX:
            self.forgot = True
            return list(range(len(choice.arms)))
        chosen: set[int] = set()
        for inner in product(*(range(len(self.plan.cases[v])) for v in open_variables)):
            chosen.add(self._chosen(choice, world | dict(zip(open_variables, inner, strict=True))))
            if len(chosen) == len(choice.arms):
                break
        return sorted(chosen)

    def _chosen(self, choice: Choice, world: World) -> int:
        def answer(test: Test) -> bool:
            return self.plan.cases[test.variable][world[test.variable]].answer(test)

        last = len(choice.arms) - 1
        for index, arm in enumerate(choice.arms[:last]):
            if arm.condition is not None and evaluate(arm.condition, answer):
                return index
        return last

    def _forget(self, frontier: Frontier[S], variables: tuple[str, ...]) -> Frontier[S]:
        if variables:
            frontier = [({k: v for k, v in w.items() if k not in variables}, s) for w, s in frontier]
        if len(frontier) > WORLDS_MAX and self.limit is None:
            self.forgot = True
            frontier = [({}, state) for _, state in frontier]
        return self._merged(frontier) if variables or self.forgot else frontier

    def _merged(self, frontier: Frontier[S]) -> Frontier[S]:
        if len(frontier) < 2:
            return frontier
        groups: dict[frozenset[tuple[str, int]], tuple[World, list[S]]] = {}
        for world, state in frontier:
            groups.setdefault(frozenset(world.items()), (world, []))[1].append(state)
        return [(w, state) for w, states in groups.values() for state in self.reader.merge(states)]


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
