"""Many files linted by several processes at once. They are forked, so that each has the
configurations and packs that are loaded; what they report comes back in the order of the files."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

FILES_MIN = 150  # below that starting processes takes longer than they save
FIRST = 8  # files that are linted before other processes are made
CHUNK_MIN, CHUNK_MAX = 8, 64  # files that one process is given at a time
PROCESSES_MAX = 16
# New objects before a process of smslint looks for those that only refer to each other. It keeps nearly all that it
# makes: looking after every 700, as Python does, would take a tenth of its time.
COLLECTED_AFTER = 50_000


def processes(files: int, wanted: int = 0) -> int:
    """How many processes to lint so many files with; `wanted`: by the user, 0 for as many as there are processors."""
    # Configurations and packs cannot be sent: where a process cannot be forked, there is one.
    if not hasattr(os, "fork") or wanted == 1 or files < 2 or (not wanted and files < FILES_MIN):
        return 1
    return min(wanted or _processors(), PROCESSES_MAX, files)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(work: Callable[[T], R], items: Sequence[T], number: int) -> Iterator[R]:
    """`work` of each of `items`, in order, done by `number` processes. A few are done before these are made, so that
    they have what is loaded and worked out once."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    global _work
    _work = work
    step = max(1, len(items) // FIRST)
    first = [work(item) for item in items[::step]]
    others = [item for place, item in enumerate(items) if place % step]
    chunks = list(_chunks(others, number))
    collecting = (COLLECTED_AFTER,)
    with ProcessPoolExecutor(number, get_context("fork"), gc.set_threshold, collecting) as pool:
        done = chain.from_iterable(pool.map(_chunk, chunks))
        for place in range(len(items)):
            yield next(done) if place % step else first[place // step]


def _chunks(items: Sequence[T], number: int) -> Iterator[Sequence[T]]:
    """`items` as they are given to so many processes: fewer at a time towards the end, so that none waits for long for
    the last one."""
    start = 0
    while start < len(items):
        size = max(CHUNK_MIN, min(CHUNK_MAX, (len(items) - start) // (2 * number)))
        yield items[start : start + size]
        start += size


_work: Callable[[Any], Any] | None = None


def _chunk(items: Sequence[Any]) -> list[Any]:
    assert _work is not None
    return [_work(item) for item in items]
