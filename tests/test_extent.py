"""The extent against every rendering by the real Jinja2."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2.exceptions import FilterArgumentError, UndefinedError

from smslint.dialects.jinja import lower
from smslint.extents.extent import Extent, extent
from smslint.extents.witness import Witness
from smslint.gsm.segments import Capacity, Header
from smslint.tree.conditions import Not, source
from smslint.tree.domains import ALPHABETS, Domain, contains
from smslint.tree.variables import Variable
from tests.brute import HEADERS, JINJA, Declared, Grammar, contexts, slow_count

DEFAULT = Variable(Domain(0, 2, ALPHABETS["gsm7"]), optional=True, declared=False)


def lookup(declared: dict[str, Declared]) -> Callable[[str], Variable]:
    return lambda name: declared[name].variable if name in declared else DEFAULT


def rendered(compiled: Any, context: dict[str, Any]) -> str | None:
    """What `context` sends; None where the template fails with it."""
    try:
        return str(compiled.render(context))
    except (TypeError, ValueError, ArithmeticError, AttributeError, UndefinedError, FilterArgumentError):
        return None


def compare(template: str, declared: dict[str, Declared], limits: Header, strict: bool = True) -> Extent:
    """Fails where the extent of `template` is not that of all its renderings; where it is not called exact, unless it
    may not be (`strict`), where some rendering is outside."""
    lowered = lower(template, lookup(declared), {})
    assert lowered.message is not None, lowered.problems
    found = extent(lowered.message, lowered.variables, limits)
    compiled = JINJA.from_string(template)
    renderings: dict[str, list[dict[str, Any]]] = {}
    fails = False
    for context in contexts(declared):
        text = rendered(compiled, context)
        if text is None:
            fails, strict = True, False  # it is never sent, which smslint need not see
        else:
            renderings.setdefault(text, []).append(context)
    if not renderings:
        return found
    counts = {text: slow_count(text, limits) for text in renderings}
    low = min(count[2] for count in counts.values())
    high = max(count[2] for count in counts.values())
    shown = f"{template!r} {declared!r} {limits}: {low}–{high}, found {found}"
    assert found.low <= low, shown
    if not strict and found.high is None:
        return found
    assert found.high is not None, shown
    assert high <= found.high, shown
    if fails or (not strict and not found.exact):
        return found
    assert found.exact, shown
    assert (found.low, found.high) == (low, high), shown
    assert set(found.encodings) >= {count[0] for count in counts.values()}, shown
    assert not strict or set(found.encodings) == {count[0] for count in counts.values()}, shown
    for witness, segments in ((found.best, low), (found.worst, high)):
        assert witness is not None, shown
        assert witness.count.segments == segments, shown
        assert slow_count(witness.text, limits)[:3] == (
            witness.count.encoding,
            witness.count.units,
            witness.count.segments,
        ), shown
        assert any(reproduces(compiled, witness, one) for one in with_values(witness, declared)), shown
    return found


def with_values(witness: Witness, declared: dict[str, Declared]) -> Iterator[dict[str, Any]]:
    """Every combination of values, where those of the witness stand for all other texts of their domain."""
    narrowed = dict(declared)
    for name, one in declared.items():
        value = witness.values.get(name)
        if value is not None and one.variable.domain.values is None and one.variable.items is None and value:
            assert contains(one.variable.domain, value)
            number = value.isdecimal() and str(int(value)) == value
            numbers = (int(value),) if number and (name == "code" or int(value) in one.values) else ()
            narrowed[name] = Declared(one.variable, (value, *numbers))
    return contexts(narrowed)


@lru_cache(maxsize=4096)
def compiled_expression(words: str) -> Any:
    return JINJA.compile_expression(words, undefined_to_none=False)


def reproduces(compiled: Any, witness: Witness, context: dict[str, Any]) -> bool:
    """Whether `context` has the witness's values, meets its conditions, and sends its text."""
    if rendered(compiled, context) != witness.text:
        return False
    for name, value in witness.values.items():
        if "[]" in name:  # an item of a loop that is not written out
            continue
        printed = compiled_expression(name)(**context)
        if str(printed) != value:
            return False
    for condition, holds in witness.when:  # as the template says them
        words = source(condition if holds else Not(condition))
        if not compiled_expression(words)(**context):
            return False
    return True


def draw(random: Random, combinations_max: int = 600) -> tuple[str, dict[str, Declared], Header, bool]:
    grammar = Grammar(random, combinations_max)
    template = grammar.template()
    return template, grammar.declared, HEADERS[random.randrange(len(HEADERS))], not grammar.rich


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.randoms(use_true_random=False))
def test_random_templates(random: Random) -> None:
    compare(*draw(random))


@pytest.mark.parametrize(
    ("template", "values", "parts"),
    [("{{ a }}€{{ a }}", ("x", "yê"), (2, 2)), ("ab{{ a }}[{{ a }}[€[", ("Nîmes", "P€", "Ay"), (3, 3))],
)
def test_the_smallest_count_of_a_value_that_stands_twice(
    template: str, values: tuple[str, ...], parts: tuple[int, int]
) -> None:
    """Of which the few code units of one value beside another are nothing that is sent."""
    gsm7, ucs2 = (Capacity(part + 1, part) for part in parts)
    compare(template, {"a": Declared(Variable(Domain(values=values)), values)}, Header(6, gsm7, ucs2), True)
