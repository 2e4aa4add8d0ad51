"""Two things timed in turns, so that both see the same machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple


class Ratio(NamedTuple):
    """Median seconds of the thing and of what it is compared with, and the median of their ratios."""

    seconds: float
    base_seconds: float
    ratio: float


def paired(thing: Callable[[], object], base: Callable[[], object], rounds: int) -> Ratio:
    """Both run once to warm up, then `rounds` times in turns."""
    thing(), base()
    pairs = [(_seconds(thing), _seconds(base)) for _ in range(rounds)]
    return Ratio(
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
        median(one / other for one, other in pairs),
    )


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
