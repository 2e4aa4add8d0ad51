"""Witnesses: one rendering that reaches an end of the extent, with the conditions and values that lead to it.

Theory of operation. `segments` tells how far a character moves the position in the message: by one unit, or by two,
or by three where a two-unit character would straddle a part. From a later position no character ends earlier: every
move is monotone. So of all ways to reach a node with the same future only the furthest matters for the maximum and
only the nearest for the minimum, and one walk finds either, however many paths there are. Each position carries the
decisions that led to it; they are replayed to write the message out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from smslint.conditions import Condition
from smslint.independent import Independent
from smslint.message import Choice, Message, Repeat, Slot, Text
from smslint.plan import Plan, World
from smslint.samples import Option, options
from smslint.segments import Count, Encoding, Header, Run, advance_pairs, runs
from smslint.units import Totals, of_text
from smslint.variables import Case
from smslint.walk import LimitReached, Walk, reasons

if TYPE_CHECKING:
    from smslint.codings import Limits

ROUNDS_MAX = 10_000  # of one loop that are walked


@dataclass(frozen=True)
class Witness:
    """One rendering: the text as sent (prefix and suffix included), its count, the conditions that hold, the values
    of the slots by name (of a loop's items the first), and the text piece by piece with the node it comes from."""

    text: str
    count: Count
    when: tuple[tuple[Condition, bool], ...]
    values: Mapping[str, str]
    pieces: tuple[tuple[str, Text | Slot], ...] = ()


Decision = int | bool | Option


class Trail(NamedTuple):
    """Decisions in reverse: an arm's index, what a slot prints, whether a loop goes on."""

    before: Trail | None
    decision: Decision


class Reached(NamedTuple):
    """A position in units, and how it was reached."""

    position: int
    trail: Trail | None


class State(NamedTuple):
    """How far the renderings reach that are in GSM-7 so far, in septets (`gsm`) and in code units (`plain`), and how
    far those that are not (`ucs`). None: there is no such rendering."""

    gsm: Reached | None
    plain: Reached | None
    ucs: Reached | None

    def reached(self, encoding: Encoding) -> Reached | None:
        return self.gsm if encoding == "GSM-7" else self.ucs


START = State(Reached(0, None), Reached(0, None), None)


def furthest(plan: Plan, sign: int, limits: Header | None, world: World, known: bool = False) -> State | None:
    """The positions that the renderings in `world` reach at most (`sign` +1) or at least (-1), cut into parts by
    `limits`, or uncut; with `known` values only. None where there is no such rendering, or too much to walk."""
    try:
        ends = Walk(plan, _Reader(plan, sign, limits, known)).states(START, world)
    except LimitReached:
        return None
    return ends[0] if ends else None


class _Reader:
    def __init__(self, plan: Plan, sign: int, limits: Header | None, known: bool) -> None:
        self.plan = plan
        self.sign = sign
        self.known = known
        self.part_septets = None if limits is None else limits.gsm7.part
        self.part_code_units = None if limits is None else limits.ucs2.part

    def merge(self, states: list[State]) -> list[State]:
        if len(states) < 2:
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
            return State(None, None, _move(self._best((plain, ucs)), run, run.code_units, self.part_code_units))
        gsm = _move(gsm, run, run.septets, self.part_septets)
        return State(gsm, _move(plain, run, 1, None), _move(ucs, run, 1, None))

    def slot(self, state: State, node: Slot, case: Case | None) -> list[State]:
        every = (option for domain in self.plan.domains(node, case) for option in options(domain, node.filters))
        found = [option for option in every if option.value is not None or not self.known]
        return self.merge([_decide(self._text(state, option.text), option) for option in found])

    def arm(self, state: State, choice: Choice, index: int) -> State:
        return _decide(state, index)

    def again(self, state: State, node: Repeat, more: bool) -> State:
        return _decide(state, more)

    def rounds(self, node: Repeat) -> tuple[int, int]:
        high = node.low if self.sign < 0 or node.high is None else node.high
        if max(high, node.low) > ROUNDS_MAX:
            raise LimitReached
        return node.low, max(high, min(node.low + 1, high if node.high is None else node.high))


def _move(reached: Reached | None, run: Run, weight: int, part: int | None) -> Reached | None:
    if reached is None:
        return None
    if weight == 1:
        return Reached(reached.position + run.length, reached.trail)
    return Reached(advance_pairs(reached.position, run.length, part), reached.trail)


def _decide(state: State, decision: Decision) -> State:
    return State(*(one and Reached(one.position, Trail(one.trail, decision)) for one in state))


def decisions(reached: Reached) -> list[Decision]:
    """The decisions that led to a position, the first of them first."""
    found: list[Decision] = []
    trail = reached.trail
    while trail is not None:
        found.append(trail.decision)
        trail = trail.before
    return found[::-1]


def written(message: Message, decided: Sequence[Decision], limits: Limits) -> Witness | None:
    """The rendering that `decided` leads to; None where some slot may not print what it would need."""
    if any(isinstance(decision, Option) and decision.value is None for decision in decided):
        return None
    replay = _Replay(iter(decided))
    replay.message(message)
    text = "".join(piece for piece, _ in replay.pieces)
    return Witness(text, limits.count_of(text), tuple(replay.when), replay.values, tuple(replay.pieces))


def greedy(message: Message, known: Independent, sign: int, encoding: Encoding, limits: Header) -> Witness | None:
    """The rendering in `encoding` that takes the most (`sign` +1) or the least of each node by itself; None where that
    is not in `encoding`."""
    for best in (_septets,) if encoding == "GSM-7" else (_code_units, _code_units_rather_wide):
        decided: list[Decision] = []
        _choose(message, known, {}, partial(best, sign=sign), decided)
        found = written(message, decided, limits)
        if found is not None and found.count.encoding == encoding:
            return found
    return None


Preference = Callable[[Totals], "tuple[float, ...]"]


def _choose(
    message: Message, known: Independent, told: Mapping[str, Case], best: Preference, decided: list[Decision]
) -> None:
    for node in message:
        if isinstance(node, Slot):
            case = told.get(node.variable or "")
            every = options(node.domain if case is None else case.domain, node.filters)
            decided.append(max(every, key=lambda option: best(of_text(option.text))))
        elif isinstance(node, Choice):
            way = max(known.ways[id(node)], key=lambda way: best(way.totals))
            decided.append(way.arm)
            _choose(node.arms[way.arm].body, known, way.told, best, decided)


def _septets(units: Totals, sign: int) -> tuple[float, ...]:
    return (_ends(units, sign)[0],)


def _code_units(units: Totals, sign: int) -> tuple[float, ...]:
    return (max(_ends(units, sign)[1:]),)


def _code_units_rather_wide(units: Totals, sign: int) -> tuple[float, ...]:
    """As `_code_units`; of two alike what is not in GSM-7, without which the message would be."""
    _, plain, wide = _ends(units, sign)
    return max(plain, wide), wide


def _ends(units: Totals, sign: int) -> tuple[float, float, float]:
    """The units at one end, larger where they are preferred."""
    first, second, third = units[:3] if sign > 0 else units[3:]
    return first * sign, second * sign, third * sign


class _Replay:
    """Writes out the rendering that decisions lead to."""

    def __init__(self, decisions: Iterator[Decision]) -> None:
        self.decisions = decisions
        self.pieces: list[tuple[str, Text | Slot]] = []
        self.when: dict[tuple[Condition, bool], None] = {}
        self.values: dict[str, str] = {}

    def message(self, message: Message) -> None:
        for node in message:
            if isinstance(node, Text):
                self.pieces.append((node.text, node))
            elif isinstance(node, Slot):
                option = next(self.decisions)
                assert isinstance(option, Option)
                self.pieces.append((option.text, node))
                self.values.setdefault(node.name, str(option.value))
            elif isinstance(node, Choice):
                index = next(self.decisions)
                assert isinstance(index, int)
                self.when.update(dict.fromkeys(reasons(node, index)))
                self.message(node.arms[index].body)
            else:
                while next(self.decisions):
                    self.message(node.body)
