"""`yields_to`: of two rules that report the same place, the one that says what to do speaks."""

from __future__ import annotations

from pathlib import Path

import pytest

import smslint

SPOTHIT = "{category: marketing, country: FR, brand: [Acme], gateway: spothit}"
PLAIN = "{category: informational}"


def rules(tmp_path: Path, facts: str, template: str, more: str = "", ignore: str = "") -> list[str]:
    (tmp_path / ".smslint.yaml").write_text(f"version: 1\nextends: [core]\ndefaults: {facts}\n{more}", encoding="utf-8")
    (tmp_path / "a.sms").write_text(template, encoding="utf-8")
    report = smslint.lint_paths([tmp_path / "a.sms"], ignore=[ignore] if ignore else [])
    assert not report.failures
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize(
    ("facts", "template", "found"),
    [
        (SPOTHIT, "Acme: hi", ["opt-out-missing"]),
        (SPOTHIT, "Acme: hi. Stop au 36200", ["opt-out-wording"]),
        (SPOTHIT, "Acme: hi{% if a %}. STOP au 36200{% endif %}", ["opt-out-missing"]),
        # The one path lacks an opt-out, the other has one in other words: two things to mend.
        (SPOTHIT, "Acme: hi{% if a %}. Stop au 36200{% endif %}", ["opt-out-missing", "opt-out-wording"]),
        (PLAIN, "{% set x = 1 %}\nHi", ["control-flow-newline"]),
        (PLAIN, "{% if a %}\nHi\n{% else %}\nYo\n{% endif %}", ["control-flow-newline", "control-flow-newline"]),
        (PLAIN, "\nHi{% set x = 1 %}", ["edge-whitespace"]),
        (PLAIN, " Hi\n{% if a %}\nx\n{% endif %}y", ["edge-whitespace", "control-flow-newline"]),
    ],
)
def test_one_of_two_speaks(tmp_path: Path, facts: str, template: str, found: list[str]) -> None:
    assert rules(tmp_path, facts, template) == found


@pytest.mark.parametrize("template", ["Acme: hi", "{#- smslint: ignore[opt-out-missing] so agreed -#}Acme: hi"])
def test_where_the_other_is_silenced_it_speaks(tmp_path: Path, template: str) -> None:
    if "ignore" in template:
        assert rules(tmp_path, SPOTHIT, template) == ["opt-out-wording"]
    else:
        assert rules(tmp_path, SPOTHIT, template, "rules: {opt-out-missing: off}\n") == ["opt-out-wording"]
        assert rules(tmp_path, SPOTHIT, template, ignore="opt-out-missing") == ["opt-out-wording"]


def test_a_finding_of_one_gateway_yields_to_one_of_all_or_of_the_same(tmp_path: Path) -> None:
    both = SPOTHIT.replace("spothit", "[spothit, generic]")
    assert rules(tmp_path, both, "Acme: hi") == ["opt-out-missing", "opt-out-missing"]
    assert rules(tmp_path, both, "Acme: hi. Stop au 36200") == ["opt-out-wording"]


def test_a_suppression_of_one_that_yields_is_used(tmp_path: Path) -> None:
    template = "{#- smslint: ignore[opt-out-wording] so agreed -#}Acme: hi"
    assert rules(tmp_path, SPOTHIT, template) == ["opt-out-missing"]


def test_a_rule_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(
        "version: 1\npack: house\nextends: [core]\nrules:\n"
        '  - {id: house-hi, yields_to: [house-bye], summary: s, message: m, forbid: {pattern: "hi"}}\n'
        '  - {id: house-bye, summary: s, message: m, forbid: {pattern: "hi bye"}}\n',
        encoding="utf-8",
    )
    for text, found in (("hi", ["house-hi"]), ("hi bye", ["house-bye"])):
        (tmp_path / ".smslint.yaml").write_text(
            f"version: 1\nextends: [./house.yaml]\ndefaults: {PLAIN}\n", encoding="utf-8"
        )
        (tmp_path / "a.sms").write_text(text, encoding="utf-8")
        assert [one.rule for one in smslint.lint_paths([tmp_path / "a.sms"]).findings] == found
