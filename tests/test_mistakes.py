"""Templates with mistakes are linted, whatever the mistakes are; `make fuzz` tries many more."""

from __future__ import annotations

from random import Random

import pytest

from fuzz.mutated import lint, mutated


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_linting_raises_nothing(first: int) -> None:
    for seed in range(first, first + 50):
        lint(mutated(Random(seed)))
