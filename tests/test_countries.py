"""Countries: each pack loads with its country, each fact says where it was read, and its examples hold."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from smslint.commands import limittests
from smslint.packs.loading import load
from smslint.packs.packs import Packs, brought, shipped
from smslint.packs.sourcelist import read_sources
from tests.test_reports import smslint

CODES = [name.removeprefix("countries/").upper() for name in shipped() if name.startswith("countries/")]
# What no rule can tell from a template.
UNASKED = {"sender_registration"}
# Hours and alphabets that a template's facts break, not its text, and what is only allowed or advised.
WITHOUT_BAD = {"enough", "recommended", "practice", "not-required", "replaced"}


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load([(name, pytest.fail) for name in ("core", *shipped())], lambda _: None)


@lru_cache
def packs_for(facts: tuple[str, ...]) -> Packs:
    return load([(name, pytest.fail) for name in ("core", *brought(facts))], lambda _: None)


@pytest.mark.parametrize("code", CODES)
def test_each_fact_says_where_it_was_read(packs: Packs, code: str) -> None:
    known = read_sources().references
    assert packs.limits[code]
    for limit in packs.limits[code].values():
        assert limit.sources
        assert set(limit.sources) <= set(known)
        assert limit.confidence in ("A", "B", "C")


def test_what_is_known_from_memory_only_is_not_shipped() -> None:
    assert "LU" not in CODES


@pytest.mark.parametrize("code", CODES)
def test_the_examples_of_each_fact_hold(packs: Packs, code: str) -> None:
    number, failed = limittests.run_limits(packs.limits[code].items(), "country", packs_for)
    assert number
    assert failed == []


@pytest.mark.parametrize("code", CODES)
def test_each_fact_that_a_rule_asks_for_has_an_example_that_breaks_it(packs: Packs, code: str) -> None:
    for name, limit in packs.limits[code].items():
        rules = [case.rule for case in limittests.cases(limit)]
        if name not in UNASKED and limit.value not in WITHOUT_BAD:
            assert None in rules, name
            assert any(rules), name


def test_an_example_that_does_not_hold_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pack = tmp_path / "se.yaml"
    pack.write_text(
        "version: 1\npack: se\ncountry: SE\nlimits:\n  opt_out:\n    value: required\n    source: [house]\n"
        "    confidence: B\n    examples:\n      - ok: 'Acme: -20%'\n      - bad: 'Acme: STOP 36180'\n"
        "        rule: opt-out-missing\n      - ok: 'Acme: STOP 36180'\n",
        encoding="utf-8",
    )
    result = smslint("test", "./se.yaml")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].startswith(
        "se.yaml:10: SE opt_out: noisy: `Acme: -20%` is reported by opt-out-"
    )
    assert "se.yaml:11: SE opt_out: missing: `Acme: STOP 36180` is not reported by opt-out-missing" in result.stdout
    assert result.stderr == "3 examples, 2 failed\n"
    pack.write_text(pack.read_text(encoding="utf-8").replace("        rule: opt-out-missing\n", ""), encoding="utf-8")
    result = smslint("test", "./se.yaml")
    assert (result.exit_code, "se.yaml:11:" in result.output) == (2, True)


def lint(folder: Path, facts: str, template: str) -> list[str]:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / ".smslint.yaml").write_text(f"version: 1\ndefaults: {facts}\n", encoding="utf-8")
    (folder / "a.sms").write_text(template, encoding="utf-8")
    found = json.loads(smslint(str(folder / "a.sms"), "--format", "json").stdout)
    return [finding["rule"] for finding in found["findings"]]


def test_all_countries_of_a_template_must_be_satisfied(tmp_path: Path) -> None:
    text = "Acme: 20% off. Unsubscribe: https://acme.co/u"
    facts = "{{category: marketing, brand: [Acme], country: {}}}"
    assert lint(tmp_path, facts.format("[GB, IE]"), text) == []
    assert lint(tmp_path, facts.format("[GB, NZ]"), text) == ["opt-out-link-only"]
    assert lint(tmp_path, facts.format("[GB, NZ]"), "Acme: 20% off") == ["opt-out-missing"]


def test_a_country_brings_its_languages(tmp_path: Path) -> None:
    facts = "{{category: marketing, brand: [Acme], country: {}}}"
    assert lint(tmp_path, facts.format("CH"), "Acme: sconto 20%. Per disiscriverti: https://acme.ch/u") == []
    assert lint(tmp_path, facts.format("US"), "Acme: 20% de descuento. Responda BAJA") == []


@pytest.mark.parametrize(
    ("code", "hint"), [("UK", "did you mean `GB`?"), ("SE", "AE, AT, AU"), ("XK", "unknown country `XK`")]
)
def test_an_unknown_country_is_a_mistake_of_the_configuration(tmp_path: Path, code: str, hint: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.sms").write_text("Acme", encoding="utf-8")
    config = tmp_path / ".smslint.yaml"
    config.write_text(f"version: 1\ntemplates:\n  - files: '*.sms'\n    country: [FR, {code}]\n", encoding="utf-8")
    result = smslint(str(tmp_path / "a.sms"))
    assert result.exit_code == 2
    assert f".smslint.yaml:4:19: error: unknown country `{code}`" in result.output
    assert hint in result.output


def test_an_unknown_country_of_a_template_is_a_finding(tmp_path: Path) -> None:
    text = "{#- smslint: country=UK category=otp -#}Your code is {{ code }}"
    assert "wrong-facts" in lint(tmp_path, "{brand: [Acme]}", text)


def test_a_pack_of_ones_own_brings_a_country_in(tmp_path: Path) -> None:
    (tmp_path / "se.yaml").write_text(
        "version: 1\npack: se\ncountry: SE\nlimits:\n"
        "  opt_out: {value: not-required, source: [house], confidence: B}\n",
        encoding="utf-8",
    )
    facts = "{category: marketing, brand: [Acme], country: SE}\nextends: [core, ./se.yaml]"
    assert lint(tmp_path, facts, "Acme: -20%") == []


def test_what_to_add_is_what_would_do(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for facts, hint in (
        ("country: NZ", "(STOP and the number to send it to, Reply STOP to opt out), or"),
        ('country: FR, stop_code: "36222"', "(STOP 36222, Reply STOP to opt out, a link to unsubscribe), or"),
    ):
        (tmp_path / ".smslint.yaml").write_text(
            f"version: 1\ndefaults: {{category: marketing, brand: Acme, {facts}}}\n"
        )
        (tmp_path / "a.sms").write_text("Acme: 20% off")
        assert hint in smslint(str(tmp_path / "a.sms")).stdout
