"""The ways to send a message: in a coding, or in UCS-2, and how far a text moves the position in each."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from smslint.gsm.codings import Coding
from smslint.gsm.segments import Capacity, Run, advance_pairs, runs

NEVER = 1 << 60  # the position of what a coding does not hold

Runs: TypeAlias = "tuple[Run, ...] | None"


class Wide(NamedTuple):
    """UCS-2 as a coding: it holds every text."""

    capacity: Capacity

    def runs(self, text: str) -> Runs:
        return tuple(Run(run.length, run.code_units, 0) for run in runs(text))


Way: TypeAlias = "Coding | Wide"


def moved(raw: int, padded: int, found: Runs, part: int) -> tuple[int, int]:
    """Both positions after runs of one coding."""
    if found is None or raw >= NEVER:
        return NEVER, NEVER
    for length, weight, _ in found:
        raw += length * weight
        padded = padded + length if weight == 1 else advance_pairs(padded, length, part)
    return raw, padded
