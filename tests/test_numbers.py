"""Variables that are compared with numbers: what Jinja2 would print or refuse is never told otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from jinja2 import Environment, Undefined

from smslint.extents.extent import Extent
from smslint.linting.project import Project
from smslint.linting.run import Options, lint_files

LONG = "a" * 170
DIGITS = range(100)


class Template(NamedTuple):
    """A template, what is declared of its variable x, values that it may have, and whether smslint is exact."""

    text: str
    declared: str
    values: list[object]
    exact: bool


CASES = {
    "zero is false and prints": Template(
        "{% if x >= 0 %}{% if x %}{{ x }} points{% else %}L{% endif %}{% else %}x{% endif %}",
        "{max_length: 6}",
        [0, 1, -1],
        False,
    ),
    "zero, which is not above": Template(
        "{% if x > 0 %}a{% elif not x %}L{% else %}x{% endif %}", "{min_length: 1, max_length: 6}", [0, 1, -1], False
    ),
    "zero prints": Template(
        "{% if x > 10 %}x{% elif not x %}" + "a" * 160 + "{{ x }}{% endif %}", "{max_length: 6}", [0, 11], False
    ),
    "digits, zero": Template(
        "{% if x > 0 %}a{% elif not x %}L{% else %}x{% endif %}",
        "{min_length: 1, max_length: 2, alphabet: digits}",
        list(DIGITS),
        True,
    ),
    "a filter on a decimal": Template(
        "{% if x > 1 %}{{ x|replace('.','€') }}" + "a" * 156 + "{% else %}x{% endif %}",
        "{max_length: 4}",
        [0, 1.25, 9],
        False,
    ),
    "a filter on digits": Template(
        "{% if x > 1 %}{{ x|string|replace('1','€€') }}" + "a" * 152 + "{% else %}x{% endif %}",
        "{min_length: 1, max_length: 3, alphabet: digits}",
        [0, 111, 200],
        False,
    ),
    "all numbers named": Template(
        "{% if x > 1 %}a{% elif x == 1 %}b{% elif x == 0 %}c{% else %}L{% endif %}",
        "{min_length: 1, max_length: 2, alphabet: digits}",
        list(DIGITS),
        True,
    ),
    "the last number named": Template(
        "{% if x > 8 and x != 9 %}L{% else %}b{% endif %}", "{length: 1, alphabet: digits}", list(range(10)), True
    ),
    "the last numbers among others": Template(
        "{% if not x > 5 %}a{% elif x in [6,7,8,9] %}b{% else %}L{% endif %}",
        "{length: 1, alphabet: digits}",
        list(range(10)),
        True,
    ),
    "an empty text is no number": Template(
        "{% if x >= 0 %}b{% else %}L{% endif %}", "{max_length: 2, alphabet: digits}", list(DIGITS), True
    ),
    "nothing is no number": Template(
        "{% if x < 5 %}L{% else %}b{% endif %}",
        "{length: 2, alphabet: digits, optional: true}",
        list(range(10, 100)),
        True,
    ),
    "a text, or a number": Template(
        "{% if x > 10 %}x{% endif %}{% if x == '5' %}L{% endif %}b",
        "{min_length: 1, max_length: 3, alphabet: digits}",
        list(range(1000)),
        False,
    ),
    "a comparison alone": Template("{% if x > 3 %}L{% else %}b{% endif %}", "{max_length: 20}", [0, 4], True),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_no_number_costs_more_or_less_than_is_told(case: Template, tmp_path: Path) -> None:
    found = _extent(case, tmp_path)
    template = Environment().from_string(case.text.replace("L", LONG))
    segments = [1 if len(text) <= 160 else 2 for value in case.values if (text := template.render(x=value))]
    assert found.exact is case.exact
    assert found.low <= min(segments)
    assert (found.high or 9) >= max(segments)
    assert not found.exact or (found.low, found.high) == (min(segments), max(segments))


def test_what_is_compared_is_refused_where_it_is_no_number() -> None:
    template = Environment().from_string("{% if x > 1 %}a{% endif %}")
    for value in ("", "5", Undefined()):
        with pytest.raises(Exception, match=r"not supported|undefined"):
            template.render(x=value)


def _extent(case: Template, folder: Path) -> Extent:
    configuration = f"version: 1\ndefaults: {{category: informational}}\nvariables: {{x: {case.declared}}}\n"
    (folder / ".smslint.yaml").write_text(configuration, encoding="utf-8")
    (folder / "a.sms").write_text(case.text.replace("L", LONG), encoding="utf-8")
    found = lint_files([folder / "a.sms"], Project(), Options(jobs=1)).templates[0].extent
    assert found is not None
    return found
