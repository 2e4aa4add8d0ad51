"""What tags leave in a message, against what Jinja2 renders."""

from __future__ import annotations

import re
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from smslint.configuration.config import Config
from smslint.linting.engine import Place, lint_text
from tests.test_quiet import packs_for

LEFT, RIGHT = st.sampled_from(["{%", "{%-"]), st.sampled_from(["%}", "-%}"])
BLOCKS = st.sampled_from([("if A", "endif"), ("for x in A", "endfor")])
SAID = st.sampled_from(["Bonjour", "le {{ day }}", "Merci"])


@st.composite
def lines(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Lines of text, and blocks whose tags stand on lines of their own; no line is empty or indented."""
    found: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        if depth < 2 and number < 2 and draw(st.booleans()):
            name = f"v{depth}{number}{draw(st.integers(0, 99))}"
            first, last = (f"{draw(LEFT)} {tag} {draw(RIGHT)}".replace("A", name) for tag in draw(BLOCKS))
            found += [first, *draw(lines(depth + 1)), last]
        else:
            found.append(draw(SAID))
    return found


def renderings(template: str) -> list[str]:
    names = sorted(set(re.findall(r"v\d+", template)))
    compiled = Environment().from_string(template)
    return [
        compiled.render(day="lundi", **dict(zip(names, values, strict=True)))
        for values in product(([], [1], [1, 2]), repeat=len(names))
    ]


@settings(max_examples=100, deadline=None)
@given(lines())
def test_an_empty_line_is_told_and_only_that(found: list[str]) -> None:
    template = "\n".join(["Acme", *found, "A demain"])
    empty = any("\n\n" in text for text in renderings(template))
    report = lint_text(template, Place("template", "template", Config(), packs_for))
    assert ("control-flow-newline" in {finding.rule for finding in report.findings}) is empty
