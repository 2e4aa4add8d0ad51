"""What is right is not reported: the `ok` examples of each rule by all others, and templates as companies send them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from smslint.commands import ruletests
from smslint.configuration.config import build
from smslint.linting.engine import Place, lint_text
from smslint.packs.loading import load
from smslint.packs.packs import Packs, brought
from smslint.packs.rules import Example, Rule
from smslint.reading.schema import Reader

QUIET = yaml.safe_load((Path(__file__).parent / "data" / "quiet.yaml").read_text(encoding="utf-8"))
assert QUIET


@lru_cache
def packs_for(speaking: tuple[str, ...]) -> Packs:
    return load([(name, pytest.fail) for name in ("core", *brought(speaking))], lambda _: None)


EXAMPLES = [(rule, example) for rule in packs_for(()).rules for example in rule.examples if not example.bad]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda one: one.id if isinstance(one, Rule) else "")
def test_no_rule_reports_what_another_accepts(rule: Rule, example: Example) -> None:
    """But for rules that ask for facts which nobody declared: an example states the facts that matter for its rule."""
    report = ruletests.lint(rule, example, packs_for)
    asking = {other.id for other in packs_for(()).rules if other.check == "metadata"} - {rule.id}
    assert [(found.rule, found.message) for found in report.findings if found.rule not in asking] == []
    assert not report.failures


@pytest.mark.parametrize("case", QUIET, ids=lambda case: case["template"][:40])
def test_what_companies_send_is_not_reported(case: dict[str, Any]) -> None:
    configuration = {
        "version": 1,
        "defaults": {"category": "informational", "brand": ["Acme"], "max_segments": 3} | case.get("facts", {}),
        "variables": case.get("variables", {}),
        "undeclared": {"max_length": 20, "alphabet": "gsm7"},
        "rules": case.get("rules", {}),
    }
    reader = Reader("configuration", yaml.safe_dump(configuration, allow_unicode=True))
    config = build(reader, reader.root())
    assert not reader.mistakes
    report = lint_text(case["template"], Place("template", "template", config, packs_for))
    assert [(finding.rule, finding.message) for finding in report.findings] == []
    assert not report.failures
