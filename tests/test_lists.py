"""Lists and mappings, and all that templates make of them: exact, or at least bounds, against every rendering."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Template, UndefinedError

from smslint.dialects.jinja.lower import lower
from smslint.extents.extent import Extent, extent
from smslint.tree.domains import ALPHABETS, UNKNOWN, Domain
from smslint.tree.lowering import Lowered
from smslint.tree.variables import Items, Variable
from tests.brute import HEADERS, JINJA, UNDEFINED, Declared, contexts, slow_count

EXACT, BOUNDED = (Path(__file__).parent / "data" / "lists.txt").read_text(encoding="utf-8").split("\n\n")


def one_of(*values: Any) -> Declared:
    return Declared(Variable(Domain(values=values)), values)


def lists(item: Variable, most: int, values: Iterable[Any], least: int = 0) -> Declared:
    found = tuple(list(one) for number in range(least, most + 1) for one in product(values, repeat=number))
    return Declared(Variable(UNKNOWN, items=Items(least, most, item)), found)


def mappings(**fields: Declared) -> tuple[Variable, list[dict[str, Any]]]:
    values = product(*(field.values for field in fields.values()))
    variable = Variable(UNKNOWN, fields={name: field.variable for name, field in fields.items()})
    return variable, [dict(zip(fields, one, strict=True)) for one in values]


def many(least: int, most: int, *values: Any, optional: bool = False) -> Declared:
    """Lists of too many items to be told apart, of which the first, those between and the last may differ."""
    found = [
        [first] * (number > 0) + [between] * (number - 2) + [last] * (number > 1)
        for number in range(least, most + 1)
        for first, between, last in product(values, repeat=3)
    ]
    variable = Variable(UNKNOWN, optional, items=Items(least, most, Variable(Domain(values=values))))
    return Declared(variable, (*found, UNDEFINED) if optional else tuple(found))


TEXT = Declared(Variable(Domain(1, 2, ALPHABETS["gsm7"])), ("A", "AA", "ß", "ßß", "è", "ßè", "èè"))
DIGITS = Declared(Variable(Domain(1, 2, ALPHABETS["digits"])), (1, 7, 70))
LINES = lists(Variable(Domain(values=("x", "ê"))), 2, ("x", "ê"))
MAYBE = lists(one_of("p", "qq").variable, 2, ("p", "qq"))
ROW = lists(Variable(Domain(values=("a", "êê"))), 2, ("a", "êê"), 2)
NAME, QUANTITY = one_of("ê", "bb"), one_of(1, 22)
DECLARED = {
    "a": one_of("x", "yê"),
    "b": one_of("1", "22", ""),
    "n": one_of(0, 1, 3),
    "s": one_of("x", "a b", "ê-f"),
    "f": one_of(True, False),
    "names": lists(Variable(Domain(values=("Al", "ê", "bb"))), 3, ("Al", "ê", "bb")),
    "maybe": Declared(MAYBE.variable._replace(optional=True), (*MAYBE.values, UNDEFINED)),
    "free": lists(TEXT.variable, 2, TEXT.values),
    "nums": lists(one_of(1, 5, 12).variable, 3, (1, 5, 12)),
    "codes": lists(DIGITS.variable, 2, DIGITS.values),
    "rows": lists(ROW.variable, 2, ROW.values),
    "lol": lists(LINES.variable, 2, LINES.values),
}
DECLARED |= {
    "many": many(0, 15, "éé", "x"),
    "some": many(1, 14, "x", "ê", "y€"),
    "any": many(0, 13, "x", "€", optional=True),
}
for key, fields in {
    "orders": {"name": NAME, "qty": QUANTITY},
    "forders": {"name": Declared(TEXT.variable, ("A", "AA", "ß", "è")), "qty": QUANTITY},
    "nested": {"name": NAME, "lines": LINES},
}.items():
    DECLARED[key] = lists(mappings(**fields)[0], 2, mappings(**fields)[1])


def templates(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def used(template: str) -> dict[str, Declared]:
    """The variables that `template` may speak of."""
    return {name: one for name, one in DECLARED.items() if re.search(rf"(?<!['\w.]){name}\b", template)}


def lowered(template: str) -> Lowered:
    def lookup(name: str) -> Variable:
        return DECLARED[name].variable if name in DECLARED else Variable(UNKNOWN, declared=False)

    return lower(template, lookup, {})


def sent(compiled: Template, context: dict[str, Any]) -> str | None:
    """What is sent; None where the template fails."""
    try:
        return compiled.render(**context)
    except UndefinedError:
        return None


def compared(template: str, by_values: bool = False) -> list[Extent]:
    """The extents of `template` by several capacities; fails where one is not that of the renderings, or no bound;
    `by_values`: or where one has a witness that is no rendering."""
    found = lowered(template)
    assert found.message is not None
    compiled = JINJA.from_string(template)
    rendered = (sent(compiled, deepcopy(context)) for context in contexts(used(template)))
    texts = {text for text in rendered if text is not None}
    extents = []
    for limits in HEADERS[:3]:
        one = extent(found.message, found.variables, limits)
        counts = [slow_count(text, limits)[2] for text in texts]
        assert one.low <= min(counts)
        assert one.high is None or one.high >= max(counts)
        if one.exact:
            assert (one.low, one.high) == (min(counts), max(counts))
            assert one.worst is not None
            assert slow_count(one.worst.text, limits)[2] == one.high
            assert not by_values or {one.worst.text} | {one.best.text if one.best else ""} <= texts
        extents.append(one)
    return extents


@pytest.mark.parametrize("template", templates(EXACT))
def test_exact(template: str) -> None:
    assert all(one.exact for one in compared(template))


@pytest.mark.parametrize("template", templates(BOUNDED))
def test_bounded(template: str) -> None:
    assert all(one.high is not None for one in compared(template))


def test_a_filter_whose_effect_is_declared_is_one_value_for_each_item() -> None:
    """And the same of the same item, wherever it stands."""
    filters = {"money": Variable(Domain(values=("", "12 €")))}
    template = "{{ [n]|map('money')|join }}{% if not n|money %}aaaaaaaaaaaaa{% endif %}"
    found = lower(template, lambda name: DECLARED[name].variable, {}, filters)
    assert found.message is not None
    one = extent(found.message, found.variables, HEADERS[0])
    assert (one.low, one.high, one.exact) == (1, 2, True)


def test_what_is_not_followed_is_told_with_what_to_do() -> None:
    (problem, *_) = lowered("{% for g, l in forders|groupby('name') %}{{ g }}{% endfor %}").problems
    assert "what is made of `forders` here is not followed" in problem.message


@pytest.mark.parametrize(
    "template",
    [
        "{% set d = {'a': free|join} %}{{ d" + ".a" * 60 + " }}",
        "{{ " + "(free + " * 30 + "names" + " or free)" * 30 + " }}",
        "{{ " + "{'a': " * 30 + "free|first" + "}" * 30 + ".a" * 30 + " }}",
        "{{ free" + "|sort|unique|reverse" * 12 + "|join }}",
        "{% for k, v in {"
        + ", ".join(f"'k{n}': free|first" for n in range(150))
        + "}.items() %}{{ k }}{{ v }}{% endfor %}",
    ],
    ids=("members", "choices", "mappings", "filters", "pairs"),
)
def test_what_holds_each_other_takes_little_time(template: str) -> None:
    start = time.process_time()
    lowered(template)
    assert time.process_time() - start < 2
