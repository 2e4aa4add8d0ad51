"""The nearest positions that renderings reach in one coding: the shortest message, with its decisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from smslint.extents.furthest import ROUNDS_MAX, Reached, Trail
from smslint.extents.plan import Plan
from smslint.extents.samples import Filters, Option, options
from smslint.extents.spellings import option, spellings
from smslint.extents.walk import LimitReached
from smslint.extents.ways import NEVER, Way, moved
from smslint.extents.witness import Decision
from smslint.tree.domains import Domain
from smslint.tree.message import Choice, Repeat, Slot, Text
from smslint.tree.variables import Case

Ends: TypeAlias = "tuple[Reached, Reached]"  # without padding, and with it
START: Ends = (Reached(0, None), Reached(0, None))


class Nearest:
    """The nearest positions in one coding."""

    def __init__(self, plan: Plan, way: Way) -> None:
        self.plan = plan
        self.way = way
        self._known: dict[tuple[Domain, Filters], list[Option]] = {}

    def text(self, state: Ends, node: Text) -> Ends:
        return self._text(state, node.text)

    def _text(self, state: Ends, text: str) -> Ends:
        raw, padded = state
        after = moved(raw.position, padded.position, self.way.runs(text), self.way.capacity[1])
        return raw._replace(position=after[0]), padded._replace(position=after[1])

    def slot(self, state: Ends, node: Slot, case: Case | None) -> list[Ends]:
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

    def arm(self, state: Ends, choice: Choice, index: int) -> Ends:
        return _decided(state, index)

    def again(self, state: Ends, node: Repeat, more: bool) -> Ends:
        return _decided(state, more)

    def rounds(self, node: Repeat) -> tuple[int, int]:
        if node.low > ROUNDS_MAX:
            raise LimitReached
        return node.low, max(node.low, min(node.low + 1, node.low if node.high is None else node.high))

    def merge(self, states: list[Ends]) -> list[Ends]:
        if len(states) < 2:
            return states
        raw, padded = zip(*states, strict=True)
        return [(min(raw, key=_position), min(padded, key=_position))]


def _position(reached: Reached) -> int:
    return reached.position


def _decided(state: Ends, decision: Decision) -> Ends:
    raw, padded = state
    return Reached(raw.position, Trail(raw.trail, decision)), Reached(padded.position, Trail(padded.trail, decision))
