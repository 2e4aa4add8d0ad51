"""The extent of a message tree: its smallest and largest segment count over all renderings, with a witness for each.

Theory of operation. First the units are added up, wherever parts end: in one pass where no choice depends on another
(`independent`), else with the cases of each variable held apart (`totals`). They settle the count unless a
two-unit character at the end of a part could make the difference: a part that is not the last has at most one unit of
padding, so `n` units take at least `n / part` segments and at most `n / (part - 1)`. Only between the two is the tree
walked position by position (`witness`). Each end that is found has a witness, and where not everything is sure
(entangled conditions past the limit, a filter of which only a bound is known), the end is called exact only if the
witness, counted by `segments`, has the number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias

from smslint.extents.independent import Independent, independent
from smslint.extents.samples import refine, totals
from smslint.extents.units import INFINITE, UNBOUNDED, Totals, paired
from smslint.gsm.segments import Encoding, Header
from smslint.tree.message import Message, Slot, Text, nodes_of
from smslint.tree.variables import Variable

if TYPE_CHECKING:
    from smslint.extents.furthest import Steps
    from smslint.extents.plan import Plan, World
    from smslint.extents.totals import Fold
    from smslint.extents.witness import Witness
    from smslint.gsm.codings import Limits


class Search(Protocol):
    """What writes the witnesses of an extent: the rendering with `segments` at the end `sign`."""

    variables: Mapping[str, Variable]

    def witness(self, sign: int, segments: int) -> Witness | None: ...


@dataclass(frozen=True)
class Extent:
    """The smallest and the largest segment count of all renderings.

    `high` is None where the tree is unbounded. `exact`: both ends are reached by renderings; else `low` and `high`
    are bounds ("at least", "at most"). `encodings`: those that some rendering takes.
    """

    low: int
    high: int | None
    exact: bool
    encodings: tuple[Encoding, ...]
    _search: Search | None = field(repr=False, compare=False)

    def alone(self, witnesses: bool) -> Extent:
        """The extent without the tree that it is of; with `witnesses`, those that can be asked for."""
        found = Extent(self.low, self.high, self.exact, self.encodings, None)
        for name in ("best", "worst"):
            witness: Witness | None = getattr(self, name) if witnesses else None
            found.__dict__[name] = witness and replace(witness, pieces=())
        return found

    @property
    def settled(self) -> bool:
        """Whether both ends are those of the renderings: it is exact, or its bounds leave one number."""
        return self.exact or self.low == self.high

    @property
    def variables(self) -> Mapping[str, Variable]:
        """What the conditions of witnesses are on; nothing of an extent without its tree."""
        return {} if self._search is None else self._search.variables

    @cached_property
    def best(self) -> Witness | None:
        """A rendering with the smallest count; None where none is known to have it, or it is too long to write."""
        return None if self._search is None else self._search.witness(-1, self.low)

    @cached_property
    def worst(self) -> Witness | None:
        """A rendering with the largest count; None where none is known to have it, or it is too long to write."""
        return None if self.high is None or self._search is None else self._search.witness(+1, self.high)


def extent(
    message: Message, variables: Mapping[str, Variable], limits: Limits, known: Independent | None = None
) -> Extent:
    """The extent of `message` sent with the capacities `limits`, in the cheapest of its codings; raises nothing.
    `known`: what is known of it already.

    Where loops or slots are longer than what is walked, or too many conditions are entangled, the result is a sound
    bound and says so in `exact`.
    """
    if not isinstance(limits, Header):
        from smslint.extents.cheapest import cheapest

        return cheapest(message, variables, limits)
    search = _Search(message, variables, limits, known or independent(message, variables))
    low, low_exact = search.end(-1)
    high, high_exact = search.end(+1)
    exact = low_exact and high_exact and high is not None and search.exact
    return Extent(low or 1, high, exact, search.encodings, search)


def ends(message: Message, variables: Mapping[str, Variable], limits: Limits) -> tuple[int, int | None]:
    """The smallest and the largest segment count alone, as `Extent.low` and `Extent.high` are."""
    if not isinstance(limits, Header):
        from smslint.extents.cheapest import cheapest

        found = cheapest(message, variables, limits)
        return found.low, found.high
    search = _Search(message, variables, limits, independent(message, variables))
    return search.bound(-1)[0] or 1, search.bound(+1)[0]


def highest(
    message: Message, variables: Mapping[str, Variable], limits: Limits, known: Independent | None = None
) -> int | None:
    """The largest segment count alone; `known`: what is known of the message already."""
    if known is None or not isinstance(limits, Header):
        return ends(message, variables, limits)[1]
    return _Search(message, variables, limits, known).bound(+1)[0]


# By whether some rendering is in GSM-7, and some is not.
_ENCODINGS: dict[tuple[bool, bool], tuple[Encoding, ...]] = {
    (True, True): ("GSM-7", "UCS-2"),
    (True, False): ("GSM-7",),
    (False, True): ("UCS-2",),
    (False, False): (),
}
# By the rendering at an end, in each encoding: so many segments at least, and so many at most.
Reached: TypeAlias = "dict[Encoding, tuple[float, float]]"


def _ends(sign: int, found: Reached) -> tuple[float, float]:
    """The least and the most segments of the encoding that goes furthest (least far)."""
    if len(found) == 1:
        (only,) = found.values()
        return only
    pick = max if sign > 0 else min
    return pick(near for near, _ in found.values()), pick(far for _, far in found.values())


class _Search:
    """Finds the ends of one tree, and the witnesses of those ends.

    `independent`: what the tree weighs if its parts do not depend on each other, as long as that settles the ends.
    """

    def __init__(
        self, message: Message, variables: Mapping[str, Variable], limits: Header, known: Independent | None
    ) -> None:
        self.message = message
        self.variables = variables
        self.limits = limits
        self.independent = known if known is not None and known.sure else None
        self._witnesses: dict[tuple[int, int], Witness | None] = {}

    @cached_property
    def plan(self) -> Plan:
        from smslint.extents.plan import plan  # most trees need none

        return plan(self.message, self.variables, refine)

    @cached_property
    def _steps(self) -> Steps:
        from smslint.extents.furthest import Steps

        return Steps()

    @cached_property
    def _added(self) -> tuple[Totals, Fold[Totals]]:
        from smslint.extents.totals import Fold, Units

        fold = Fold(self.plan, Units())
        return fold.total(), fold

    @property
    def totals(self) -> Totals:
        return self._added[0] if self.independent is None else self.independent.totals

    @property
    def sure(self) -> bool:
        return self.independent is not None or self._added[1].sure

    @property
    def exact(self) -> bool:
        return not self.plan.entangled if self.independent is None else self.independent.exact

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        found = self.totals
        return _ENCODINGS[found[0] > -INFINITE, found[2] > -INFINITE]

    def end(self, sign: int) -> tuple[int | None, bool]:
        """The segments at one end (None: there is no most), and whether some rendering is sure to reach it."""
        segments, sure = self.bound(sign)
        if segments is None or sure:
            return segments, sure
        return segments, self.exact and self.witness(sign, segments) is not None

    def bound(self, sign: int) -> tuple[int | None, bool]:
        """The segments at one end, and whether it takes no rendering to know that one reaches it."""
        found = self._reached(sign)
        if self.independent is not None and not self._settled(sign, found):
            self.independent = None
            found = self._reached(sign)
        near, far = _ends(sign, found)
        if far == INFINITE:
            return None, False
        if near == far and self.sure:
            return int(near), True
        bound = int(far if sign > 0 else near)
        return bound if near == far else self._walked(sign, bound), False

    def _reached(self, sign: int) -> Reached:
        return {encoding: self._between(encoding, sign) for encoding in self.encodings}

    def _settled(self, sign: int, found: Reached) -> bool:
        """Whether adding up independent parts says how many segments there are at this end."""
        near, far = _ends(sign, found)
        if near != far:
            return False
        least_sure = self.independent is None or self.independent.least_sure
        return sign > 0 or least_sure or "UCS-2" not in found or found.get("GSM-7", (0, INFINITE))[1] <= near

    def _between(self, encoding: Encoding, sign: int) -> tuple[float, float]:
        """The least and the most segments that the rendering with the most (least) units can take."""
        units = self._units(encoding, sign)
        capacity = self.limits.capacity(encoding)
        if units >= UNBOUNDED:
            return 1, INFINITE
        if units <= capacity.single:
            return 1, 1
        near, far = -(-int(units) // capacity.part), -(-int(units) // (capacity.part - 1))
        return (near, near) if near == far or encoding not in self._pairs else (near, far)

    def _units(self, encoding: Encoding, sign: int) -> float:
        return self.totals[(0 if encoding == "GSM-7" else 2) + (0 if sign > 0 else 3)]

    @cached_property
    def _pairs(self) -> frozenset[Encoding]:
        """The encodings in which some character takes two units."""
        if self.independent is not None:
            return self.independent.pairs
        found: set[Encoding] = set()
        for node in nodes_of(self.message):
            if isinstance(node, Text):
                found |= paired(node.text)
            elif isinstance(node, Slot):
                domains = [node.domain, *(case.domain for case in self.plan.cases.get(node.variable or "", ()))]
                found.update(*(totals(domain, node.filters).pairs for domain in domains))
        return frozenset(found)

    def _walked(self, sign: int, bound: int) -> int:
        """`bound`, or the nearer one that a walk over all positions finds."""
        from smslint.extents.furthest import furthest

        state = furthest(self.plan, sign, self.limits, {}, self._steps)
        if state is None:
            return bound
        segments = []
        for encoding in self.encodings:
            reached, capacity = state.reached(encoding), self.limits.capacity(encoding)
            if reached is not None:
                alone = self._units(encoding, sign) <= capacity.single
                segments.append(1 if alone else -(-reached.position // capacity.part))
        return max(segments) if sign > 0 else min(segments)

    def witness(self, sign: int, segments: int) -> Witness | None:
        """A rendering with this count at this end."""
        key = (sign, segments)
        if key not in self._witnesses:
            self._witnesses[key] = self._witness(sign, segments)
        return self._witnesses[key]

    def _witness(self, sign: int, segments: int) -> Witness | None:
        if self.independent is not None:
            from smslint.extents.witness import greedy

            for encoding in self._ordered(sign):
                found = greedy(self.message, self.independent, sign, encoding, self.limits)
                if found is not None and found.count.segments == segments:
                    return found
        return self._planned_witness(sign, segments)

    def _ordered(self, sign: int) -> list[Encoding]:
        """The encodings; of two with as many segments, the one that fills the last of them further is the worse."""
        found = list(self.encodings)
        return sorted(found, key=lambda one: -sign * self._filled(one, sign)) if len(found) > 1 else found

    def _planned_witness(self, sign: int, segments: int) -> Witness | None:
        ordered = self._ordered(sign)
        if self.independent is not None or not self._added[1].spent:
            found = self._picked_witness(sign, segments, ordered)
            if found is not None:
                return found
        for encoding in ordered:
            found = self._reaching(encoding, sign, self.limits, {}, segments)
            if found is not None:
                return found
        return None

    def _picked_witness(self, sign: int, segments: int, ordered: list[Encoding]) -> Witness | None:
        """A rendering in the world that adds up to the most (least) units."""
        from smslint.extents.totals import Fold, Picks, world_of

        gsm, _, ucs = Fold(self.plan, Picks(sign)).total()
        for encoding in ordered:
            near, far = self._between(encoding, sign)
            if near <= segments <= far:
                world = world_of(gsm.picked if encoding == "GSM-7" else ucs.picked)
                for limits in (None, self.limits):
                    found = self._reaching(encoding, sign, limits, world, segments)
                    if found is not None:
                        return found
        return None

    def _filled(self, encoding: Encoding, sign: int) -> float:
        """How full the last segment is at this end, padding aside."""
        units, capacity = self._units(encoding, sign), self.limits.capacity(encoding)
        return units / capacity.single if units <= capacity.single else (units - 1) % capacity.part / capacity.part

    def _reaching(
        self, encoding: Encoding, sign: int, limits: Header | None, world: World, segments: int
    ) -> Witness | None:
        """The rendering that goes furthest (least far) in `world`, if it is known to be possible and has this count."""
        from smslint.extents.furthest import decisions, furthest
        from smslint.extents.witness import written

        state = furthest(self.plan, sign, limits, world, self._steps, known=not self.sure)
        reached = state and state.reached(encoding)
        found = written(self.message, decisions(reached), self.limits) if reached else None
        return found if found is not None and found.count.segments == segments else None
