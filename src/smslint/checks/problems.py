"""`problem: KIND`: what smslint met while reading a template, told as a finding."""

from __future__ import annotations

from collections.abc import Iterator

from smslint.checks.subject import Hit, Subject
from smslint.message import Span
from smslint.paths import PATHS_MAX
from smslint.rules import Rule


def problem(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each problem of the rule's kind."""
    kind = rule.parameters["kind"]
    if kind == "too-many-paths":
        if subject.undecided:
            rules = ", ".join(dict.fromkeys(subject.undecided))
            yield Hit(Span(0, 0), {"limit": f"{PATHS_MAX:,}", "rules": rules})
        return
    for found in subject.lowered.problems:
        if found.kind == kind:
            yield Hit(found.span, {"problem": found.message})
