"""Tests of what may be another each time that it is read: `joiner`, `pop`, `random`, an attribute that rounds set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

import smslint
from tests.brute import HEADERS, Declared
from tests.brute_statements import Statements
from tests.test_found import of_items
from tests.test_statements import compare

FEW = {"L": of_items(1, 3, "ab")}
SOME = {"L": of_items(1, 13, "ab")}
MANY = {"L": of_items(0, 40, "ab")}
A, B = "a" * 15, "b" * 33
SEEN = (
    "{% set ns = namespace(seen=false) %}{% for x in L %}{% if not ns.seen %}PROMO {% set ns.seen = true %}{% endif %}"
    "{% endfor %}{% if ns.seen %}TOTAL{% endif %}"
)
CHANGING: dict[str, tuple[str, Mapping[str, Declared]]] = {
    "joiner": ("{% set s = joiner('x') %}{% if not s() %}A{% endif %}{% if s() %}A{% endif %}", {}),
    "cycler": (
        "{% set c = cycler('A', 'B', 'c') %}{% if c.next()|length > 20 %}z{% elif c.next()|length > 20 %}B{% endif %}",
        {},
    ),
    "cycler twice": ("{% set c = cycler('a', 'b') %}" + "{% if c.next() == 'a' %}A{% endif %}" * 2, {}),
    "cycler with itself": (
        "{% set c = cycler('a', 'b') %}{% if c.next() == c.next() %}A{% else %}B{% endif %}",
        {},
    ),
    "random": ("{% if ['', 1]|random %}{% else %}{% if ['', 1]|random %}B{% endif %}{% endif %}", {}),
    "random inline": ("{{ 'A' if [0, 1]|random else 'x' }}{{ 'x' if [0, 1]|random else 'B' }}", {}),
    "random of several": ("{% set x = ['A', 'Bê']|random %}{{ x }}{{ x|upper if x|length > 2 else 'B' }}", {}),
    "pop": ("{% set l = ['', 1] %}{% if l.pop() %}A{% endif %}{% if not l.pop() %}B{% endif %}", {}),
    "append to another name": (
        "{% set l = [] %}{% set k = l %}{% if l %}A{% endif %}{% do k.append(1) %}{% if l %}B{% endif %}",
        {},
    ),
    "update": ("{% set d = {} %}{% if not d %}A{% endif %}{% do d.update({1: 1}) %}{% if d %}B{% endif %}", {}),
    "an iterator": ("{% set i = [1]|map('abs') %}{% if i|list %}A{% endif %}{% if not i|list %}B{% endif %}", {}),
    "changed": (
        "{% for x in L %}{% if loop.changed(1) %}A{% endif %}{% if not loop.changed(1) %}A{% endif %}{% endfor %}",
        FEW,
    ),
    "filter of a loop": ("{% set s = joiner('x') %}{% for x in L if s() %}A{{ s() }}{% endfor %}", FEW),
    "in a macro": (
        "{% set c = cycler('a', 'b') %}{% macro m() %}{% if c.next() == 'a' %}A{% endif %}{% endmacro %}"
        "{{ m() }}{{ m() }}",
        {},
    ),
    "argument of a macro": (
        "{% macro m(s) %}{% if s() %}A{% endif %}{% if not s() %}A{% endif %}{% endmacro %}{{ m(joiner('x')) }}",
        {},
    ),
    "set to a test": (
        "{% set c = cycler('a', 'b') %}" + "{% set q = c.next() == 'a' %}{% if q %}A{% endif %}" * 2,
        {},
    ),
    "inline": ("{% set s = joiner('x') %}{{ 'A' if s() else 'x' }}{{ 'A' if s() else '' }}", {}),
    "found": (
        "{% set ns = namespace(f=false) %}{% for x in L %}{% if not ns.f %}A{% set ns.f = true %}{% endif %}"
        "{% endfor %}",
        MANY,
    ),
    "seen": (SEEN, SOME),
    "every other": (
        "{% set ns = namespace(f=false) %}{% for x in L %}{% if ns.f %}A{% endif %}{% set ns.f = not ns.f %}"
        "{% endfor %}"
        "{% if not ns.f %}B{% endif %}",
        SOME,
    ),
    "counted": (
        "{% set ns = namespace(n=0) %}{% for x in L %}{% if ns.n < 2 %}A{% endif %}{% set ns.n = ns.n + 1 %}"
        "{% endfor %}",
        MANY,
    ),
    "a filter that asks what rounds set": (
        "{% set ns = namespace(f=true) %}{% for x in 'abc' if ns.f %}A{% set ns.f = false %}{% endfor %}",
        {},
    ),
    "set in an included file": (
        "{% set ns = namespace(f=true) %}{% for x in L %}{% include 'part' %}{% endfor %}{% if ns.f %}B{% endif %}",
        SOME,
    ),
}


@pytest.mark.parametrize("name", CHANGING)
def test_no_two_tests_of_it_are_one(name: str) -> None:
    template, declared = CHANGING[name]
    grammar = Statements(Random(0), declared=dict(declared))
    grammar.files["part"] = "{% if ns.f %}{{ 'A' }}{% endif %}{% set ns.f = false %}"
    for header in HEADERS:
        assert not compare(grammar, template.replace("A", A).replace("B", B), header).exact


@pytest.mark.parametrize(
    "template",
    [
        "{% set q = order.total > 3 %}{% if q %}A{% else %}B{% endif %}",
        "{% set ns = namespace(f=vip) %}{% if ns.f %}A{% endif %}{% if not ns.f %}A{% endif %}",
        "{% if user.has('a') %}A{% endif %}{% if not user.has('a') %}A{% endif %}",
        "{% set s = joiner(', ') %}{{ s() }}A{{ s() }}{% if vip %}A{% endif %}",
        "{% set ns = namespace(f=false) %}{% if ns['f'] %}B{% endif %}A",
        "{% set l = [] %}{% if not l %}A{% endif %}{% do l.append(1) %}{% if l %}B{% endif %}",
        "{% set l = [] %}{% if l|length == 0 %}A{% endif %}{% do l.append(1) %}{% if l|length == 1 %}B{% endif %}",
    ],
)
def test_what_stays_the_same_is_exact(template: str) -> None:
    extent = smslint.lint(template.replace("A", "a" * 150).replace("B", "b" * 330)).templates[0].extent
    assert extent is not None
    assert extent.exact


CONFIG = """
version: 1
variables:
  L: {max_items: 13, min_items: 1, item: {length: 5}}
  pairs: {max_items: 3, min_items: 1, item: {length: 5}}
