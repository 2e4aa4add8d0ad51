"""What a configuration declares is what the engine gets."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from smslint.configuration.config import Config, build
from smslint.configuration.globs import PLAIN
from smslint.reading.schema import Reader
from smslint.reading.yamltree import Mapping, Scalar, parse
from smslint.tree.domains import ALPHABETS


def read(text: str) -> Config:
    reader = Reader("x", text)
    found = build(reader, reader.root())
    assert reader.mistakes == []
    return found


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_both_parsers_tell_plain_from_quoted(monkeypatch: pytest.MonkeyPatch, loader: object) -> None:
    monkeypatch.setattr(yaml, "CSafeLoader", loader)
    found = parse("a: 5\nb: '5'\nc: \"5\"\nd: |\n  5\ne:\n")
    assert isinstance(found, Mapping)
    values = [value for _, value in found.entries]
    assert [value.plain for value in values if isinstance(value, Scalar)] == [True, False, False, False, True]


def test_a_value_with_decimals_is_refused_unless_it_is_a_text() -> None:
    found = mistakes("version: 1\nvariables: {a: {values: [1.5, -.5, '1.5', 1.x, 2]}}\n")
    assert [mistake.split(": ")[0] for mistake in found] == ["2:26", "2:31"]


def test_values_keep_their_types() -> None:
    config = read("version: 1\nvariables: {a: {values: [true, false, 3, '3', Paris, 'true', 007, -1]}}\n")
    values = config.variable("a").domain.values or ()
    assert values == (True, False, 3, "3", "Paris", "true", "007", -1)
    assert [type(value) for value in values][:4] == [bool, bool, int, str]


def test_lengths_and_defaults() -> None:
    config = read(
        "version: 1\nvariables:\n  code: {length: 6, alphabet: digits}\n  name: {max_length: 9, alphabet: latin}\n"
        "  '*_link': {length: 22}\n  opt: {optional: true}\n"
    )
    code = config.variable("code")
    assert (code.domain.length_min, code.domain.length_max, code.optional) == (6, 6, False)
    assert config.variable("name").domain.alphabet == ALPHABETS["latin"]
    assert config.variable("stop_link").domain.length_max == 22
    assert config.variable("opt").optional
    undeclared = config.variable("nobody")
    assert (undeclared.domain.length_max, undeclared.optional, undeclared.declared) == (20, True, False)


def test_filters_are_declared_like_variables() -> None:
    config = read("version: 1\nfilters: {money: {max_length: 9, alphabet: latin}, acme.day: {values: [lundi, 3]}}\n")
    money = config.filters["money"]
    assert (money.domain.length_min, money.domain.length_max, money.domain.alphabet) == (0, 9, ALPHABETS["latin"])
    assert config.filters["acme.day"].domain.values == ("lundi", 3)


def test_fields_of_a_list_are_those_of_its_items() -> None:
    found = read("version: 1\nvariables: {items: {max_items: 3, fields: {name: {max_length: 4}}}}\n").variable("items")
    assert found.items is not None
    assert found.items.item.fields["name"].domain.length_max == 4
    assert found.fields == {}


def test_lists_and_fields() -> None:
    config = read(
        "version: 1\nvariables:\n  items: {max_items: 3, item: {fields: {name: {max_length: 4}}}}\n"
        "  user: {fields: {name: {length: 5}}}\n"
    )
    items = config.variable("items").items
    assert items is not None
    assert (items.low, items.high) == (0, 3)
    assert items.item.fields["name"].domain.length_max == 4
    assert config.variable("user.name").domain.length_max == 5


def test_fields_of_fields() -> None:
    config = read(
        "version: 1\nvariables:\n  order: {fields: {to: {fields: {city: {length: 5}}}}}\n"
        "  '*_user': {fields: {name: {fields: {first: {length: 4}}}}}\n"
    )
    assert config.variable("order.to.city").domain.length_max == 5
    assert config.variable("main_user.name.first").domain.length_max == 4
    assert not config.variable("order.to.street").declared
    assert config.names == ("order", "order.to", "order.to.city")


def test_globs_of_fields() -> None:
    config = read(
        "version: 1\nvariables: {user: {fields: {'*': {length: 3}, '*_url': {length: 9}, my_url: {length: 7}}}}\n"
    )
    lengths = [config.variable(f"user.{name}").domain.length_max for name in ("name", "help_url", "my_url")]
    assert lengths == [3, 9, 7]


def test_globs_match_no_folder_too_and_braces_are_alternatives() -> None:
    config = read('version: 1\ninclude: ["**/sms/*.{j2,txt}"]\nexclude: ["**/archive/**"]\n')
    assert config.includes("sms/a.j2")
    assert config.includes("x/y/sms/a.txt")
    assert not config.includes("sms/a.html")
    assert not config.includes("archive/sms/a.j2")
    default = read("")
    assert default.includes("a.sms")
    assert default.includes("x/welcome_sms.jinja2")
    assert default.includes("sms/deep/a.txt")
    assert not default.includes("a.txt")


@given(st.from_regex(PLAIN, fullmatch=True))
def test_plain_globs_need_not_be_given_to_the_library_to_know_that_it_takes_them(pattern: str) -> None:
    assert len(GitIgnoreSpec.from_lines([pattern])) == 1


def test_later_templates_win_key_by_key() -> None:
    config = read(
        "version: 1\ndefaults: {category: otp, max_segments: 3}\ntemplates:\n"
        "  - {files: ['a/**'], category: marketing}\n  - {files: ['a/b/**'], category: promotional, language: FR}\n"
    )
    facts = config.facts("a/b/c.j2")
    assert (facts.category, facts.max_segments, facts.language) == ("marketing", 3, "fr")
    assert config.facts("x.j2").category == "otp"


def test_off_and_yes_are_read_unquoted() -> None:
    config = read("version: 1\nrules: {forced-unicode: off}\njinja: {trim_blocks: yes}\n")
    assert {name: setting.value for name, setting in config.rules.items()} == {"forced-unicode": "off"}
    assert config.jinja == {"trim_blocks": True}


def mistakes(text: str) -> list[str]:
    reader = Reader("x", text)
    build(reader, reader.root())
    return [f"{m.line}:{m.column}: {m.message}" for m in sorted(reader.mistakes, key=lambda m: (m.line, m.column))]


def test_what_readers_of_yaml_take_for_something_else_is_a_mistake() -> None:
    assert mistakes("version: 1\ndefaults: {max_segments: 010}\n") == [
        "2:26: `max_segments` is `010`, which some readers of YAML take for an octal number: write `10`"
    ]
    assert mistakes("version: 1\nvariables: {a: {values: [yes, 'no', \"~\", Off, null, 1:30, 007]}}\n") == [
        "2:26: `yes` in `a` is true or false to some readers of YAML: put it in quotes",
        "2:42: `Off` in `a` is true or false to some readers of YAML: put it in quotes",
        "2:47: this item has no value: write one, or take it out",
    ]
    assert mistakes("version: 1\ndefaults:\n  brand: {{ shop.name }}\n") == [
        "3:10: `{{` begins a mapping to YAML: put the text that has it in quotes"
    ]


def test_what_can_be_read_past_does_not_hide_the_other_mistakes() -> None:
    assert mistakes("version: 1\nrules: {}\nrules: {}\n? [a]\n: b\ndefaults: {categry: x}\n") == [
        "3:1: `rules` stands here a second time (first on line 2)",
        "4:3: a key must be a word",
        "6:12: unknown key `categry` in `defaults`: did you mean `category`?",
    ]
