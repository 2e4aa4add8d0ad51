"""Many files linted by several processes at once. Each finds configurations and packs by itself; what they report
comes back in the order of the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

FILES_MIN = 150  # below that starting processes takes longer than they save
CHUNK_MAX = 64  # files that one process is given at a time
PROCESSES_MAX = 16


def processes(files: int, wanted: int = 0) -> int:
    """How many processes to lint so many files with; `wanted`: by the user, 0 for as many as there are processors."""
    if wanted == 1 or files < 2 or (not wanted and files < FILES_MIN):
        return 1
    return min(wanted or _processors(), PROCESSES_MAX, files)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(work: Callable[[T], R], items: Sequence[T], number: int) -> Iterator[R]:
    """`work` of each of `items`, in order, done by `number` processes."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    global _work
    _work = work
    # A forked process has what is loaded already; where there is no fork, `work` is sent.
    forked = "fork" in get_all_start_methods() and os.name == "posix"
    context = get_context("fork" if forked else "spawn")
    size = max(1, min(CHUNK_MAX, -(-len(items) // (4 * number))))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    with ProcessPoolExecutor(number, context, *(() if forked else (_start, (work,)))) as pool:
        for reports in pool.map(_chunk, chunks):
            yield from reports


_work: Callable[[Any], Any] | None = None


def _start(work: Callable[[Any], Any]) -> None:
    global _work
    _work = work


def _chunk(items: Sequence[Any]) -> list[Any]:
    assert _work is not None
    return [_work(item) for item in items]
