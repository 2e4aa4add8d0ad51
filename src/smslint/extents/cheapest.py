"""The extent of a message that a gateway sends in the cheapest of several codings (national language tables, ASCII).

Theory of operation. What a rendering costs is the least over the codings that hold it, so the smallest count of all
renderings is found one coding after the other, by monotone positions (`nearest`). The largest is not: it is a largest
of leasts, and is found on the `frontier` of the positions in all codings. Positions are kept twice, with the padding of
cut parts and without, as only a message longer than one part is cut. Where the frontier was too large to be kept, the
extent is called exact only where a witness has the number, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from smslint.extents.extent import Extent
from smslint.extents.frontier import Frontier, Vector
from smslint.extents.furthest import Reached, Trail, decisions
from smslint.extents.nearest import START, Nearest
from smslint.extents.plan import plan
from smslint.extents.samples import Option, options
from smslint.extents.totals import Fold, Units
from smslint.extents.units import UNBOUNDED, Totals
from smslint.extents.walk import LimitReached, Walk
from smslint.extents.ways import NEVER, Way, Wide
from smslint.extents.witness import Witness, written
from smslint.gsm.codings import Codings
from smslint.gsm.segments import Encoding
from smslint.tree.domains import Constant
from smslint.tree.message import Message, Repeat, Slot, nodes_of
from smslint.tree.variables import Case, Variable

STEPS_MAX = 100_000  # nodes that are visited, in all codings together


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
        self.variables = variables
        self.codings = codings
        self.ways: tuple[Way, ...] = (*codings.codings, Wide(codings.ucs2))
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
            (end,) = Walk(self.plan, Nearest(self.plan, way), steps=STEPS_MAX // len(self.ways)).states(START)
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
        reader = Frontier(self.plan, self.ways)
        try:
            ends = Walk(self.plan, reader, steps=STEPS_MAX // len(self.ways)).states(
                Vector((0, 0) * len(self.ways), None)
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

    def _forget_ucs2(self, ends: list[Vector]) -> None:
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
