"""`problem: KIND`: what smslint met while reading a template, told as a finding."""

from __future__ import annotations

from collections.abc import Iterator

from smslint.checks.subject import Hit, Subject
from smslint.extents.paths import PATHS_MAX
from smslint.packs.rules import Rule
from smslint.tree.message import Span

_UNDECIDED = "too-many-paths"
_FEWER = "split the template, or declare fewer values"
_SHORTER = "shorten the text, or limit the pattern's repeats"


def problems_met(subject: Subject) -> set[str]:
    """The kinds of problems that there is something to tell of."""
    met: set[str] = {found.kind for found in subject.lowered.problems}
    return met | {_UNDECIDED} if subject.undecided or subject.unsearched else met


def problem(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each problem of the rule's kind."""
    kind = rule.parameters["kind"]
    if kind == _UNDECIDED:
        if subject.undecided:
            yield _undecided(f"more than {PATHS_MAX:,} paths", subject.undecided, _FEWER)
        for why, rules in subject.unsearched.items():
            yield _undecided(why, rules, _SHORTER)
        return
    for found in subject.lowered.problems:
        if found.kind == kind:
            yield Hit(found.span, {"problem": found.message})


def _undecided(why: str, rules: list[str], remedy: str) -> Hit:
    return Hit(Span(0, 0), {"why": why, "rules": ", ".join(dict.fromkeys(rules)), "remedy": remedy})
