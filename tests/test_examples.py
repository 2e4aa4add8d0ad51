"""Examples: what a template is with given values, against the real Jinja2; and which values break a declaration."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smslint.dialects.jinja import lower
from smslint.extents.evaluation import declaring, sent
from tests.brute import JINJA, Grammar, contexts
from tests.test_extent import rendered
from tests.test_reports import smslint

CONFIG = """\
version: 1
defaults: {category: informational}
variables:
  name: {max_length: 5}
  city: {values: [Paris, Nîmes]}
  code: {length: 6, alphabet: digits}
  items: {max_items: 2, item: {max_length: 5}}
  nick: {max_length: 5, optional: true}
examples:
"""


def tried(random: Random) -> list[bool]:
    """Whether the tree knew what each of some contexts sends; fails where it was wrong."""
    grammar = Grammar(random, 200)
    template = grammar.template()
    compiled = JINJA.from_string(template)
    every = list(contexts(grammar.declared))
    known = []
    for context in random.sample(every, min(len(every), 4)):
        message = lower(template, declaring(context), {}).message
        assert message is not None
        found = sent(message, context)
        real = rendered(compiled, context)
        if real is not None:
            assert found in (None, real), (template, context)
            known.append(found is not None)
    return known


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.randoms(use_true_random=False))
def test_is_what_jinja_renders(random: Random) -> None:
    tried(random)


def test_nearly_all_is_known() -> None:
    known = [one for seed in range(60) for one in tried(Random(seed))]
    assert sum(known) >= 0.95 * len(known)


@pytest.mark.parametrize(
    ("template", "context", "expected"),
    [
        ("{{ user.name|upper }}", {"user": {"name": "Léa"}}, "LÉA"),
        ("{% for t in tags %}{{ t }}.{% endfor %}", {"tags": ["a", "é"]}, "a.é."),
        (
            "{% for i in items %}{{ loop.index }}{{ i.a }}{% else %}-{% endfor %}",
            {"items": [{"a": "x"}, {"a": 2}]},
            "1x22",
        ),
        ("{% for i in items %}{{ i }}{% else %}-{% endfor %}", {"items": []}, "-"),
        ("{% if n > 2 %}many{% else %}{{ n }}{% endif %}", {"n": 5}, "many"),
        ("{{ a }}{{ b }}", {"a": None, "b": 9.5}, "None9.5"),
        ("{{ a|custom }}", {"a": "x"}, None),
        ("{{ a.b }}", {}, None),
    ],
)
def test_values_of_every_kind(template: str, context: dict[str, Any], expected: str | None) -> None:
    message = lower(template, declaring(context), {}).message
    assert message is not None
    assert sent(message, context) == expected
    if expected is not None:
        assert JINJA.from_string(template).render(context) == expected


def lint(folder: Path, entries: str, files: dict[str, str]) -> dict[str, Any]:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / ".smslint.yaml").write_text(CONFIG + entries, encoding="utf-8")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    found: dict[str, Any] = json.loads(smslint(str(folder), "--format", "json").stdout)
    found["findings"] = [one for one in found["findings"] if one["rule"] == "example-outside-domain"]
    return found


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ("{name: Lea, city: Paris}", None),
        ("{name: Leonardo, city: Paris}", "8 characters, and max_length is 5"),
        ("{name: Zoê, city: Paris}", "outside the alphabet gsm7"),
        ("{name: Lea, city: Rome}", "its values are 'Paris', 'Nîmes'"),
        ("{name: null, city: Paris}", "null"),
        ("{name: [a], city: Paris}", "is a list"),
        ("{city: Paris}", None),  # for no template in particular, so not for one that needs a name
        ("{name: Lea, city: Paris, nick: 123456}", "`nick` is 123456"),
    ],
)
def test_a_value_that_breaks_its_declaration(tmp_path: Path, context: str, words: str | None) -> None:
    found = lint(tmp_path, f"  - {context}\n", {"a.sms": "{{ name }} {{ city }} {{ nick }}"})
    messages = [finding["message"] for finding in found["findings"]]
    assert len(messages) == (0 if words is None else 1)
    assert words is None or words in messages[0]


def test_it_is_reported_once_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"a.sms": "{{ name }}", "b.sms": "{{ name }}!"}
    (finding,) = lint(tmp_path, "  - name: Leonardo\n", files)["findings"]
    assert (finding["path"], finding["start"]["line"], finding["start"]["column"]) == (".smslint.yaml", 10, 11)


def test_what_is_missing_where_the_files_are_named(tmp_path: Path) -> None:
    entries = '  - {files: ["a.sms"], contexts: [{city: Paris}]}\n'
    (finding,) = lint(tmp_path, entries, {"a.sms": "{{ name }}", "b.sms": "{{ code }}"})["findings"]
    assert "`name` is missing" in finding["message"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data/rows.csv", "name,city,nick\nLea,Paris,\nLeonardo,Paris,zz\n"),
        ("data/rows.csv", "\ufeffname;city;nick\r\nLea;Paris;\r\nLeonardo;Paris;zz\r\n"),
        ("data/rows.json", '[{"name": "Lea",\t"city": "Paris"},\n{"name": "Leonardo", "city": "Paris"}]'),
        ("data/rows.yaml", "- {name: Lea, city: Paris}\n- {name: Leonardo, city: Paris}\n"),
    ],
)
def test_files_of_data(tmp_path: Path, name: str, text: str) -> None:
    found = lint(tmp_path, f"  - data: {name}\n", {"a.sms": "{{ name }} {{ city }}", name: text})
    (finding,) = found["findings"]
    assert finding["path"].endswith(name)
    (record,) = found["templates"]
    shown = [(one["text"], one["segments"], one["units"]) for one in record["examples"]]
    assert shown == [("Lea Paris", 1, 9), ("Leonardo Paris", 1, 14)]


def test_pairs_of_surrogates_in_json_are_one_character(tmp_path: Path) -> None:
    found = lint(
        tmp_path, "  - data: rows.json\n", {"a.sms": "{{ name }}", "rows.json": '[{"name": "\\ud83d\\ude00"}]'}
    )
    assert found["templates"][0]["examples"][0]["text"] == "😀"


@pytest.mark.parametrize(
    ("entries", "files", "words"),
    [
        ("  - data: ../secret.csv\n", {}, "outside of the repository"),
        ("  - data: /etc/passwd.csv\n", {}, "outside of the repository"),
        ("  - data: none.csv\n", {}, "is no file"),
        ("  - data: rows.txt\n", {}, "none of .yaml"),
        ('  - data: "a\\0b.csv"\n', {}, "is no path"),
        ("  - data: rows.csv\n", {"rows.csv": "a,a\n1,2\n"}, "stands twice"),
        ("  - data: rows.csv\n", {"rows.csv": "a,b\n1,2,3\n"}, "3 cells"),
        ("  - data: rows.csv\n", {"rows.csv": "a\n" + "x" * 200_000 + "\n"}, "no CSV"),
        ("  - data: rows.csv\n", {"rows.csv": "a\n" + "x\n" * 1_001}, "more than 1,000 contexts"),
        ("  - data: rows.csv\n", {"rows.csv": "x" * 1_000_001}, "more than 1,000,000 bytes"),
        ("  - data: rows.json\n", {"rows.json": "[" * 100}, "nested deeper"),
        ("  - data: rows.yaml\n", {"rows.yaml": "- &a [*a]\n"}, "alias"),
        ("  - data: rows.yaml\n", {"rows.yaml": "- just a text\n"}, "must be a mapping"),
        ("  - {contexts: [{a: 1}], data: rows.csv}\n", {"rows.csv": "a\n1\n"}, "stands beside"),
    ],
)
def test_bad_data_is_a_mistake(tmp_path: Path, entries: str, files: dict[str, str], words: str) -> None:
    (tmp_path / "secret.csv").write_text("name\nx\n")
    folder = tmp_path / "inner"
    folder.mkdir()
    found = lint(folder, entries, {"a.sms": "{{ name }}", **files})
    assert any(words in error["message"] for error in found["errors"]), found["errors"]


def test_a_symbolic_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("name\nx\n")
    folder = tmp_path / "inner"
    folder.mkdir()
    os.symlink(tmp_path / "secret.csv", folder / "rows.csv")
    found = lint(folder, "  - data: rows.csv\n", {"a.sms": "{{ name }}"})
    assert "outside of the repository" in found["errors"][0]["message"]


def test_estimate_shows_them(tmp_path: Path) -> None:
    lint(tmp_path, "  - {name: Lea}\n  - {name: Zoê}\n", {"a.sms": "a" * 100 + "{{ name }}"})
    assert "1–2 (2)" in smslint("estimate", str(tmp_path)).stdout
