"""The extents of 2,000 realistic templates against bare Jinja2 parsing them (at most half), of 40 independent `if`s
(20 ms) and of 12 correlated conditions (100 ms)."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from jinja2 import Environment

from benchmarks import corpus
from benchmarks.measure import paired
from smslint.dialects.jinja import lower
from smslint.extents.extent import extent
from smslint.gsm.segments import header
from smslint.linting.project import Project
from smslint.tree.lowering import Lowered

NUMBER = 2_000
ROUNDS = 5
LIMITS = header(6)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        texts = [path.read_text(encoding="utf-8") for path in corpus.write(Path(folder), NUMBER)]
        config = Project().of(Path(folder)).config
    trees = [lower(text, config.variable, {}) for text in texts]
    environment = Environment()
    found = paired(lambda: _extents(trees), lambda: [environment.parse(t) for t in texts], ROUNDS)
    print(f"extents of {NUMBER:,} templates: {found.ratio:.2f} x bare jinja2 parse")
    ifs = "".join(f"{{% if a{n} %}}offre {n}€ {{% endif %}}" for n in range(40))
    print(f"extent of 40 ifs: {_milliseconds(lower(ifs, config.variable, {})):.1f} ms")
    correlated = "".join(f"{{% if a{n % 12} %}}offre {n}€ {{% endif %}}" for n in range(48))
    print(f"extent of 12 correlated conditions: {_milliseconds(lower(correlated, config.variable, {})):.1f} ms")


def _extents(trees: list[Lowered]) -> None:
    for tree in trees:
        _extent(tree)


def _extent(tree: Lowered) -> None:
    assert tree.message is not None
    extent(tree.message, tree.variables, LIMITS)


def _milliseconds(tree: Lowered) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        _extent(tree)
        times.append(time.perf_counter() - start)
    return min(times) * 1000
