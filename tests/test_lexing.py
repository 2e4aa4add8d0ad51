"""What is read tag by tag is what Jinja2 reads in one piece, with the same places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, TemplateSyntaxError, nodes

from smslint.dialects.jinja.lexing import OffsetEnvironment, SyntaxProblem

_PARTS = (
    *(
        "text",
        " ",
        "\n",
        "\n\n",
        "{",
        "}",
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "'",
        '"',
        "-",
        "+",
        "}}}",
        "{{{",
        "é",
        "%",
    ),
    *("{{ name }}", "{{name}}", "{{ shop.name }}", "{{ true }}", "{{ None }}", "{{ a b }}", "{{ é }}", "{{ 1x }}"),
    *("{{ name|upper }}", "{{ name|default('you') }}", "{{ 'a}}b' }}", '{{ "{{ a }}" }}', "{{ a[0] }}", "{{ (a }}"),
    *("{{- name }}", "{{ name -}}", "{{+ name }}", "{{ -1 }}", "{{}}", "{{ }}", "{{ a, b }}", "{{ 9_9 }}", "{{ \na }}"),
    *("{% if a %}", "{% else %}", "{% endif %}", "{%- if b -%}", "{% raw %}", "{% endraw %}", "{% set a = '", "' %}"),
    *("{# ", " #}", "{#- a -#}", "{% for a in b %}", "{% endfor %}", "{{ '\\x4' }}", "{{ \u0663 }}", "{% trans %}"),
)
_SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"trim_blocks": True},
    {"lstrip_blocks": True, "trim_blocks": True},
    {"keep_trailing_newline": True},
    {"line_statement_prefix": "%"},
    {"variable_start_string": "{%", "variable_end_string": "%}", "block_start_string": "{{", "block_end_string": "}}"},
)
_TEXTS = st.lists(st.sampled_from(_PARTS), max_size=12).map("".join)


@given(_TEXTS, st.sampled_from(_SETTINGS), st.booleans())
def test_a_template_is_read_as_jinja2_reads_it(text: str, settings: Mapping[str, Any], extended: bool) -> None:
    ours = OffsetEnvironment(settings, extended)
    whole = OffsetEnvironment(settings, extended)
    whole.offsets.apart = False
    assert _read(ours, text) == _read(whole, text)
    if not extended:
        message, found, _ = _read(ours, text)
        error, theirs = _by_jinja2(text, settings)
        assert bool(message) == bool(error)
        assert message or [kind for kind, _ in found] == [kind for kind, _ in theirs]


def _by_jinja2(text: str, settings: Mapping[str, Any]) -> tuple[str, Any]:
    try:
        return "", _dumped(Environment(**settings).parse(text))
    except (TemplateSyntaxError, ValueError, TypeError) as error:
        return str(error), None


@pytest.mark.parametrize(
    "text", ["{{ a }} and {{ b.c }}", "{# {{ a }} #}{{ b }}", "{% raw %}{{ a }}{% endraw %}{{ b }}"]
)
def test_what_is_kept_of_an_output_holds_wherever_it_stands(text: str) -> None:
    environment = OffsetEnvironment({}, False)
    first, again = _names(environment, text), _names(environment, text)
    assert first
    assert again == first
    assert _names(environment, "before " + text) == [(name, place + 7) for name, place in first]


def _names(environment: OffsetEnvironment, text: str) -> list[tuple[str, int]]:
    return [(node.name, node.lineno) for node in environment.read(text).find_all(nodes.Name)]


def _read(environment: OffsetEnvironment, text: str) -> tuple[str, Any, Any]:
    """The message and place of a mistake, or the nodes with their places and where tokens that are seen end."""
    try:
        tree = environment.read(text)
    except SyntaxProblem as problem:
        return problem.message, problem.offset, None
    lexer = environment.offsets
    ends = dict(zip(lexer.starts, lexer.ends, strict=True))
    found = _dumped(tree)
    return "", found, ([ends[place] for _, place in found[1:] if place in ends], lexer.comments)


def _dumped(tree: nodes.Node) -> list[tuple[str, int]]:
    every = [tree, *tree.find_all(nodes.Node)]
    return [(f"{type(node).__name__} {_fields(node)}", node.lineno) for node in every]


def _fields(node: nodes.Node) -> list[Any]:
    return [value for _, value in node.iter_fields() if not isinstance(value, nodes.Node | list)]
