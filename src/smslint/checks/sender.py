"""`sender`: the sender ID that the handset shows.

Options, each the name of a limit: `matches` (a pattern that a name must have), `code_matches` (that a short code must
have), `matches_not`, `is_not` (a list of names), `supported` (whether names are shown at all).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smslint.checks.subject import Hit, Subject
from smslint.matching.patterns import Pattern
from smslint.packs.limits import Limit
from smslint.packs.rules import Rule
from smslint.tree.message import Span


def sender(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each country or gateway whose limit the declared sender ID breaks."""
    declared = subject.facts.sender
    if declared is None:
        return
    ((question, name),) = rule.parameters.items()
    for limit in subject.limits(name):
        if _breaks(question, limit.value, declared, subject.facts.sender_kind):
            words = {"sender": declared, "owner": limit.owner, "limit": _said(limit), "note": limit.note}
            yield Hit(Span(subject.whole.start, subject.whole.start), words)


def _breaks(question: str, value: Any, declared: str, kind: str) -> bool:
    if question == "matches":
        return kind == "alphanumeric" and value.regex.fullmatch(declared) is None
    if question == "code_matches":
        return kind == "short-code" and value.regex.fullmatch(declared) is None
    if question == "matches_not":
        return value.regex.fullmatch(declared) is not None
    if question == "is_not":
        return declared.casefold() in {name.casefold() for name in value}
    return kind == "alphanumeric" and value == "unsupported"


def _said(limit: Limit) -> str:
    """The limit in a message: of a pattern what its note says, where it has one."""
    if isinstance(limit.value, Pattern):
        return limit.note.removesuffix(".") or f"`{limit.value.source}`"
    return ", ".join(limit.value) if isinstance(limit.value, tuple) else str(limit.value)
