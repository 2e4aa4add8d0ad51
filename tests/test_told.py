"""Conditions in words, as the template says them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import smslint
from smslint.dialects.jinja import lower
from smslint.linting.engine import in_source
from smslint.tree import conditions
from smslint.tree.conditions import Denied, Not, denied
from smslint.tree.domains import ALPHABETS, Domain
from smslint.tree.message import Choice, reasons
from smslint.tree.variables import Variable, told
from tests.test_reports import smslint as run

DECLARED = {
    "count": Variable(Domain(1, 2, ALPHABETS["digits"])),
    "name": Variable(Domain(0, 9, ALPHABETS["gsm7"])),
}
UNDECLARED = Variable(Domain(0, 9, ALPHABETS["gsm7"]), optional=True, declared=False)


def first_arm(template: str, holds: bool) -> tuple[str, str]:
    """Whether the first arm of the only choice is sent: in words, and as the template would ask it."""
    lowered = lower(template, lambda name: DECLARED.get(name, UNDECLARED), {})
    assert lowered.message is not None
    (choice,) = (node for node in lowered.message if isinstance(node, Choice))
    (reason,) = reasons(choice, 0 if holds else 1)
    return told(*reason, lowered.variables), in_source(reason)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("count >= 5", "count >= 5"),
        ("count > 5", "count > 5"),
        ("count < 5", "count < 5"),
        ("count <= 5", "count <= 5"),
        ("5 > count", "count < 5"),
        ("5 >= count", "count <= 5"),
        ("count is lt 5", "count < 5"),
        ("count is le 5", "count <= 5"),
        ("0 < count < 5", "0 < count < 5"),
        ("name|length < 3", "name|length < 3"),
        ("name|length <= 3", "name|length <= 3"),
        ("name|length > 3", "name|length > 3"),
        ("name|length == 3", "name|length == 3"),
        ("name|length != 3", "name|length != 3"),
        ("name|length == 0", "name|length == 0"),
        ("name|length != 0", "name|length != 0"),
        ("1 <= name|count < 4", "1 <= name|count < 4"),
    ],
)
def test_sizes(asked: str, said: str) -> None:
    template = f"{{% if {asked} %}}a{{% endif %}}"
    assert first_arm(template, True) == (f"{said} is true", said)
    assert first_arm(template, False) == (f"{said} is false", f"not ({said})")


@pytest.mark.parametrize(
    ("asked", "words", "when"),
    [
        ("not count < 5", "count < 5 is false", "not (count < 5)"),
        ("not name|length == 3", "name|length == 3 is false", "not (name|length == 3)"),
        ("not not count < 5", "count < 5 is true", "count < 5"),
        ("vip and count < 5", "vip and count < 5 is true", "vip and count < 5"),
        ("vip or not count < 5", "vip or not (count < 5) is true", "vip or not (count < 5)"),
        ("vip and 0 < count < 5", "vip and 0 < count < 5 is true", "vip and 0 < count < 5"),
        ("vip or name|length == 3", "vip or name|length == 3 is true", "vip or name|length == 3"),
    ],
)
def test_sizes_among_others(asked: str, words: str, when: str) -> None:
    assert first_arm(f"{{% if {asked} %}}a{{% endif %}}", True) == (words, when)


def test_what_is_asked_of_a_name_that_is_set_is_told_of_the_variable() -> None:
    words, when = first_arm("{% set n = count %}{% if 0 < n < 5 %}a{% endif %}", True)
    assert (words, when) == ("0 < n < 5 is true", "count > 0 and count < 5")
    assert first_arm("{% set n = count %}{% if n < 5 %}a{% endif %}", True)[1] == "count < 5"


def test_words_are_no_part_of_what_a_condition_means() -> None:
    test = conditions.Test("count", "number", 10, "count >= 5")
    found = denied(test, "count < 5")
    assert isinstance(found, Not)
    assert isinstance(found.condition, Denied)
    assert found == Not(test)
    assert hash(found) == hash(Not(test))


@pytest.mark.parametrize(
    "asked", ["order[1:]", "(order)[1: ]", "order[:2 ]", "(order , 1) == other", "order[1:2] == other[1:]"]
)
def test_brackets_are_told_whole(asked: str) -> None:
    _, when = first_arm(f"{{% if {asked} %}}a{{% endif %}}", True)
    assert when.count("[") == when.count("]")
    assert when.count("(") == when.count(")")
    lower(f"{{% if {when} %}}a{{% endif %}}", lambda name: UNDECLARED, {})


@pytest.mark.parametrize(
    ("text", "variable", "rule", "said"),
    [
        (
            "{{ v }}",
            ["arrive", "STOP au 36111"],
            "opt-out-on-informational",
            "`STOP au 36111` when v is 'STOP au 36111' in",
        ),
        ("{{ v }}", ["-20%", "soldes STOP au 36111"], "opt-out-missing", "no opt-out mention when v is '-20%':"),
        ("{{ v }} STOP au 36111", ["arrive", "demain"], "opt-out-on-informational", "`STOP au 36111` in"),
        (
            "{% if v == 0 or v == 3 %}{% else %}STOP au 36111{% endif %}",
            [0, 1, 3],
            "opt-out-missing",
            "when v is 0 or 3:",
        ),
        ("{% if v in [0, 3] %}STOP au 36111{% endif %}", [0, 1, 3], "opt-out-missing", "when v is neither 0 nor 3:"),
    ],
)
def test_when_says_values_in_words(tmp_path: Path, text: str, variable: list[object], rule: str, said: str) -> None:
    category = "marketing" if rule == "opt-out-missing" else "informational"
    facts = f"{{category: {category}, country: FR, brand: [Acme], sender: ACME, gateway: {{suffix: ''}}}}"
    configuration = f"version: 1\ndefaults: {facts}\nvariables: {{v: {{values: {json.dumps(variable)}}}}}\n"
    (tmp_path / ".smslint.yaml").write_text(configuration, encoding="utf-8")
    found = smslint.lint(f"Acme: {text}", path=tmp_path / "a.sms").findings
    (message,) = [finding.message for finding in found if finding.rule == rule]
    assert said in message


def test_the_order_of_a_list_is_told_in_a_few_words(tmp_path: Path) -> None:
    declared = "variables: {slots: {max_items: 3, item: {fields: {day: {values: [lundi, mardi]}, hour: {length: 70}}}}}"
    (tmp_path / ".smslint.yaml").write_text(f"version: 1\ndefaults: {{category: otp}}\n{declared}\n")
    (tmp_path / "a.sms").write_text("{% for s in slots|sort(attribute='day') %}{{ s.day }} {{ s.hour }} {% endfor %}")
    said = "when slots has 3 items, slots|sort(attribute='day') in order 1, 2, 3 is true"
    assert said in run("preview", str(tmp_path / "a.sms")).stdout
