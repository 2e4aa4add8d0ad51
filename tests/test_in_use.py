"""Templates as repositories of SMS have them, in more ways than the random ones: each against every rendering by the
real Jinja2. Those of `exact` in `data/in_use.yaml` are to be exact, of the others only bounds are known."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from random import Random

import pytest
import yaml
from jinja2 import Environment, meta

from smslint.tree.domains import ALPHABETS, UNKNOWN, Domain
from smslint.tree.variables import Items, Variable
from tests.brute import HEADERS, UNDEFINED, Declared
from tests.brute_statements import Statements
from tests.test_found import of_length, of_values
from tests.test_statements import compare


def of_lists(low: int, high: int, *values: str | int) -> Declared:
    """All lists of these numbers of items."""
    lists = tuple(list(found) for number in range(low, high + 1) for found in product(values, repeat=number))
    return Declared(Variable(UNKNOWN, items=Items(low, high, Variable(Domain(values=values)))), lists)


def of_objects(low: int, high: int, **fields: Declared) -> Declared:
    """All lists of these numbers of objects with these fields."""
    item = of_object(**fields)
    lists = tuple(list(found) for number in range(low, high + 1) for found in product(item.values, repeat=number))
    return Declared(Variable(UNKNOWN, items=Items(low, high, item.variable)), lists)


def of_object(**fields: Declared) -> Declared:
    """An object with these fields."""
    every = [dict(zip(fields, values, strict=True)) for values in product(*(one.values for one in fields.values()))]
    return Declared(Variable(UNKNOWN, fields={name: one.variable for name, one in fields.items()}), tuple(every))


DECLARED: Mapping[str, Declared] = {
    "name": of_values("Al", "", "Bêa"),
    "tier": of_values("gold", "silver", ""),
    "city": of_values("Ay", "Nîmes", UNDEFINED),
    "lang": of_values("fr", "en", "it"),
    "n": of_values(0, 1, 2, 5),
    "price": of_values(5, 10, 1000),
    "flag": of_values(True, False),
    "phrase": of_values("hello world", "é", "a-b_c", ""),
    "names": of_lists(0, 3, "Al", "Zoé€", "B"),
    "few": of_lists(0, 2, "", "Al"),
    "numbers": of_lists(0, 3, 1, 12, 300),
    "lines": of_objects(0, 2, name=of_values("Al", "Zoé€"), qty=of_values(1, 12), price=of_values(5, 100)),
    "orders": of_objects(0, 3, name=of_values("Al", "Zoé€"), paid=of_values(True, False)),
    "people": of_objects(0, 2, name=of_length("gsm7", "Aé", 0, 1), ok=of_values(True, False)),
    "letters": of_objects(0, 2, to=of_object(city=of_values("Ay", "Nîmes"), zip=of_values("07", ""))),
    "first": of_length("gsm7", "Aß ", 0, 3),
    "total": Declared(Variable(Domain(1, 2, ALPHABETS["digits"])), tuple(range(100))),
    "given": of_length("latin", "Aê", 0, 4),
    "count": of_length("digits", "910", 1, 2, 9, 99, 0, 1, 2, 10),
}
FILES = {
    "part": "{{ x|default(name) }}{{ loop.index if loop is defined else '?' }}",
    "base": "[{% block a %}A{{ tier }}{% endblock %}]{% block b %}B{{ self.a() }}{% endblock %}",
    "middle": "{% extends 'base' %}{% block a %}2{{ super() }}{% if tier %}{{ tier }}{% endif %}{% endblock %}",
    "items": "{% for x in names %}{% block it scoped %}{{ x }}{% endblock %}{% endfor %}",
    "macros": "{% set c = 'C€' %}{% macro f(x) %}{{ x }}{{ c }}{% endmacro %}",
}
TEMPLATES = yaml.safe_load((Path(__file__).parent / "data" / "in_use.yaml").read_text(encoding="utf-8"))
_OWN = {"range", "namespace", "cycler", "joiner", "dict", "loop", "x", "gettext", "ngettext"}
PARSING = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"])


def declared_for(template: str) -> dict[str, Declared]:
    """The variables that a template and the files that it names speak of."""
    texts = [template, *(text for name, text in FILES.items() if f"'{name}'" in template)]
    texts += [FILES["base"]] if "'middle'" in template else []
    names = set().union(*(meta.find_undeclared_variables(PARSING.parse(text)) for text in texts))
    return {name: DECLARED[name] for name in sorted(names - _OWN)}


@pytest.mark.parametrize("template", [*TEMPLATES["exact"], *TEMPLATES["bounds"]])
def test_against_every_rendering(template: str) -> None:
    grammar = Statements(Random(0), declared=declared_for(template), files=dict(FILES))
    found = compare(grammar, template, HEADERS[0])
    assert found.exact or template in TEMPLATES["bounds"]
