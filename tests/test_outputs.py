"""A template of texts and plain names is lowered without the layers for all else, to the same."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smslint.dialects.jinja import lower
from smslint.dialects.jinja.offsets import environment, parsed
from smslint.dialects.jinja.outputs import names, outputs
from smslint.tree.domains import Domain
from smslint.tree.lowering import Lowered
from smslint.tree.variables import Items, Variable

_PARTS = (
    *(
        "Hi ",
        " ",
        "\n",
        "é",
        "{",
        "}",
        "{# note #}",
        "{{ name }}",
        "{{name}}",
        "{{ (name) }}",
        "{{ name -}}",
        "{{- city }}",
    ),
    *(
        "{{ shop.name }}",
        "{{ shop . name }}",
        "{{ shop['name'] }}",
        "{{ a.b.c }}",
        "{{ items }}",
        "{{ user }}",
        "{{ loop }}",
        "{{ xs.append }}",
        "{{ a.pop.b }}",
    ),
    *(
        "{{ loop.index }}",
        "{{ none }}",
        "{{ range }}",
        "{{ 'text' }}",
        "{{ 1 }}",
        "{{ a, b }}",
        "{{ self }}",
        "{{ super }}",
    ),
    *(
        "{{ xs.append(1) or '' }}",
        "{{ name|upper }}",
        "{% if name %}",
        "{% endif %}",
        "{% set name = 'x' %}",
        "{% raw %}{{ a }}{% endraw %}",
    ),
)
_SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"autoescape": True},
    {"keep_trailing_newline": True},
    {"trim_blocks": True},
)
_DECLARED = {
    "name": Variable(Domain(0, 5)),
    "items": Variable(Domain(), items=Items(0, 2, Variable(Domain(0, 3)))),
    "user": Variable(Domain(), fields={"name": Variable(Domain(1, 2))}),
    "shop.name": Variable(Domain(values=("ACME", "Ç"))),
}


def _lookup(name: str) -> Variable:
    return _DECLARED.get(name, Variable(Domain(0, 20), optional=True, declared=False))


def _whole(text: str, settings: dict[str, Any]) -> Lowered:
    """What the layers give, also where they are not needed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["smslint.dialects.jinja.lower"], "outputs", lambda named, lookup: None)
        return lower(text, _lookup, settings)


@given(st.lists(st.sampled_from(_PARTS), max_size=10).map("".join), st.sampled_from(_SETTINGS))
def test_both_give_the_same(text: str, settings: dict[str, Any]) -> None:
    assert lower(text, _lookup, settings) == _whole(text, settings)


@pytest.mark.parametrize("text", ["", "Hi", "Hi {{ name }}", "{{ shop.name }} : {{ a.b.c }}\n"])
def test_texts_and_names_need_not_be_parsed(text: str) -> None:
    assert outputs(environment((), False).offsets.names(text), _lookup) == _whole(text, {})


@pytest.mark.parametrize("text", ["{# a #}Hi {{ name }}", "Hi {{- name }}\r\n{{ name -}}"])
def test_what_stands_between_them_is_parsed(text: str) -> None:
    assert environment((), False).offsets.names(text) is None
    assert outputs(names(parsed((), text)), _lookup) is not None


@pytest.mark.parametrize(
    "text",
    ["{{ name|upper }}", "{{ loop.index }}", "{{ items }}", "{{ xs.append }}", "{% if a %}{% endif %}", "{{ 1 }}"],
)
def test_others_are_lowered_whole(text: str) -> None:
    assert outputs(environment((), False).offsets.names(text), _lookup) is None
    assert outputs(names(parsed((), text)), _lookup) is None
