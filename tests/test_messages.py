"""Messages from real life: which rules report something on each, and that no other does.

Adding a case is adding a line to tests/data/messages.yaml, which says what each of its lists expects.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from smslint.configuration.config import Config, build
from smslint.linting.engine import Place, lint_text
from smslint.packs.loading import load
from smslint.packs.packs import Packs, brought
from smslint.reading.schema import Reader

MESSAGES = yaml.safe_load((Path(__file__).parent / "data" / "messages.yaml").read_text(encoding="utf-8"))
COUNTRIES = {"fr": "FR", "en": "GB", "de": "DE", "es": "ES", "it": "IT", "pt": "PT", "nl": "NL", "pl": "PL"}
# What these messages are not about: their length, and names that nobody declared.
OFF = dict.fromkeys(("forced-unicode", "suffix-costs-a-segment", "brand-undeclared", "sender-identity-missing"), "off")


def messages(kind: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    for language, listed in MESSAGES[kind].items():
        for one in listed:
            given: dict[str, Any] = {"template": one, "rules": []} if isinstance(one, str) else one
            yield language, given["template"], frozenset(given["rules"])


@lru_cache
def packs_for(speaking: tuple[str, ...]) -> Packs:
    return load([(name, pytest.fail) for name in ("core", *brought(speaking))], lambda _: None)


@lru_cache
def config(facts: tuple[tuple[str, Any], ...]) -> Config:
    configuration = {
        "version": 1,
        "defaults": {"max_segments": 4, **{key: list(v) if isinstance(v, tuple) else v for key, v in facts}},
        "undeclared": {"max_length": 20, "alphabet": "gsm7"},
        "rules": OFF,
    }
    reader = Reader("configuration", yaml.safe_dump(configuration, allow_unicode=True))
    built = build(reader, reader.root())
    assert not reader.mistakes
    return built


def reporting(template: str, **facts: Any) -> set[str]:
    """The rules that report something on `template` with these facts."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
    report = lint_text(template, Place("message", "message", config(tuple(values.items())), packs_for))
    assert not report.failures
    return {finding.rule for finding in report.findings}


@pytest.mark.parametrize("category", ["informational", "otp"])
@pytest.mark.parametrize("at_home", [True, False])
def test_what_informs_is_reported_for_what_is_wrong_with_it_alone(category: str, at_home: bool) -> None:
    wrong = {}
    for language, template, rules in messages(category):
        found = reporting(template, category=category, **({"country": COUNTRIES[language]} if at_home else {}))
        if found != rules:
            wrong[template] = sorted(found ^ rules)
    assert wrong == {}


def test_an_opt_out_is_found_however_it_is_said() -> None:
    wrong = {}
    for language, template, rules in messages("marketing_with_opt_out"):
        found = reporting(template, category="marketing", country=COUNTRIES[language])
        if found != rules:
            wrong[template] = sorted(found ^ rules)
        elif "opt-out-on-informational" not in reporting(template, category="informational"):
            wrong[template] = ["opt-out-on-informational"]
    assert wrong == {}


def test_an_offer_is_known_by_its_words() -> None:
    wrong = {}
    for language, template, _ in messages("marketing_without"):
        if "opt-out-missing" not in reporting(template, category="marketing", country="FR"):
            wrong[template] = "opt-out-missing"
        elif "promotional-wording" not in reporting(template, category="informational", country=COUNTRIES[language]):
            wrong[template] = "promotional-wording"
    assert wrong == {}


@pytest.mark.parametrize("case", MESSAGES["others"], ids=lambda case: case["template"][:40])
def test_other_rules(case: dict[str, Any]) -> None:
    assert sorted(reporting(case["template"], **case["facts"])) == case.get("rules", [])


def test_the_lists_are_long_enough_to_tell_something() -> None:
    assert all(len(list(messages(kind))) >= 120 for kind in MESSAGES if kind != "others")
