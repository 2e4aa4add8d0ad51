"""The least and the most units that any rendering of a tree has, wherever its parts end.

Theory of operation. Without part boundaries, units only add up, in whatever order: the tree is a sum over its nodes of
a maximum over their arms. Nodes that speak of no common variable do not interfere, and a variable that several nodes
share is eliminated by looking at those nodes alone, once for each of its cases. So a hundred variables that are each
tested thirty times cost three thousand small sums, not 2^100 worlds.

One character outside GSM-7 changes what all others weigh, so three sums are kept: `gsm`, the septets of what is all
in GSM-7; `plain`, the code units of the same; `ucs`, the code units of what is not. Two stretches in a row are in GSM-7
if both are, and outside if either is. That is an algebra (`times` in a row, `plus` for either), and the same fold over
the tree serves two of them: `Units` only counts, for both ends at once; `Picks` also remembers, for one end, which
cases led there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Generic, NamedTuple, Protocol, TypeVar

from smslint.extents.plan import WORLDS_MAX, Plan, World
from smslint.extents.samples import totals
from smslint.extents.units import INFINITE, NOTHING, UNBOUNDED, Totals, either, in_a_row, of_text, rounds
from smslint.tree.domains import Domain
from smslint.tree.message import Choice, Message, Node, Repeat, Slot, Text

E = TypeVar("E")


class Algebra(Protocol[E]):
    """How to add up. `one`: what an empty text weighs."""

    one: E

    def units(self, found: Totals) -> E: ...

    def times(self, first: E, second: E) -> E: ...

    def plus(self, first: E, second: E) -> E: ...

    def power(self, base: E, low: int, high: int | None) -> E: ...

    def pick(self, found: E, variable: str, case: int) -> E: ...


class Units:
    """Both ends at once: the most septets, plain code units and code units, then the least."""

    one = NOTHING

    def units(self, found: Totals) -> Totals:
        return found

    def times(self, first: Totals, second: Totals) -> Totals:
        return in_a_row(first, second)

    def plus(self, first: Totals, second: Totals) -> Totals:
        return either(first, second)

    def power(self, base: Totals, low: int, high: int | None) -> Totals:
        most = UNBOUNDED if high is None else high
        found = rounds(base, low)
        if most > low:
            found = either(found, rounds(base, max(low, 1)))
            found = either(found, rounds(base, most))
        return found

    def pick(self, found: Totals, variable: str, case: int) -> Totals:
        return found


class Best(NamedTuple):
    """Units (negative where the least are wanted), and the cases picked, as a tree."""

    units: float
    picked: object = None


class Picked(NamedTuple):
    """The case of a variable, and what was picked before."""

    variable: str
    case: int
    before: object


Three = tuple[Best, Best, Best]
_NEVER = Best(-INFINITE)


class Picks:
    """One end (`sign` +1: the most) with the cases that lead there."""

    one: Three = (Best(0), Best(0), _NEVER)

    def __init__(self, sign: int) -> None:
        self.sign = sign

    def units(self, found: Totals) -> Three:
        g, p, u = found[:3] if self.sign > 0 else found[3:]
        return Best(g * self.sign), Best(p * self.sign), Best(u * self.sign)

    def times(self, first: Three, second: Three) -> Three:
        g1, p1, u1 = first
        g2, p2, u2 = second
        return _both(g1, g2), _both(p1, p2), max(_both(u1, max(p2, u2, key=_units)), _both(p1, u2), key=_units)

    def plus(self, first: Three, second: Three) -> Three:
        g, p, u = (one if one.units >= other.units else other for one, other in zip(first, second, strict=True))
        return g, p, u

    def power(self, base: Three, low: int, high: int | None) -> Three:
        rounds = UNBOUNDED if high is None else high
        found = self._rounds(base, low)
        if rounds > low:
            found = self.plus(found, self._rounds(base, max(low, 1)))
            found = self.plus(found, self._rounds(base, rounds))
        return found

    def _rounds(self, base: Three, rounds: int) -> Three:
        if rounds == 0:
            return self.one
        g, p, u = base
        more = Best(max(p, u, key=_units).units * (rounds - 1)) if rounds > 1 else Best(0)
        return Best(g.units * rounds, g.picked), Best(p.units * rounds, p.picked), _both(u, more)

    def pick(self, found: Three, variable: str, case: int) -> Three:
        g, p, u = (Best(one.units, Picked(variable, case, one.picked)) for one in found)
        return g, p, u


def _units(best: Best) -> float:
    return best.units


def _both(first: Best, second: Best) -> Best:
    if first.picked is None:
        return Best(first.units + second.units, second.picked)
    if second.picked is None:
        return Best(first.units + second.units, first.picked)
    return Best(first.units + second.units, (first.picked, second.picked))


def world_of(picked: object) -> World:
    """The cases that a tree of picks names."""
    world: World = {}
    left = [picked]
    while left:
        one = left.pop()
        if isinstance(one, Picked):
            world[one.variable] = one.case
            left.append(one.before)
        elif isinstance(one, tuple):
            left += one
    return world


NODES_MAX = 15_000  # added up in one tree; past it no more variables are told apart
ROWS_A_NODE = 20  # of tables of shared variables, that take as long to join as a node to add up

Rows = dict[tuple[int, ...], E]


class Fold(Generic[E]):
    """Adds up a tree. Not `sure`: what is found is a bound, as too many conditions are entangled, so that some were
    taken to be independent, or as not all that some slot prints is known."""

    def __init__(self, plan: Plan, algebra: Algebra[E]) -> None:
        self.plan = plan
        self.algebra = algebra
        self.sure = not plan.entangled
        self._left = NODES_MAX
        self._known: dict[tuple[int, tuple[int | None, ...]], E] = {}

    def total(self) -> E:
        """What the whole message weighs."""
        return self._message(self.plan.message, {})

    def _message(self, message: Message, world: World) -> E:
        algebra = self.algebra
        found = algebra.one
        shared: dict[tuple[str, ...], Rows[E]] = {}
        for node in message:
            if isinstance(node, Text):
                found = algebra.times(found, algebra.units(of_text(node.text)))
                continue
            scope = tuple(name for name in self._scope(node) if name not in world)
            if scope and self._too_many(scope):
                self.sure = False
                scope = ()
            if scope:
                self._add(shared, scope, self._rows(node, scope, world))
            else:
                found = algebra.times(found, self._node(node, world))
        return algebra.times(found, self._eliminated(shared)) if shared else found

    @property
    def spent(self) -> bool:
        """Whether as much was added up as may be."""
        return self._left < 0

    def _too_many(self, names: Sequence[str]) -> bool:
        """Whether these variables are not told apart: their combinations are too many, or all so far were."""
        return self.spent or self.plan.combinations(list(names)) > WORLDS_MAX

    def _scope(self, node: Node) -> tuple[str, ...]:
        return tuple(sorted(self.plan.scopes[id(node)])) if self.plan.split else ()

    def _node(self, node: Node, world: World) -> E:
        if not self.plan.split:
            return self._fresh(node, world)
        key = (id(node), tuple([world.get(name) for name in self.plan.scopes[id(node)]]))
        if key not in self._known:
            self._known[key] = self._fresh(node, world)
        return self._known[key]

    def _fresh(self, node: Node, world: World) -> E:
        self._left -= 1
        if isinstance(node, Slot):
            return self._slot(node, world)
        if isinstance(node, Choice):
            return self._choice(node, world)
        assert isinstance(node, Repeat)
        inner = {name: case for name, case in world.items() if name not in node.own}
        return self.algebra.power(self._message(node.body, inner), node.low, node.high)

    def _slot(self, node: Slot, world: World) -> E:
        if node.variable not in self.plan.split or node.variable in world:
            case = self.plan.case(node.variable, world)
            return self._either(self._printed(node, domain) for domain in self.plan.domains(node, case))
        name = node.variable or ""
        ways = enumerate(self._printed(node, case.domain) for case in self.plan.cases[name])
        return self._either(self.algebra.pick(found, name, index) for index, found in ways)

    def _printed(self, node: Slot, domain: Domain) -> E:
        found = totals(domain, node.filters)
        self.sure = self.sure and found.sure
        return self.algebra.units(found.totals)

    def _choice(self, node: Choice, world: World) -> E:
        own = [name for name in self.plan.spoken(node) if name in self.plan.split and name not in world]
        if not own:
            return self._arms(node, self.plan.selectable(node, world), world)
        if self._too_many(own):
            self.sure = False
            return self._arms(node, tuple(range(len(node.arms))), world)
        ways = []
        for combination in product(*(range(len(self.plan.cases[name])) for name in own)):
            inner = world | dict(zip(own, combination, strict=True))
            found = self._arms(node, self.plan.selectable(node, inner), inner)
            for name, case in zip(own, combination, strict=True):
                found = self.algebra.pick(found, name, case)
            ways.append(found)
        return self._either(ways)

    def _arms(self, node: Choice, indices: tuple[int, ...], world: World) -> E:
        self.sure = self.sure and not self.plan.guessed
        return self._either(self._message(node.arms[index].body, world) for index in indices)

    def _either(self, ways: Iterable[E]) -> E:
        found: E | None = None
        for way in ways:
            found = way if found is None else self.algebra.plus(found, way)
        assert found is not None
        return found

    # -- variables that several nodes share ------------------------------------------------------------------------

    def _rows(self, node: Node, scope: tuple[str, ...], world: World) -> Rows[E]:
        keys = product(*(range(len(self.plan.cases[name])) for name in scope))
        return {key: self._node(node, world | dict(zip(scope, key, strict=True))) for key in keys}

    def _add(self, shared: dict[tuple[str, ...], Rows[E]], scope: tuple[str, ...], rows: Rows[E]) -> None:
        known = shared.get(scope)
        if known is not None:
            rows = {key: self.algebra.times(known[key], row) for key, row in rows.items()}
        shared[scope] = rows

    def _eliminated(self, shared: dict[tuple[str, ...], Rows[E]]) -> E:
        """The sum over tables of shared variables, the variable that touches the fewest others first."""
        scopes: dict[str, set[str]] = {}
        for scope in shared:
            for name in scope:
                scopes.setdefault(name, set()).update(scope)
        costs = {name: self._cost(name, scopes) for name in scopes}
        while costs:
            name = min(costs, key=costs.__getitem__)
            touching = {scope: shared.pop(scope) for scope in list(shared) if name in scope}
            others = scopes.pop(name) - {name}
            together = costs.pop(name)[0] <= WORLDS_MAX
            if together:
                self._add(shared, *self._without(name, touching))
            else:
                self.sure = False
                for scope, rows in touching.items():
                    self._add(shared, *self._without(name, {scope: rows}))
            for other in others:
                scopes[other].discard(name)
                scopes[other].update(others if together else ())
                costs[other] = self._cost(other, scopes)
        return shared[()][()]

    def _cost(self, name: str, scopes: Mapping[str, set[str]]) -> tuple[int, str]:
        """How many combinations the cases of the variables have that a variable touches; and its name, for order."""
        return self.plan.combinations(sorted(scopes[name])), name

    def _without(self, name: str, tables: dict[tuple[str, ...], Rows[E]]) -> tuple[tuple[str, ...], Rows[E]]:
        """The table of the other variables of `tables`: for each of their cases, the best case of `name`."""
        rest = tuple(sorted({other for scope in tables for other in scope} - {name}))
        columns = [(rows, [(*rest, name).index(other) for other in scope]) for scope, rows in tables.items()]
        found: Rows[E] = {}
        self._left -= self.plan.combinations([*rest, name]) // ROWS_A_NODE
        for key in product(*(range(len(self.plan.cases[other])) for other in rest)):
            found[key] = self._either(self._joined(columns, (*key, case), name) for case in self._indices(name))
        return rest, found

    def _indices(self, name: str) -> range:
        return range(len(self.plan.cases[name]))

    def _joined(self, columns: list[tuple[Rows[E], list[int]]], cases: tuple[int, ...], name: str) -> E:
        """What the tables say together of these cases, the last of them that of `name`."""
        found: E | None = None
        for rows, places in columns:
            row = rows[tuple([cases[place] for place in places])]
            found = row if found is None else self.algebra.times(found, row)
        assert found is not None
        return self.algebra.pick(found, name, cases[-1])
