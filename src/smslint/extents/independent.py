"""Trees in which no choice depends on another, which most templates are: added up in one pass.

Theory of operation. Where the tests of a tree speak of variables that nothing else mentions, every combination of its
arms is possible, and the most (least) units of the whole are the sum of the most (least) of each node. A variable that
is printed several times, always alike, has one value, but all of its mentions are largest for the same value, so that
the sum is right as well. One end is not: the fewest code units of what is not in GSM-7, as `least_sure` says. Whatever
is more entangled than that is left to `plan` and `totals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from smslint.extents.samples import Filters, totals
from smslint.extents.units import INFINITE, NOTHING, Totals, either, in_a_row, of_text, paired
from smslint.gsm.segments import Encoding
from smslint.tree.conditions import Condition, Not, Test, evaluate, tests
from smslint.tree.domains import Domain
from smslint.tree.message import Choice, Message, Slot, Text, nodes_of
from smslint.tree.variables import FREE, Case, Variable, cases, unsure

COMBINATIONS_MAX = 64  # of the cases that one choice tells apart
TESTS_MAX = 500  # of one choice, each of which each case answers


class Way(NamedTuple):
    """An arm that a choice can send, where `told` says what its slots print, and what it weighs."""

    arm: int
    told: Mapping[str, Case]
    totals: Totals


class Independent(NamedTuple):
    """What such a tree weighs: the most septets, code units of what is in GSM-7 and code units of what is not, then the
    least. `pairs`: the encodings in which some character takes two units. `ways`: for each choice, by id, what it can
    send. `least_sure`: the last of `totals` is reached, and no lower bound. Not `exact`: all of them are bounds, as
    some condition is not understood that speaks of a value which matters elsewhere. Not `sure`: they are, as not all
    that some slot prints is known. `repeated`: the variables with declared values that are printed more than once.
    `every_arm`: none is there that nothing selects."""

    totals: Totals
    pairs: frozenset[Encoding]
    ways: Mapping[int, tuple[Way, ...]]
    least_sure: bool
    exact: bool
    sure: bool
    repeated: Mapping[str, Domain]
    every_arm: bool

    def before(self, text: str) -> Independent:
        """The same tree with `text` behind it."""
        return self._replace(totals=in_a_row(self.totals, of_text(text)), pairs=self.pairs | paired(text))


class _Entangled(Exception):
    """Something in the tree depends on something else."""


def independent(message: Message, variables: Mapping[str, Variable]) -> Independent | None:
    """What `message` weighs; None where its parts depend on each other."""
    one = _Pass(variables)
    try:
        found = one.message(message)
    except _Entangled:
        return None
    return Independent(found, one.pairs, one.ways, one.least_sure, one.free(), one.sure, one.repeated, one.every_arm)


class _Pass:
    """One pass over a tree; keeps which variables were printed (and how) and which decided something."""

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        self.variables = variables
        self.printed: dict[str, tuple[Domain, Filters]] = {}
        self.decided: set[str] = set()
        self.about: set[str] = set()
        self.world: dict[str, Case] = {}
        self.told: dict[str, Slot] = {}  # the first slot of each variable in this world
        self.ways: dict[int, tuple[Way, ...]] = {}
        self.pairs: frozenset[Encoding] = frozenset()
        self.least_sure = True
        self.sure = True
        self.every_arm = True
        self.unsure = False
        self.repeated: dict[str, Domain] = {}

    def message(self, message: Message) -> Totals:
        found = NOTHING
        for node in message:
            if isinstance(node, Text):
                units = of_text(node.text)
                self.pairs |= paired(node.text)
            elif isinstance(node, Slot):
                units = self._slot(node)
            elif isinstance(node, Choice):
                units = self._choice(node)
            else:
                raise _Entangled
            found = in_a_row(found, units)
        return found

    def _slot(self, node: Slot) -> Totals:
        case = self.world.get(node.variable or "")
        found = totals(node.domain if case is None else case.domain, node.filters)
        self.sure = self.sure and found.sure
        if case is None and node.variable is not None:
            self._mentioned_alike(node.variable, node, found.totals)
        elif case is not None and case.domain.values is None:
            self._told_alike(node, found.totals)
        self.pairs |= found.pairs
        return found.totals

    def _told_alike(self, node: Slot, found: Totals) -> None:
        """In a case that leaves a slot several values, all slots of the variable must print the same of them."""
        before = self.told.setdefault(node.variable or "", node)
        if before is not node and (before.filters != node.filters or -INFINITE < found[2] < found[1]):
            raise _Entangled

    def _mentioned_alike(self, name: str, node: Slot, found: Totals) -> None:
        here = (node.domain, node.filters)
        before = self.printed.get(name)
        if before is None:
            if name in self.decided or self.variables.get(name, FREE).gap:
                raise _Entangled
            self.printed[name] = here
            return
        if node.domain.values is not None:
            self.repeated[name] = node.domain
        plain, wide = found[1], found[2]
        if before != here or (wide != -INFINITE and wide < plain):
            raise _Entangled
        self.least_sure = self.least_sure and wide == -INFINITE

    def _choice(self, node: Choice) -> Totals:
        asked = [test for arm in node.arms if arm.condition is not None for test in tests(arm.condition)]
        names = dict.fromkeys(test.variable for test in asked)
        if not self.decided.isdisjoint(names) or not self.printed.keys().isdisjoint(names) or self.world:
            raise _Entangled
        self.decided.update(names)
        for test in asked:
            self.about.update(test.about if test.kind != "number" else ())
        own = [{n.variable for n in nodes_of(arm.body) if isinstance(n, Slot)} & names.keys() for arm in node.arms]
        if not any(own) and len(names) == len(asked) and all(self._open(arm.condition) for arm in node.arms[:-1]):
            ways = [Way(index, {}, self.message(arm.body)) for index, arm in enumerate(node.arms)]
        else:
            ways = self._by_case(node, asked, names, own)
            self.every_arm = self.every_arm and len({way.arm for way in ways}) == len(node.arms)
        self.ways[id(node)] = tuple(ways)
        found = ways[0].totals
        for way in ways[1:]:
            found = either(found, way.totals)
        return found

    def _by_case(
        self, node: Choice, asked: list[Test], names: Iterable[str], own: Sequence[set[str | None]]
    ) -> list[Way]:
        """The arm for each combination of cases; what it weighs where a case says what its slots print, which `own`
        tells of each arm."""
        if len(asked) > TESTS_MAX:
            raise _Entangled
        table = {
            name: self._cases(name, [test for test in asked if test.variable == name], any(name in one for one in own))
            for name in names
        }
        if prod(map(len, table.values())) > COMBINATIONS_MAX:
            raise _Entangled
        found: dict[tuple[int, tuple[Domain, ...]], Way] = {}
        for combination in product(*table.values()):
            world = dict(zip(table, combination, strict=True))
            index = _chosen(node, world)
            told = {name: case for name, case in world.items() if name in own[index]}
            key = (index, tuple([case.domain for case in told.values()]))
            if key not in found:
                found[key] = Way(index, told, self._in_world(node.arms[index].body, told))
        return list(found.values())

    def _cases(self, name: str, asked: list[Test], printed: bool) -> tuple[Case, ...]:
        self.unsure = self.unsure or unsure(name, asked, printed)
        return cases(self.variables.get(name, FREE), asked, printed)

    def _in_world(self, body: Message, told: dict[str, Case]) -> Totals:
        """What an arm weighs where `told` hold; it may hold no more choices then, which would be met twice."""
        self.world, self.told = told, {}
        units = self.message(body)
        self.world = {}
        return units

    def _open(self, condition: Condition | None) -> bool:
        """Whether `condition` is one test that may hold or not, as far as its variable goes."""
        test = condition.condition if isinstance(condition, Not) else condition
        if not isinstance(test, Test):
            return False
        if test.kind == "free":
            return True
        variable = self.variables.get(test.variable, FREE)
        domain = variable.domain
        if variable.items is not None or domain.values is not None or domain.length_max == 0:
            return False
        if test.kind == "truthy":
            return variable.optional or domain.length_min == 0
        return test.kind == "defined" and variable.optional

    def free(self) -> bool:
        """Whether no test that smslint does not interpret speaks of a variable whose value matters elsewhere."""
        return not self.unsure and not any(
            name in self.printed or name in self.decided or self.variables.get(name, FREE).known for name in self.about
        )


def _chosen(choice: Choice, world: Mapping[str, Case]) -> int:
    """The arm that is sent where these cases hold."""
    last = len(choice.arms) - 1
    for index, arm in enumerate(choice.arms[:last]):
        if arm.condition is not None and evaluate(arm.condition, lambda test: world[test.variable].answer(test)):
            return index
    return last