extends: [./house.yaml]
"""
PACK = """
version: 1
pack: house
rules:
  - id: house-promo
    summary: No total after a promotion
    forbid: {pattern: 'PROMO.*TOTAL', scope: body}
    message: a total after a promotion
"""


@pytest.mark.parametrize(
    "template",
    [
        "{% set s = joiner('x') %}{% if not s() %}PROMO {% endif %}{% if s() %}TOTAL{% endif %}",
        SEEN,
        "{% for a, b in L %}{% if b %}PROMO {% else %}TOTAL {% endif %}{% endfor %}",
        "{% for a, b in pairs %}{% if b %}PROMO {% else %}TOTAL {% endif %}{% endfor %}",
        "{% for x in L %}{% set q = x ~ 'a' %}{% if q is odd %}PROMO {% else %}TOTAL {% endif %}{% endfor %}",
        "{% for x in pairs|sort %}{% if x is odd %}PROMO {% else %}TOTAL {% endif %}{% endfor %}",
        "{% set ns = namespace(f=1) %}{% for x in pairs %}{% set ns.f = x|foo > 2 %}{% if ns.f %}PROMO {% else %}TOTAL "
        "{% endif %}{% endfor %}",
        "{% macro m() %}{% if kwargs.a|foo %}PROMO {% else %}TOTAL {% endif %}{% endmacro %}{{ m(a=x) }}{{ m(a=y) }}",
        "{% if L %}PROMO {% endif %}{% if L.pop() %}x{% endif %}{% if not L %}TOTAL{% endif %}",
        "{% if L %}PROMO {% endif %}{{ L.pop()|length }}{% if not L %}TOTAL{% endif %}",
        "{% for x in L if x.a %}PROMO {% else %}{% endfor %}{% for x in L if x.b %}{% else %}TOTAL{% endfor %}",
    ],
)
def test_no_path_is_missed(tmp_path: Path, template: str) -> None:
    (tmp_path / "house.yaml").write_text(PACK)
    (tmp_path / ".smslint.yaml").write_text(CONFIG)
    found = {finding.rule for finding in smslint.lint(template, path=tmp_path / "a.sms").findings}
    assert "house-promo" in found, found
