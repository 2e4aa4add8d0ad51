"""Values of every kind, through filters into names and conditions: the extent against every rendering by Jinja2."""

from __future__ import annotations

from random import Random

import pytest

from tests.brute import HEADERS
from tests.brute_statements import Statements
from tests.brute_values import draw
from tests.test_statements import compare


def compared(seed: int) -> None:
    """Fails where the extent of the template of this seed is not that of all its renderings."""
    random = Random(seed)
    template, declared = draw(random)
    try:
        compare(Statements(random, declared=declared), template, random.choice(HEADERS))
    except SyntaxError:  # Jinja2 writes more brackets than Python takes
        return


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_random_values(first: int) -> None:
    for seed in range(first, first + 100):
        compared(seed)
