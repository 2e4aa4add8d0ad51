"""Gateways: what they append, the tokens that they replace, the short code, and several of them at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smslint import count
from smslint.gateways import names, profile
from tests.test_reports import smslint

# What the gateways' documents say that their clause takes of a first part, in septets.
CLAUSES = {"octopush": 14, "ovhcloud": 11}


@pytest.mark.parametrize(("name", "septets"), CLAUSES.items())
def test_clauses_are_as_long_as_documented(name: str, septets: int) -> None:
    assert count(profile(name).suffix or "").units == septets


def test_every_profile_states_where_each_fact_was_read() -> None:
    for name in names():
        found = profile(name)
        assert found.summary
        assert all(found.notes.values())


def lint(folder: Path, facts: str, template: str) -> dict[str, list[dict[str, object]]]:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / ".smslint.yaml").write_text(f"version: 1\ndefaults: {facts}\n", encoding="utf-8")
    (folder / "a.sms").write_text(template, encoding="utf-8")
    found: dict[str, list[dict[str, object]]] = json.loads(smslint(str(folder / "a.sms"), "--format", "json").stdout)
    return found


def test_tokens_are_counted_as_what_is_sent(tmp_path: Path) -> None:
    facts = '{category: otp, gateway: {suffix: "", tokens: {"[CODE]": 5, ":br:": "\\r\\n"}}}'
    (record,) = lint(tmp_path, facts, "a[CODE]b:br:c")["templates"]
    worst = record["worst"]
    assert isinstance(worst, dict)
    assert (worst["units"], worst["text"]) == (10, "a12345b\r\nc")


@pytest.mark.parametrize(
    ("gateway", "template", "worst"),
    [
        ("{alphabet: ascii}", "[{{ 'x' }}]", ("ASCII", 3, 1, "[x]")),
        ("{alphabet: ascii}", "é", ("UCS-2", 1, 1, "é")),
        ("{alphabet: ascii, outside: replace}", "é€", ("ASCII", 2, 1, "??")),
        ('{outside: replace, replacement: ""}', "a’b{{ 'ê' }}", ("GSM-7", 2, 1, "ab")),
        ("{outside: refuse}", "a’", ("GSM-7", 2, 1, "a?")),
        ("{tables: [turkish]}", "şş", ("GSM-7", 2, 1, "şş")),
        ("{capacity: {gsm7_single: 10, gsm7_part: 5}}", "a" * 11, ("GSM-7", 11, 3, "a" * 11)),
        ("{header_octets: 12}", "a" * 161, ("GSM-7", 161, 2, "a" * 161)),
    ],
)
def test_what_a_gateway_sends_in(tmp_path: Path, gateway: str, template: str, worst: tuple[object, ...]) -> None:
    (record,) = lint(tmp_path, f"{{category: otp, max_segments: 9, gateway: {gateway}}}", template)["templates"]
    found = record["worst"]
    assert isinstance(found, dict)
    assert (found["encoding"], found["units"], found["segments"], found["text"]) == worst


@pytest.mark.parametrize(
    ("gateway", "rules"),
    [
        ("{tables: [turkish]}", ["forced-unicode"]),
        ("{tables: [turkish, portuguese]}", []),
        ("{outside: refuse}", ["outside-alphabet"]),
        ("generic", ["forced-unicode"]),
    ],
)
def test_who_is_told_of_characters_outside(tmp_path: Path, gateway: str, rules: list[str]) -> None:
    found = lint(tmp_path, f"{{category: otp, gateway: {gateway}}}", "ê")["findings"]
    assert [finding["rule"] for finding in found] == rules


def test_the_declared_short_code_stands_in_what_is_appended(tmp_path: Path) -> None:
    facts = '{category: marketing, sender: ACME, brand: [ACME], gateway: ovhcloud, stop_code: "36111"}'
    found = lint(tmp_path, facts, "ACME: -20%")
    assert found["templates"][0]["suffix"] == " STOP 36111"
    assert found["findings"] == []


def test_each_gateway_is_looked_at_and_named_where_they_differ(tmp_path: Path) -> None:
    facts = "{category: marketing, sender: ACME, brand: [ACME], gateway: [ovhcloud, generic]}"
    found = lint(tmp_path, facts, "ACME: -20%")
    assert [record["gateway"] for record in found["templates"]] == ["ovhcloud", "generic"]
    (finding,) = found["findings"]
    assert (finding["rule"], finding["gateway"]) == ("opt-out-missing", "generic")
    assert str(finding["message"]).startswith("on generic: no opt-out mention")
    both = lint(tmp_path, facts, "It’s ACME STOP 36180")["findings"]
    assert [f["gateway"] for f in both if f["rule"] == "forced-unicode"] == [None]


def test_hours_are_compared_with_the_countrys(tmp_path: Path) -> None:
    window = '{days: fri-sun, from: "07:30", to: "22:00"}'
    facts = f"{{category: marketing, country: FR, brand: [ACME], send_window: {window}}}"
    messages = [str(f["message"]) for f in lint(tmp_path, facts, "ACME STOP 36180")["findings"]]
    assert any("fri-sat 07:30–08:00, 20:00–22:00 and sun" in message for message in messages)
