"""Presence under conditions: whether `require` and `forbid` report what the real Jinja2 sends, over all values."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, meta

import smslint

CONFIGURATION = """version: 1
extends: [./house.yaml]
variables:
  tot: {min_length: 1, max_length: 2, alphabet: digits}
  giv: {max_length: 3}
  n: {values: [0, 1, 2, 5]}
  lang: {values: [fr, en, it]}
  flag: {values: [true, false]}
  opt: {values: [a], optional: true}
  names: {max_items: 3, item: {values: [Al, B]}}
  people: {max_items: 2, item: {fields: {ok: {values: [true, false]}, name: {max_length: 1}}}}
"""
PACK = """version: 1
pack: house
rules:
  - {id: house-need, summary: s, require: {pattern: 'XSTOPX', scope: body}, message: m}
  - {id: house-no, summary: s, forbid: {pattern: 'XSTOPX', scope: body}, message: m}
"""
VALUES: dict[str, list[Any]] = {
    "tot": list(range(100)),
    "giv": ["", "A", "AB", "ABC"],
    "n": [0, 1, 2, 5],
    "lang": ["fr", "en", "it"],
    "flag": [True, False],
    "opt": ["a", None],
    "names": [list(items) for number in range(4) for items in product(["Al", "B"], repeat=number)],
    "people": [
        [{"ok": ok, "name": name} for ok, name in items]
        for number in range(3)
        for items in product(list(product([True, False], ["", "z"])), repeat=number)
    ],
}
CONDITIONS = [
    "tot > 1",
    "tot >= 0",
    "tot > 99",
    "tot < 100",
    "tot > 5 and tot < 5",
    "tot > 5 and tot < 7",
    "tot == 0 or tot > 0",
    "0 <= tot <= 99",
    "tot > 1 or tot <= 1",
    "tot > 1 and not tot > 0",
    "tot and tot < 1",
    "not tot and tot > 0",
    "giv|length > 3",
    "giv|length >= 0",
    "giv|length <= 3",
    "giv|length == 2 and not giv",
    "giv and giv|length == 0",
    "giv or giv|length == 0",
    "giv|length > 1 and giv|length < 3",
    "n > 2 and n < 5",
    "n is odd and n is even",
    "n is odd or n is even",
    "n in [0,1,2,5]",
    "n is divisibleby 3",
    "lang == 'fr' and lang == 'en'",
    "lang in ['fr','en'] or lang == 'it'",
    "lang != 'fr' or lang != 'en'",
    "flag and not flag",
    "flag or not flag",
    "opt is defined or opt is undefined",
    "opt is defined and not opt",
    "opt|default('') == 'b'",
    "names and names|length == 0",
    "names|length > 3",
    "names|length <= 3",
    "names|first == 'Al' and not names",
    "'B' in names and names|length == 0",
    "names|select('eq','Al')|list|length > 3",
    "people|selectattr('ok')|list and not people",
    "people|selectattr('ok')|list|length == 2 and people|rejectattr('ok')|list",
    "people|map(attribute='ok')|select|list|length > 2",
    "people and people[0].ok and not people[0].ok",
    "people[0] is defined and not people",
    "(people|first) is defined or not people",
]
OTHERS = [
    "{% for x in names %}{% if loop.last %}XSTOPX{% endif %}{% endfor %}",
    "{% for x in names %}{% if x == 'B' %}XSTOPX{% endif %}{% else %}XSTOPX{% endfor %}",
    "{% for x in names %}x{% else %}XSTOPX{% endfor %}",
    "{% for x in names if x == 'B' %}x{% else %}XSTOPX{% endfor %}",
    "{% for p in people|selectattr('ok') %}XSTOPX{% else %}XSTOPX{% endfor %}",
    "{% for p in people|rejectattr('ok') %}{% if p.ok %}XSTOPX{% endif %}{% endfor %}",
    "{% for p in people if p.ok %}{% if not p.ok %}XSTOPX{% endif %}{% endfor %}",
    "{% for x in names %}{% set l = loop %}{% if l.index > 3 %}XSTOPX{% endif %}{% endfor %}",
    "{% for x in names %}{% set l = loop %}{% if l.last and not l.first %}XSTOPX{% endif %}{% endfor %}",
    "{% for x in names if loop %}XSTOPX{% endfor %}",
    "{% if loop %}XSTOPX{% endif %}",
    "{% set ns = namespace(f=false) %}{% for x in names %}{% if x == 'B' %}{% set ns.f = true %}{% endif %}{% endfor %}"
    "{% if ns.f %}XSTOPX{% endif %}",
    "{% set ns = namespace(f=false) %}{% for x in names %}{% set ns.f = true %}{% endfor %}"
    "{% if ns.f == (names|length > 0) %}XSTOPX{% endif %}",
    "{% filter lower|upper %}xstopx{% endfilter %}",
    "{% filter upper|lower %}XSTOPX{% endfilter %}",
    "{% set a, b = ('XSTOPX', 'q') if flag else ('r', 'XSTOPX') %}{{ a }}{% if not flag %}{{ b }}{% endif %}",
    "{% set a, b = ('XSTOPX', 'q') if flag else ('r', 'XSTOPX') %}{{ a }}{{ b }}",
    "{{ {'fr': 'XSTOPX', 'en': 'b'}.get(lang, 'XSTOPX') }}",
    "{% if lang == 'fr' %}XST{% else %}XS{% endif %}{% if lang != 'fr' %}TOPX{% else %}OPX{% endif %}",
]
FORMS = (
    "{% if CONDITION %}XSTOPX{% endif %}",
    "a{{ 'XSTOPX' if CONDITION else 'b' }}",
    "{% set k = (CONDITION) %}{% if k %}XSTOPX{% endif %}",
    "{% macro m(v) %}{% if v %}XSTOPX{% endif %}{% endmacro %}{{ m(CONDITION) }}",
)
JINJA = Environment()


def stands(template: str) -> set[bool]:
    """Whether XSTOPX stands in what is sent, for each of the values with which something is."""
    names = sorted(meta.find_undeclared_variables(JINJA.parse(template)) & VALUES.keys())
    compiled = JINJA.from_string(template)
    contexts = (dict(zip(names, values, strict=True)) for values in product(*(VALUES[name] for name in names)))
    return {
        "XSTOPX" in compiled.render({name: value for name, value in context.items() if value is not None})
        for context in contexts
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / ".smslint.yaml").write_text(CONFIGURATION)
    (folder / "house.yaml").write_text(PACK)
    return folder


@pytest.mark.parametrize("template", [f.replace("CONDITION", c) for c in CONDITIONS for f in FORMS] + OTHERS)
def test_what_stands_is_found_and_nothing_else(template: str, project: Path) -> None:
    rules = {finding.rule for finding in smslint.lint(template, path=project / "a.sms").findings}
    assert ("house-need" not in rules, "house-no" in rules) == (False not in stands(template), True in stands(template))
