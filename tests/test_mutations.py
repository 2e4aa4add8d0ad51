"""What a template changes, under whatever name: exact where lists only grow, and bounds for all else."""

from __future__ import annotations

from pathlib import Path

import pytest

import smslint
from tests.test_lists import compared, templates

EXACT, BOUNDED = (Path(__file__).parent / "data" / "mutations.txt").read_text(encoding="utf-8").split("\n\n")


@pytest.mark.parametrize("template", templates(EXACT))
def test_exact(template: str) -> None:
    assert all(one.exact for one in compared(template, by_values=True))


@pytest.mark.parametrize("template", templates(BOUNDED))
def test_bounded(template: str) -> None:
    compared(template, by_values=True)


def test_a_loop_over_what_the_template_changes_says_so() -> None:
    found = smslint.lint("{% do names.append('zz') %}{% for n in names %}{{ n }} {% endfor %}").findings
    (told,) = (finding.message for finding in found if finding.rule == "unbounded-length")
    assert "the template changes `names`" in told
