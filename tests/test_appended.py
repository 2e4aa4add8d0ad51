"""A suffix that skips the messages that hold it already, against every rendering."""

from __future__ import annotations

from random import Random

import pytest

from smslint.checks.appended import where_missing
from smslint.dialects.jinja.lower import lower
from smslint.extents.extent import Extent, extent
from smslint.gsm.segments import Header
from smslint.tree.domains import UNKNOWN, Domain
from smslint.tree.message import NOWHERE, Text
from smslint.tree.variables import Items, Variable
from tests.brute import HEADERS, JINJA, Declared, contexts, slow_count
from tests.test_tokens import ANY, Drawn

LONG = Declared(
    Variable(UNKNOWN, items=Items(0, 14, Variable(Domain(values=("q",))))), tuple(["q"] * n for n in range(15))
)


def extent_of(template: str, declared: dict[str, Declared], suffix: str, limits: Header) -> Extent:
    def lookup(name: str) -> Variable:
        return declared[name].variable if name in declared else Variable(UNKNOWN, declared=False)

    lowered = lower(template, lookup, {})
    assert lowered.message is not None
    appended = Text(suffix, NOWHERE, "suffix")
    message = where_missing(lowered.message, appended, lowered.variables, lambda name: "\ue000")
    return extent(message, lowered.variables, limits)


def compare(template: str, declared: dict[str, Declared], suffix: str, limits: Header) -> Extent:
    """Fails where the extent is not that of all renderings, or no bound of them."""
    found = extent_of(template, declared, suffix, limits)
    rendered = JINJA.from_string(template)
    bodies = [rendered.render(**context) for context in contexts(declared)]
    texts = {body if suffix.strip() in body else body + suffix for body in bodies}
    counts = [slow_count(text, limits)[2] for text in texts]
    assert found.low <= min(counts)
    assert (found.high or 0) >= max(counts)
    if found.exact:
        assert (found.low, found.high) == (min(counts), max(counts))
        assert found.worst is not None
        assert found.worst.text in texts
    return found


@pytest.mark.parametrize("seed", range(4))
def test_random_messages(seed: int) -> None:
    exact = 0
    for number in range(50):
        random = Random(f"appended {seed} {number}")
        drawn = Drawn(random)
        suffix, limits = random.choice((" ab", "a", "b[", " é")), random.choice(HEADERS[:3])
        if ANY not in drawn.declared.values():
            exact += compare(drawn.template, drawn.declared, suffix, limits).exact
    assert exact > 10


@pytest.mark.parametrize(
    ("template", "exact"),
    [
        ("{% for y in ys %}{{ y }}{% endfor %}{% if f %}STOP{% endif %}", False),
        ("{% for y in ys %}{{ y }}{% endfor %}{{ f }}", True),
        ("{% if f %}a STOP b{% endif %}{% for y in few %}{{ y }}{% endfor %}", True),
        ("aaaaaaa{{ said }}a", True),
        ("ST{{ f if f }}OP", True),
    ],
)
def test_loops_and_values(template: str, exact: bool) -> None:
    """Of a loop that is not written out three rounds were looked at, and no more counted."""
    values = {"f": (True, False), "said": ("STOP", "", "aaaaaaaaa")}
    declared = {name: Declared(Variable(Domain(values=one)), one) for name, one in values.items()}
    few = Declared(Variable(UNKNOWN, items=Items(0, 2, Variable(Domain(values=("q",))))), ([], ["q"], ["q", "q"]))
    for limits in HEADERS[:3]:
        assert compare(template, {**declared, "ys": LONG, "few": few}, " STOP", limits).exact == exact
