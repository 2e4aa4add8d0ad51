"""What findings say: the condition as a person means it, the whole link, one advice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_reports import smslint

MARKETING = """version: 1
defaults: {category: marketing, brand: ACME, sender: ACME}
variables:
  name: {max_length: 9}
  sure: {max_length: 9, min_length: 1}
  nick: {max_length: 9, optional: true}
  count: {max_length: 2, alphabet: digits}
  items: {max_items: 2, item: {max_length: 3}}
  cities: {values: [Paris, Lyon]}
  vip: {values: [true, false]}
"""


def said(folder: Path, text: str, rule: str, configuration: str = MARKETING) -> list[str]:
    (folder / ".smslint.yaml").write_text(configuration)
    (folder / "a.sms").write_text(text)
    result = smslint("check", str(folder), "--format", "concise", "--select", rule)
    return [line.partition("] ")[2] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("name", "name is empty"),
        ("not name", "name is not empty"),
        ("nick", "nick is empty or undefined"),
        ("not nick", "nick is neither empty nor undefined"),
        ("count", "count is empty or 0"),
        ("not count", "count is neither empty nor 0"),
        ("items", "items is empty"),
        ("vip", "vip is false"),
        ("anything", "anything is false"),
        ("name and vip", "name and vip is false"),
        ("name == 'x'", "name is not 'x'"),
    ],
)
def test_a_condition_on_a_text_says_what_makes_it_hold(tmp_path: Path, condition: str, words: str) -> None:
    text = f"ACME{{% if {condition} %}} STOP 36180{{% endif %}}"
    (line,) = said(tmp_path, text, "opt-out-missing")
    assert line.startswith(f"no opt-out mention when {words}: add one here")


def test_the_worst_path_says_it_too(tmp_path: Path) -> None:
    text = "ACME{% if name %} " + 160 * "x" + "{% endif %}"
    (line,) = said(tmp_path, text, "too-many-segments")
    assert "; worst when name is not empty" in line


def test_a_loop_over_a_text_is_one(tmp_path: Path) -> None:
    (line,) = said(tmp_path, "{% for c in cities %}{{ c }}{% endfor %}", "unbounded-length")
    assert line.startswith("the loop over `cities` goes through the characters of a text: declare a list")
    (line,) = said(tmp_path, "{% for c in towns %}{{ c }}{% endfor %}", "unbounded-length")
    assert line.startswith("the loop over `towns` has no declared bound: declare `towns: {max_items: …}`")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see bit.ly/a23bc.", "bit.ly/a23bc"),
        ("see https://www.bit.ly/a23?x=1&y, now", "www.bit.ly/a23?x=1&y"),
        ("see bit.ly/{{ name }}/x", "bit.ly/{name}/x"),
        ("(bit.ly/a)", "bit.ly/a"),
    ],
)
def test_a_shortened_link_is_quoted_whole(tmp_path: Path, text: str, link: str) -> None:
    (line,) = said(tmp_path, text, "link-shortener", f"{MARKETING}extends: [core, text]\n")
    assert line.startswith(f"`{link}` is a public shortener")


def test_both_rules_on_opt_outs_ask_for_the_same_words(tmp_path: Path) -> None:
    configuration = "version: 1\ndefaults: {category: marketing, brand: ACME, gateway: spothit}\n"
    (missing,) = said(tmp_path, "ACME: -20%", "opt-out-missing,opt-out-wording", configuration)  # the one that says all
    (wording,) = said(tmp_path, "ACME: -20%", "opt-out-wording", configuration)
    assert missing == "no opt-out mention: add `STOP au 36200` here, the exact words that spothit asks for"
    assert "`STOP au 36200`" in wording


def test_what_two_countries_say_is_said_once(tmp_path: Path) -> None:
    (tmp_path / ".smslint.yaml").write_text(f"{MARKETING}templates: {{files: '*', country: [FR, BE]}}\n")
    (tmp_path / "a.sms").write_text("ACME")
    effective = smslint("config", str(tmp_path / "a.sms")).stdout
    assert "`opt_out` is required, and it asks for or-link" in effective
    assert "required and required" not in effective
