"""The extent of a message that a gateway sends in the cheapest of several codings (national language tables, ASCII).

Theory of operation. What a rendering costs is the least over the codings that hold it, so the smallest count of all
renderings is found one coding after the other, by the monotone positions of `witness`. The largest is not: it is a
largest of leasts, and the rendering that is worst for one coding may be cheap in another. So a walk keeps a vector, the
position in each coding, and drops those that another is at least as far as in every coding: what is left is a Pareto
frontier. A character that a coding does not have puts that position out of reach, for good. Positions are kept twice,
with the padding of cut parts and without, as only a message longer than one part is cut.

A frontier larger than `FRONTIER_MAX` becomes its own upper bound, and the extent is then called exact only where a
witness has the number, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import ge
from typing import Any, NamedTuple, TypeAlias, TypeVar

from smslint.extents.extent import Extent
from smslint.extents.furthest import ROUNDS_MAX, Reached, Trail, decisions
from smslint.extents.plan import Plan, plan
from smslint.extents.samples import Filters, Option, options
from smslint.extents.spellings import option, spellings
from smslint.extents.totals import Fold, Units
from smslint.extents.units import UNBOUNDED, Totals
from smslint.extents.walk import LimitReached, Walk
from smslint.extents.witness import Decision, Witness, written
from smslint.gsm.codings import Coding, Codings
from smslint.gsm.segments import Capacity, Encoding, Run, advance_pairs, runs
from smslint.tree.domains import Constant, Domain
from smslint.tree.message import Choice, Message, Repeat, Slot, Text, nodes_of
from smslint.tree.variables import Case, Variable

FRONTIER_MAX = 128  # vectors of one world that none of the others outdoes
STEPS_MAX = 100_000  # nodes that are visited, in all codings together
COMPARISONS_MAX = 3_000_000  # of vectors, in one walk; past it every frontier becomes one bound
NEVER = 1 << 60  # the position of what a coding does not hold

Runs: TypeAlias = "tuple[Run, ...] | None"


def cheapest(message: Message, variables: Mapping[str, Variable], codings: Codings) -> Extent:
    """The extent of `message`, each rendering in the cheapest of `codings`; raises nothing."""
    search = _Search(message, variables, codings)
    low, low_exact = search.least()
    high, high_exact = search.most()
    if low == high and low_exact is not high_exact:
        # All renderings cost the same, so that a witness of one end is one of the other.
        known = search.found[-1] or search.found[+1]
        search.found = {-1: known, +1: known}
        low_exact = high_exact = True
    sure = not search.plan.entangled and not search.plan.guessed
    return Extent(low, high, low_exact and high_exact and sure, search.encodings, search)


class _Search:
    """Finds the ends of one tree, and the witnesses of those ends."""

    def __init__(self, message: Message, variables: Mapping[str, Variable], codings: Codings) -> None:
        self.codings = codings
        self.ways: tuple[Way, ...] = (*codings.codings, _Wide(codings.ucs2))
        self.plan = plan(message, variables, self._refine)
        self.totals: Totals = Fold(self.plan, Units()).total()
        self.found: dict[int, Witness | None] = {-1: None, +1: None}
        self.encodings: tuple[Encoding, ...] = (codings.codings[0].encoding, "UCS-2")
        self.own = frozenset(n for node in nodes_of(message) if isinstance(node, Repeat) for n in node.own)

    def witness(self, sign: int, segments: int) -> Witness | None:
        """The rendering that was found to have this count at this end."""
        found = self.found.get(sign)
        return found if found is not None and found.count.segments == segments else None

    def _refine(self, found: tuple[Case, ...], slots: Sequence[Slot]) -> tuple[Case, ...]:
        """Of values that answer every test alike and weigh the same in every coding, one."""
        filters = tuple(dict.fromkeys(slot.filters for slot in slots))
        kept: dict[object, Case] = {}
        for case in found:
            if case.domain.values is None:
                kept[id(case)] = case
                continue
            for value in case.domain.values:
                domain = replace(case.domain, values=(value,))
                texts = [option for one in filters for option in options(domain, one)]
                weighs = tuple(
                    (option.value is None, *(way.runs(option.text) for way in self.ways)) for option in texts
                )
                kept.setdefault((tuple(case.answers.values()), weighs), Case(domain, case.answers))
        return tuple(kept.values())

    # -- the smallest count ------------------------------------------------------------------------------------------

    def least(self) -> tuple[int, bool]:
        """The smallest count, and whether some rendering is known to have it."""
        ends = [end for way in self.ways if (end := self._least_of(way)) is not None]
        if len(ends) < len(self.ways):
            return self._fewest(), False
        ends.sort(key=lambda end: end[:2])
        low = ends[0][0]
        written = (self._written(trail) for segments, _, trail in ends if segments == low < NEVER)
        return (low, self._keep(-1, low, written)) if low < NEVER else (1, False)

    def _keep(self, sign: int, segments: int, written: Iterable[Witness | None]) -> bool:
        """Keeps the first witness with this count; whether there is one."""
        self.found[sign] = next((one for one in written if one is not None and one.count.segments == segments), None)
        return self.found[sign] is not None

    def _least_of(self, way: Way) -> tuple[int, int, Trail | None] | None:
        """The segments and units of the shortest rendering in one coding; None where there is too much to walk."""
        try:
            (end,) = Walk(self.plan, _Least(self.plan, way), steps=STEPS_MAX // len(self.ways)).states(_START)
        except LimitReached:
            return None
        raw, padded = end
        single, part = way.capacity
        if raw.position >= NEVER:
            return NEVER, NEVER, None
        if raw.position <= single:
            return 1, raw.position, raw.trail
        return -(-padded.position // part), padded.position, padded.trail

    def _fewest(self) -> int:
        """A count that no rendering is below: as many characters as there are at least, one unit each."""
        characters = min(self.totals[4], self.totals[5] / 2)
        single, part = (max(way.capacity[index] for way in self.ways) for index in (0, 1))
        return 1 if characters <= single else int(-(-characters // part))

    # -- the largest count -------------------------------------------------------------------------------------------

    def most(self) -> tuple[int | None, bool]:
        """The largest count (None: there is none), and whether some rendering is known to have it."""
        if max(self.totals[:3]) >= UNBOUNDED:
            return None, False
        reader = _Most(self.plan, self.ways)
        try:
            ends = Walk(self.plan, reader, steps=STEPS_MAX // len(self.ways)).states(
                _Vector((0, 0) * len(self.ways), None)
            )
        except LimitReached:
            return self._bound(), False
        self._forget_ucs2(ends)
        ends.sort(key=lambda end: self._segments(end.positions), reverse=True)
        high, _ = self._segments(ends[0].positions)
        alike = (end for end in ends if self._segments(end.positions)[0] == high and not end.bound)
        return high, self._keep(+1, high, (self._written(end.trail) for end in alike))

    def _segments(self, positions: tuple[int, ...]) -> tuple[int, float]:
        """The segments of a vector in its cheapest coding, and how full the last one is."""
        found = []
        for index, way in enumerate(self.ways):
            raw, padded = positions[2 * index : 2 * index + 2]
            single, part = way.capacity
            if raw < NEVER:
                alone = raw <= single
                found.append(
                    (1 if alone else -(-padded // part), raw / single if alone else (padded - 1) % part / part)
                )
        return min(found, key=lambda one: one[0])

    def _forget_ucs2(self, ends: list[_Vector]) -> None:
        if all(any(end.positions[2 * i] < NEVER for i in range(len(self.ways) - 1)) for end in ends):
            self.encodings = self.encodings[:1]

    def _bound(self) -> int:
        """A count that no rendering exceeds: all in UCS-2, padding wherever it could be."""
        units = int(max(self.totals[1], self.totals[2], 0))
        single, part = self.codings.ucs2
        return 1 if units <= single else -(-units // (part - 1))

    # -- witnesses ---------------------------------------------------------------------------------------------------

    def _written(self, trail: Trail | None) -> Witness | None:
        """The rendering that `trail` leads to; None where a slot may not print what it would need, or where one
        variable would have to have two values."""
        decided = decisions(Reached(0, trail))
        found = written(self.plan.message, decided, self.codings)
        if found is None:
            return None
        chosen = (one for one in decided if isinstance(one, Option))
        values: dict[str, Constant | None] = {}
        slots = [node for _, node in found.pieces if isinstance(node, Slot)]
        for slot, one in zip(slots, chosen, strict=True):
            shared = slot.variable is not None and slot.variable not in self.own
            if shared and values.setdefault(slot.variable or "", one.value) != one.value:
                return None
        return found


class _Wide(NamedTuple):
    """UCS-2 as a coding: it holds every text."""

    capacity: Capacity

    def runs(self, text: str) -> Runs:
        return tuple(Run(run.length, run.code_units, 0) for run in runs(text))


Way: TypeAlias = "Coding | _Wide"


def _moved(raw: int, padded: int, found: Runs, part: int) -> tuple[int, int]:
    """Both positions after runs of one coding."""
    if found is None or raw >= NEVER:
        return NEVER, NEVER
    for length, weight, _ in found:
        raw += length * weight
        padded = padded + length if weight == 1 else advance_pairs(padded, length, part)
    return raw, padded


# -- one coding, the shortest ------------------------------------------------------------------------------------------

_Ends: TypeAlias = "tuple[Reached, Reached]"  # without padding, and with it
_START: _Ends = (Reached(0, None), Reached(0, None))


class _Least:
    """The nearest positions in one coding."""

    def __init__(self, plan: Plan, way: Way) -> None:
        self.plan = plan
        self.way = way
        self._known: dict[tuple[Domain, Filters], list[Option]] = {}

    def text(self, state: _Ends, node: Text) -> _Ends:
        return self._text(state, node.text)

    def _text(self, state: _Ends, text: str) -> _Ends:
        raw, padded = state
        after = _moved(raw.position, padded.position, self.way.runs(text), self.way.capacity[1])
        return raw._replace(position=after[0]), padded._replace(position=after[1])

    def slot(self, state: _Ends, node: Slot, case: Case | None) -> list[_Ends]:
        found = (one for domain in self.plan.domains(node, case) for one in self._options(domain, node.filters))
        return self.merge([_decided(self._text(state, one.text), one) for one in found])

    def _options(self, domain: Domain, filters: Filters) -> list[Option]:
        key = (domain, filters)
        if key not in self._known:
            self._known[key] = list(self._shortest(domain, filters))
        return self._known[key]

    def _shortest(self, domain: Domain, filters: Filters) -> Iterator[Option]:
        """All values; of a domain without, its shortest texts."""
        if domain.values is not None:
            yield from options(domain, filters)
            return
        for spelling in spellings(domain, filters):
            weights = {sample: self._weight(sample) for sample in spelling.samples}
            least = min(weights.values())
            alike = [sample for sample, weight in weights.items() if weight == least]
            yield option(domain, filters, spelling, alike[:1] * spelling.low, lambda _, alike=alike: alike)  # type: ignore[misc]

    def _weight(self, sample: str) -> tuple[int, int]:
        """Units, and how many of them may straddle: of two samples with as many, the one with fewer is less."""
        found = self.way.runs(sample)
        if found is None:
            return NEVER, 0
        return sum(run.length * run.septets for run in found), sum(run.length for run in found if run.septets == 2)

    def arm(self, state: _Ends, choice: Choice, index: int) -> _Ends:
        return _decided(state, index)

    def again(self, state: _Ends, node: Repeat, more: bool) -> _Ends:
        return _decided(state, more)

    def rounds(self, node: Repeat) -> tuple[int, int]:
        if node.low > ROUNDS_MAX:
            raise LimitReached
        return node.low, max(node.low, min(node.low + 1, node.low if node.high is None else node.high))

    def merge(self, states: list[_Ends]) -> list[_Ends]:
        if len(states) < 2:
            return states
        raw, padded = zip(*states, strict=True)
        return [(min(raw, key=_position), min(padded, key=_position))]


def _position(reached: Reached) -> int:
    return reached.position


def _decided(state: _Ends, decision: Decision) -> _Ends:
    raw, padded = state
    return Reached(raw.position, Trail(raw.trail, decision)), Reached(padded.position, Trail(padded.trail, decision))


# -- all codings, the longest ------------------------------------------------------------------------------------------


class _Vector(NamedTuple):
    """The positions in each coding, without padding and with it; `bound`: of several vectors, the largest of each."""

    positions: tuple[int, ...]
    trail: Trail | None
    bound: bool = False


class _Mixed(NamedTuple):
    """Positions inside one slot, and the characters that led there, the last first."""

    positions: tuple[int, ...]
    picked: Any
    bound: bool = False


V = TypeVar("V", _Vector, _Mixed)


class _Most:
    """The frontier of the furthest positions in all codings."""

    def __init__(self, plan: Plan, ways: tuple[Way, ...]) -> None:
        self.plan = plan
        self.ways = ways
        self.comparisons = COMPARISONS_MAX
        self._runs: dict[str, tuple[Runs, ...]] = {}
        self._known: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def runs(self, text: str) -> tuple[Runs, ...]:
        found = self._runs.get(text)
        if found is None:
            found = self._runs[text] = tuple(way.runs(text) for way in self.ways)
        return found

    def text(self, state: _Vector, node: Text) -> _Vector:
        return state._replace(positions=self._after(state.positions, self.runs(node.text)))

    def _after(self, positions: tuple[int, ...], found: tuple[Runs, ...]) -> tuple[int, ...]:
        after: list[int] = []
        for index, one in enumerate(found):
            single, part = self.ways[index].capacity
            raw, padded = _moved(positions[2 * index], positions[2 * index + 1], one, part)
            # All that does not fit alone is alike, so that fewer vectors differ.
            after += (raw if raw >= NEVER else min(raw, single + 1), padded)
        return tuple(after)

    def slot(self, state: _Vector, node: Slot, case: Case | None) -> list[_Vector]:
        found: list[_Vector] = []
        for domain in self.plan.domains(node, case):
            if domain.values is not None:
                found += [self._chosen(state, option) for option in options(domain, node.filters)]
            else:
                found += self._longest(state, domain, node.filters)
        return self.merge(found)

    def _chosen(self, state: _Vector, option: Option) -> _Vector:
        positions = self._after(state.positions, self.runs(option.text))
        return state._replace(positions=positions, trail=Trail(state.trail, option))

    def _longest(self, state: _Vector, domain: Domain, filters: Filters) -> Iterator[_Vector]:
        """The longest texts of a domain, of every mixture of its characters that none outdoes."""
        for spelling in spellings(domain, filters):
            groups = self._groups(spelling.samples)
            length = spelling.high or 0
            states = [_Mixed(state.positions, None, state.bound)]
            if len(groups) == 1:
                (sample,) = groups
                states = [_Mixed(self._after(state.positions, self.runs(sample * length)), None, state.bound)]
            for _ in range(length if len(groups) > 1 else 0):
                states = self._mixed(states, groups)
            for one in states:
                picked = [*groups] * length if len(groups) == 1 else list(_picked(one))[::-1]
                found = option(domain, filters, spelling, picked, groups.__getitem__)
                positions = self._after(one.positions, self.runs(spelling.end))
                yield _Vector(positions, Trail(state.trail, found), one.bound)

    def _groups(self, samples: tuple[str, ...]) -> dict[str, list[str]]:
        """One of `samples` for each weight that none of the others outdoes in every coding, with all that weigh so."""
        found = self._known.get(samples)
        if found is None:
            weights: dict[tuple[Runs, ...], list[str]] = {}
            for sample in samples:
                weights.setdefault(tuple(way.runs(sample) for way in self.ways), []).append(sample)
            kept = [one for one in weights if not any(_outdoes(other, one) for other in weights if other is not one)]
            found = self._known[samples] = {weights[one][0]: weights[one] for one in kept}
        return found

    def _mixed(self, states: list[_Mixed], samples: Iterable[str]) -> list[_Mixed]:
        return self._frontier(
            [
                _Mixed(self._after(one.positions, self.runs(sample)), (one.picked, sample), one.bound)
                for one in states
                for sample in samples
            ]
        )

    def arm(self, state: _Vector, choice: Choice, index: int) -> _Vector:
        return state._replace(trail=Trail(state.trail, index))

    def again(self, state: _Vector, node: Repeat, more: bool) -> _Vector:
        return state._replace(trail=Trail(state.trail, more))

    def rounds(self, node: Repeat) -> tuple[int, int]:
        high = node.low if node.high is None else node.high
        if high > ROUNDS_MAX:
            raise LimitReached
        return node.low, high

    def merge(self, states: list[_Vector]) -> list[_Vector]:
        return self._frontier(states)

    def _frontier(self, states: list[V]) -> list[V]:
        """The states that no other outdoes; their upper bound where they are too many."""
        if len(states) < 2:
            return states
        by_positions = {state.positions: state for state in sorted(states, key=lambda state: state.bound, reverse=True)}
        ordered = sorted(by_positions, reverse=True)
        kept: list[tuple[int, ...]] = []
        for positions in ordered:
            self.comparisons -= len(kept) + 1
            if not any(all(map(ge, other, positions)) for other in kept):
                kept.append(positions)
            if len(kept) > FRONTIER_MAX or self.comparisons < 0:
                highest = tuple(map(max, *ordered))
                return [by_positions[ordered[0]]._replace(positions=highest, bound=True)]
        return [by_positions[positions] for positions in kept]


def _outdoes(one: tuple[Runs, ...], other: tuple[Runs, ...]) -> bool:
    """Whether a sample moves at least as far as another in every coding, from wherever."""
    return all(
        mine is None or (theirs is not None and _further(mine, theirs)) for mine, theirs in zip(one, other, strict=True)
    )


def _further(mine: tuple[Run, ...], theirs: tuple[Run, ...]) -> bool:
    if mine == theirs:
        return True
    units = [[run.septets] * run.length for run in (*mine[:1], *theirs[:1])]
    return len(mine) == len(theirs) == 1 and len(units[0]) >= len(units[1]) and units[0][0] >= units[1][0]


def _picked(mixed: _Mixed) -> Iterator[str]:
    left = mixed.picked
    while left is not None:
        left, sample = left
        yield sample
