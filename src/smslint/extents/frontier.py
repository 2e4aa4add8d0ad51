"""The furthest positions that renderings reach in all codings at once.

Theory of operation. What is worst for one coding may be cheap in another. So the walk keeps a vector, the position in
each coding, and drops those that another is at least as far as in every coding: what is left is a Pareto frontier. A
character that a coding does not have puts that position out of reach, for good. A frontier larger than `FRONTIER_MAX`
becomes its own upper bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import ge
from typing import Any, NamedTuple, TypeVar

from smslint.extents.furthest import ROUNDS_MAX, Trail
from smslint.extents.plan import Plan
from smslint.extents.samples import Filters, Option, options
from smslint.extents.spellings import option, spellings
from smslint.extents.walk import LimitReached
from smslint.extents.ways import NEVER, Runs, Way, moved
from smslint.gsm.segments import Run
from smslint.tree.domains import Domain
from smslint.tree.message import Choice, Repeat, Slot, Text
from smslint.tree.variables import Case

FRONTIER_MAX = 128  # vectors of one world that none of the others outdoes
COMPARISONS_MAX = 3_000_000  # of vectors, in one walk; past it every frontier becomes one bound


class Vector(NamedTuple):
    """The positions in each coding, without padding and with it; `bound`: of several vectors, the largest of each."""

    positions: tuple[int, ...]
    trail: Trail | None
    bound: bool = False


class _Mixed(NamedTuple):
    """Positions inside one slot, and the characters that led there, the last first."""

    positions: tuple[int, ...]
    picked: Any
    bound: bool = False


V = TypeVar("V", Vector, _Mixed)


class Frontier:
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

    def text(self, state: Vector, node: Text) -> Vector:
        return state._replace(positions=self._after(state.positions, self.runs(node.text)))

    def _after(self, positions: tuple[int, ...], found: tuple[Runs, ...]) -> tuple[int, ...]:
        after: list[int] = []
        for index, one in enumerate(found):
            single, part = self.ways[index].capacity
            raw, padded = moved(positions[2 * index], positions[2 * index + 1], one, part)
            # All that does not fit alone is alike, so that fewer vectors differ.
            after += (raw if raw >= NEVER else min(raw, single + 1), padded)
        return tuple(after)

    def slot(self, state: Vector, node: Slot, case: Case | None) -> list[Vector]:
        found: list[Vector] = []
        for domain in self.plan.domains(node, case):
            if domain.values is not None:
                found += [self._chosen(state, option) for option in options(domain, node.filters)]
            else:
                found += self._longest(state, domain, node.filters)
        return self.merge(found)

    def _chosen(self, state: Vector, option: Option) -> Vector:
        positions = self._after(state.positions, self.runs(option.text))
        return state._replace(positions=positions, trail=Trail(state.trail, option))

    def _longest(self, state: Vector, domain: Domain, filters: Filters) -> Iterator[Vector]:
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
                yield Vector(positions, Trail(state.trail, found), one.bound)

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

    def arm(self, state: Vector, choice: Choice, index: int) -> Vector:
        return state._replace(trail=Trail(state.trail, index))

    def again(self, state: Vector, node: Repeat, more: bool) -> Vector:
        return state._replace(trail=Trail(state.trail, more))

    def rounds(self, node: Repeat) -> tuple[int, int]:
        high = node.low if node.high is None else node.high
        if high > ROUNDS_MAX:
            raise LimitReached
        return node.low, high

    def merge(self, states: list[Vector]) -> list[Vector]:
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
