"""The extent of a message tree: its smallest and largest segment count over all renderings, with a witness for each.

Theory of operation. First the units are added up (`totals`), wherever parts end. They settle the count unless a
two-unit character at the end of a part could make the difference: a part that is not the last has at most one unit of
padding, so `n` units take at least `n / part` segments and at most `n / (part - 1)`. Only between the two is the tree
walked position by position (`witness`). Each end that is found has a witness, and where not everything is sure
(entangled conditions past the limit, a filter of which only a bound is known), the end is called exact only if the
witness, counted by `segments`, has the number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from smslint.message import Message, Slot, Text
from smslint.plan import Plan, World, nodes_of, plan
from smslint.samples import UNBOUNDED, Totals, options, refine
from smslint.segments import Encoding, Header, weight
from smslint.totals import Fold, Picks, Units, world_of
from smslint.variables import Variable
from smslint.witness import Witness, furthest, written

__all__ = ["Extent", "Witness", "extent"]

_INF = float("inf")


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
    _search: _Search = field(repr=False, compare=False)

    @cached_property
    def best(self) -> Witness | None:
        """A rendering with the smallest count; None where none is known to have it, or it is too long to write."""
        return self._search.witness(-1, self.low)

    @cached_property
    def worst(self) -> Witness | None:
        """A rendering with the largest count; None where none is known to have it, or it is too long to write."""
        return None if self.high is None else self._search.witness(+1, self.high)


def extent(message: Message, variables: Mapping[str, Variable], limits: Header) -> Extent:
    """The extent of `message` sent with the capacities `limits`; raises nothing.

    Where loops or slots are longer than what is walked, or too many conditions are entangled, the result is a sound
    bound and says so in `exact`.
    """
    search = _Search(plan(message, variables, refine), limits)
    low, low_exact = search.end(-1)
    high, high_exact = search.end(+1)
    exact = low_exact and high_exact and high is not None and not search.plan.entangled
    return Extent(low or 1, high, exact, search.encodings, search)


class _Search:
    """Finds the ends of one tree, and the witnesses of those ends."""

    def __init__(self, tree: Plan, limits: Header) -> None:
        self.plan = tree
        self.limits = limits
        fold = Fold(tree, Units())
        self.totals: Totals = fold.total()
        self.sure = fold.sure
        ways: tuple[tuple[Encoding, float], ...] = (("GSM-7", self.totals[0]), ("UCS-2", self.totals[2]))
        self.encodings: tuple[Encoding, ...] = tuple(encoding for encoding, most in ways if most > -_INF)
        self._witnesses: dict[tuple[int, int], Witness | None] = {}

    def end(self, sign: int) -> tuple[int | None, bool]:
        """The segments at one end (None: there is no most), and whether some rendering is sure to reach it."""
        found = [self._between(encoding, sign) for encoding in self.encodings]
        pick = max if sign > 0 else min
        near, far = pick(one for one, _ in found), pick(other for _, other in found)
        if far == _INF:
            return None, False
        if near == far and self.sure:
            return int(near), True
        bound = int(far if sign > 0 else near)
        if near != far:
            bound = self._walked(sign, bound)
        return bound, self.witness(sign, bound) is not None

    def _between(self, encoding: Encoding, sign: int) -> tuple[float, float]:
        """The least and the most segments that the rendering with the most (least) units can take."""
        units = self._units(encoding, sign)
        capacity = self.limits.capacity(encoding)
        if units >= UNBOUNDED:
            return 1, _INF
        if units <= capacity.single:
            return 1, 1
        near, far = -(-int(units) // capacity.part), -(-int(units) // (capacity.part - 1))
        return (near, near) if near == far or not self._pairs else (near, far)

    def _units(self, encoding: Encoding, sign: int) -> float:
        return self.totals[(0 if encoding == "GSM-7" else 2) + (0 if sign > 0 else 3)]

    @cached_property
    def _pairs(self) -> bool:
        """Whether any character takes two units."""
        for node in nodes_of(self.plan.message):
            if isinstance(node, Text) and weight(node.text).pairs:
                return True
            if isinstance(node, Slot):
                domains = [node.domain, *(case.domain for case in self.plan.cases.get(node.variable or "", ()))]
                if any(weight(o.text).pairs for domain in domains for o in options(domain, node.filters)):
                    return True
        return False

    def _walked(self, sign: int, bound: int) -> int:
        """`bound`, or the nearer one that a walk over all positions finds."""
        state = furthest(self.plan, sign, self.limits, {})
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
        gsm, _, ucs = Fold(self.plan, Picks(sign)).total()
        # Of two encodings that take as many segments, the one that fills the last of them further is the worse.
        ordered = sorted(self.encodings, key=lambda encoding: -sign * self._filled(encoding, sign))
        for encoding in ordered:
            near, far = self._between(encoding, sign)
            if near <= segments <= far:
                world = world_of(gsm.picked if encoding == "GSM-7" else ucs.picked)
                for limits in (None, self.limits):
                    found = self._reaching(encoding, sign, limits, world, segments)
                    if found is not None:
                        return found
        for encoding in ordered:
            found = self._reaching(encoding, sign, self.limits, {}, segments)
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
        state = furthest(self.plan, sign, limits, world, known=not self.sure)
        reached = state and state.reached(encoding)
        found = written(self.plan.message, reached, self.limits) if reached else None
        return found if found is not None and found.count.segments == segments else None
