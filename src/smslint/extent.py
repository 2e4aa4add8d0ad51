"""The extent of a message tree: its smallest and largest segment count over all renderings, with a witness for each.

Theory of operation. `segments` tells how far a character moves the position in the message: by one unit, or by two,
or by three where a two-unit character would straddle a part. From a later position no character ends earlier: every
move is monotone. So of all ways to reach a node with the same future only the furthest matters for the maximum and
only the nearest for the minimum, and one walk over the tree finds either, however many paths there are.

Three positions are kept apart, because one character outside GSM-7 changes how the whole message is counted:
`gsm`, in septets, while everything so far is in GSM-7; `plain`, the same renderings in UTF-16 code units, for when
something later forces UCS-2; and `ucs`, in code units, once something has. A message is cut only when it does not fit
alone, so each end is walked twice: uncut, to know whether it fits, and cut at the capacity of a part. Each position
carries the decisions that led to it; they make the witness, and counting the witness with `segments.count` must give
the same number, or the result is not called exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from smslint.conditions import Condition
from smslint.domains import Domain, sample_value
from smslint.message import Choice, Message, Repeat, Slot, Text
from smslint.segments import Capacity, Count, Encoding, Header, Run, advance_pairs, count, is_gsm7, runs
from smslint.variables import Case, Variable
from smslint.walk import LimitReached, Plan, Walk, nodes_of, plan, reasons

ROUNDS_MAX = 10_000  # of one loop that are walked; more is a bound


@dataclass(frozen=True)
class Witness:
    """One rendering that reaches an extreme: the text as sent (prefix and suffix included), its count, the conditions
    that hold, the values of the slots by name, and the text piece by piece with the node that each comes from."""

    text: str
    count: Count
    when: tuple[tuple[Condition, bool], ...]
    values: Mapping[str, str]
    pieces: tuple[tuple[str, Text | Slot], ...] = ()


@dataclass(frozen=True)
class Extent:
    """The smallest and the largest segment count of all renderings.

    `high` is None where the tree is unbounded. `exact`: both ends are reached by their witnesses; else `low` and
    `high` are bounds ("at least", "at most"). `encodings`: those that some rendering takes.
    """

    low: int
    high: int | None
    exact: bool
    encodings: tuple[Encoding, ...]
    best: Witness | None
    worst: Witness | None


class Trail(NamedTuple):
    """Decisions in reverse: an arm's index, a slot's value, whether a loop goes on."""

    before: Trail | None
    decision: int | str | bool


class Reached(NamedTuple):
    """A position in units, and how it was reached."""

    position: int
    trail: Trail | None


class State(NamedTuple):
    """The three positions of the theory above; None: no rendering is in this state."""

    gsm: Reached | None
    plain: Reached | None
    ucs: Reached | None


START = State(Reached(0, None), Reached(0, None), None)


def extent(message: Message, variables: Mapping[str, Variable], limits: Header) -> Extent:
    """The extent of `message` sent with the capacities `limits`; raises nothing.

    Where loops or slots are longer than what is walked, or too many conditions are entangled, the result is a sound
    bound and says so in `exact`.
    """
    tree = plan(message, variables)
    try:
        low, low_exact, _ = _end(tree, limits, -1)
        high, high_exact, unbounded = _end(tree, limits, +1)
    except LimitReached:
        return _bound(message, limits)
    return Extent(
        low=low.segments,
        high=None if unbounded else high.segments,
        exact=low_exact and high_exact and not unbounded,
        encodings=tuple(dict.fromkeys((*low.encodings, *high.encodings))),
        best=low.witness,
        worst=None if unbounded else high.witness,
    )


class _End(NamedTuple):
    segments: int
    encodings: tuple[Encoding, ...]
    witness: Witness | None


def _end(tree: Plan, limits: Header, sign: int) -> tuple[_End, bool, bool]:
    """One end of the extent (`sign` +1: the largest); whether it is exact; whether there is none."""
    alone = _Reader(sign, None, None)
    whole, forgot = _walk(tree, alone)
    cut = whole
    if alone.pairs and _segments(whole, whole, limits, sign)[0] > 1:
        cut, _ = _walk(tree, _Reader(sign, limits.gsm7.part, limits.ucs2.part))
    segments, encoding = _segments(whole, cut, limits, sign)
    encodings: tuple[Encoding, ...] = (*(("GSM-7",) if whole.gsm else ()), *(("UCS-2",) if whole.ucs else ()))
    for state in (cut, whole):
        witness = _witness(tree.message, state, encoding, limits)
        if witness is not None and witness.count.segments == segments:
            return _End(segments, encodings, witness), not (forgot or alone.bound), alone.unbounded
    return _End(segments, encodings, None), False, alone.unbounded


def _walk(tree: Plan, reader: _Reader) -> tuple[State, bool]:
    walk = Walk(tree, reader)
    return walk.states(START)[0], walk.forgot


def _segments(whole: State, cut: State, limits: Header, sign: int) -> tuple[int, Encoding]:
    found: list[tuple[int, float, Encoding]] = []
    for encoding, one, parts in (("GSM-7", whole.gsm, cut.gsm), ("UCS-2", whole.ucs, cut.ucs)):
        if one is not None and parts is not None:
            capacity = limits.capacity(encoding)  # type: ignore[arg-type]
            segments, used = _fit(one.position, parts.position, capacity)
            found.append((segments, used, encoding))  # type: ignore[arg-type]
    segments, _, encoding = max(found) if sign > 0 else min(found)
    return segments, encoding


def _fit(units: int, position: int, capacity: Capacity) -> tuple[int, float]:
    """Segments, and how full the last of them is, of `units` that take up `position` when cut."""
    if units <= capacity.single:
        return 1, units / capacity.single
    segments = -(-position // capacity.part)
    return segments, (position - (segments - 1) * capacity.part) / capacity.part


class _Reader:
    """Reads the tree into the furthest (`sign` +1) or nearest (-1) positions, cut at parts of these sizes or uncut."""

    def __init__(self, sign: int, part_septets: int | None, part_code_units: int | None) -> None:
        self.sign = sign
        self.part_septets = part_septets
        self.part_code_units = part_code_units
        self.pairs = self.unbounded = self.bound = False

    def merge(self, states: list[State]) -> list[State]:
        if len(states) == 1:
            return states
        gsm, plain, ucs = zip(*states, strict=True)
        return [State(self._best(gsm), self._best(plain), self._best(ucs))]

    def _best(self, reached: tuple[Reached | None, ...]) -> Reached | None:
        best = None
        for one in reached:
            if one is not None and (best is None or (one.position - best.position) * self.sign > 0):
                best = one
        return best

    def text(self, state: State, node: Text) -> State:
        return self._text(state, node.text)

    def _text(self, state: State, text: str) -> State:
        for run in runs(text):
            state = self._run(state, run)
        return state

    def _run(self, state: State, run: Run) -> State:
        gsm, plain, ucs = state
        if run.septets == 0:
            ucs = self._move(self._best((plain, ucs)), run, run.code_units, self.part_code_units)
            return State(None, None, ucs)
        gsm = self._move(gsm, run, run.septets, self.part_septets)
        return State(gsm, self._move(plain, run, 1, None), self._move(ucs, run, 1, None))

    def _move(self, reached: Reached | None, run: Run, weight: int, part: int | None) -> Reached | None:
        if reached is None:
            return None
        if weight == 1:
            return Reached(reached.position + run.length, reached.trail)
        self.pairs = True
        return Reached(advance_pairs(reached.position, run.length, part), reached.trail)

    def arm(self, state: State, choice: Choice, index: int) -> State:
        return _decide(state, index)

    def again(self, state: State, node: Repeat, more: bool) -> State:
        return _decide(state, more)

    def rounds(self, node: Repeat) -> tuple[int, int]:
        if node.high is None:
            self.unbounded = True
            return node.low, node.low + 1
        if node.high > ROUNDS_MAX:
            raise LimitReached
        return node.low, node.high

    def slot(self, state: State, node: Slot, case: Case | None) -> list[State]:
        domains = node.domains(None if case is None else case.domain)
        self.bound |= not all(domain.exact for domain in domains)
        values = [value for domain in domains for value in self._candidates(domain)]
        return self.merge([_decide(self._text(state, value), value) for value in values])

    def _candidates(self, domain: Domain) -> list[str]:
        if domain.values is None and domain.length_max is None and self.sign > 0:
            self.unbounded = True
        return candidates(domain, self.sign)


@lru_cache(maxsize=4096)
def candidates(domain: Domain, sign: int) -> list[str]:
    """Values of `domain` among which is the one that reaches furthest (`sign` +1) or least far, from any position.

    All values, where they are declared. Else a value as long (short) as can be, all of one sample: of the samples
    that stand in GSM-7, and of those that do not, one never moves less (more) than the others. Or the same with one
    character outside GSM-7 at its head, to be in UCS-2 at the least cost.
    """
    if domain.values is not None:
        return [str(value) + domain.end for value in domain.values]
    length = domain.length_min if sign < 0 or domain.length_max is None else domain.length_max
    found = [sample_value(sample, length) for sample in domain.alphabet]
    wide = [sample for sample in domain.alphabet if not is_gsm7(sample)]
    if domain.length_max != 0:
        rest = max(length, 1) - 1
        found += [head + sample_value(sample, rest) for head in wide for sample in domain.alphabet]
    return [value + domain.end for value in dict.fromkeys(found)]


def _decide(state: State, decision: int | str | bool) -> State:
    return State(*(one and Reached(one.position, Trail(one.trail, decision)) for one in state))


def _witness(message: Message, state: State, encoding: Encoding, limits: Header) -> Witness | None:
    reached = state.gsm if encoding == "GSM-7" else state.ucs
    if reached is None:
        return None
    decisions: list[int | str | bool] = []
    trail = reached.trail
    while trail is not None:
        decisions.append(trail.decision)
        trail = trail.before
    pieces: list[tuple[str, Text | Slot]] = []
    when: dict[tuple[Condition, bool], None] = {}
    _replay(message, iter(reversed(decisions)), pieces, when)
    sent = "".join(text for text, _ in pieces)
    values: dict[str, str] = {}
    for text, node in pieces:
        if isinstance(node, Slot):
            values.setdefault(node.name, text)
    return Witness(sent, count(sent, header_octets=limits.octets), tuple(when), values, tuple(pieces))


def _replay(
    message: Message,
    decisions: Iterator[int | str | bool],
    pieces: list[tuple[str, Text | Slot]],
    when: dict[tuple[Condition, bool], None],
) -> None:
    """Writes out the rendering that `decisions` lead to."""
    for node in message:
        if isinstance(node, Text):
            pieces.append((node.text, node))
        elif isinstance(node, Slot):
            pieces.append((str(next(decisions)), node))
        elif isinstance(node, Choice):
            index = next(decisions)
            assert isinstance(index, int)
            when.update(dict.fromkeys(reasons(node, index)))
            _replay(node.arms[index].body, decisions, pieces, when)
        else:
            while next(decisions):
                _replay(node.body, decisions, pieces, when)


def _bound(message: Message, limits: Header) -> Extent:
    """An extent that holds whatever is sent: every choice at its longest, and a unit lost in each part."""
    most = _most(message)
    outside = _outside_gsm7(message)
    part = limits.ucs2.part if outside else limits.gsm7.part
    high = None if most is None else max(1, -(-most // (part - 1)))
    return Extent(1, high, False, ("GSM-7", "UCS-2") if outside else ("GSM-7",), None, None)


def _outside_gsm7(message: Message) -> bool:
    for node in nodes_of(message):
        if isinstance(node, Text) and not is_gsm7(node.text):
            return True
        if isinstance(node, Slot) and not all(is_gsm7(v) for d in node.domains() for v in candidates(d, 1)):
            return True
    return False


def _most(message: Message) -> int | None:
    """Units, of the dearer encoding, that no rendering of `message` exceeds; None: no bound."""
    total = 0
    for node in message:
        if isinstance(node, Text):
            units: int | None = _weight(node.text)
        elif isinstance(node, Slot):
            domains = node.domains()
            values = [_weight(v) for d in domains for v in candidates(d, 1)]
            units = max(values, default=0) if all(d.bounded for d in domains) else None
        elif isinstance(node, Choice):
            arms = [_most(arm.body) for arm in node.arms]
            units = None if None in arms else max(arm for arm in arms if arm is not None)
        else:
            body = _most(node.body)
            units = None if body is None or node.high is None else body * node.high
        if units is None:
            return None
        total += units
    return total


def _weight(text: str) -> int:
    return sum(run.length * max(run.septets, run.code_units) for run in runs(text))
