"""Checks: the closed set of questions that rules ask, one kind a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from smslint.checks.facts import metadata
from smslint.checks.limit import limit
from smslint.checks.presence import count, forbid, implies, require
from smslint.checks.problems import problem
from smslint.checks.sender import sender
from smslint.checks.split import split
from smslint.checks.subject import Hit, Subject
from smslint.checks.substitute import substitute
from smslint.checks.translation import translation
from smslint.checks.variables import variables
from smslint.checks.whitespace import whitespace
from smslint.checks.window import window
from smslint.rules import Rule

Check = Callable[[Rule, Subject], Iterable[Hit]]

CHECKS: dict[str, Check] = {
    "require": require,
    "forbid": forbid,
    "count": count,
    "implies": implies,
    "limit": limit,
    "substitute": substitute,
    "sender": sender,
    "window": window,
    "variables": variables,
    "split": split,
    "whitespace": whitespace,
    "metadata": metadata,
    "translation": translation,
    "problem": problem,
}

__all__ = ["CHECKS", "Check", "Hit", "Subject"]
