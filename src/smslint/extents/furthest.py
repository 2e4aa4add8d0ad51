"""The positions that the renderings of a tree reach, and the decisions that lead there.

Theory of operation. `segments` tells how far a character moves the position in the message: by one unit, or by two,
or by three where a two-unit character would straddle a part. From a later position no character ends earlier: every
move is monotone. So of all ways to reach a node with the same future only the furthest matters for the maximum and
only the nearest for the minimum, and one walk finds either, however many paths there are. Each position carries the
decisions that led to it; they are replayed to write the message out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from smslint.extents.plan import Plan, World
from smslint.extents.samples import options
from smslint.extents.walk import LimitReached, Walk
from smslint.extents.witness import Decision
from smslint.gsm.segments import Encoding, Header, Run, advance_pairs, runs
from smslint.tree.message import Choice, Repeat, Slot, Text
from smslint.tree.variables import Case

STEPS_MAX = 25_000  # nodes visited by all walks for one extent
ROUNDS_MAX = 10_000  # of one loop that are walked


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


@dataclass
class Steps:
    """Nodes that may still be visited."""

    left: int = STEPS_MAX


def furthest(
    plan: Plan, sign: int, limits: Header | None, world: World, steps: Steps, known: bool = False
) -> State | None:
    """The positions that the renderings in `world` reach at most (`sign` +1) or at least (-1), cut into parts by
    `limits`, or uncut; with `known` values only. None where there is no such rendering, or more to walk than the
    `steps` that are left, of which it takes its own."""
    walk = Walk(plan, _Reader(plan, sign, limits, known), steps=steps.left)
    try:
        ends = walk.states(START, world)
    except LimitReached:
        return None
    finally:
        steps.left = walk.steps
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
