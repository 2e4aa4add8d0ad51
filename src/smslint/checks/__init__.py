"""Checks: the closed set of questions that rules ask, one kind a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from smslint.checks.characters import characters
from smslint.checks.facts import metadata
from smslint.checks.limit import limit
from smslint.checks.presence import forbid, require
from smslint.checks.problems import problem
from smslint.checks.subject import Hit, Subject
from smslint.rules import Rule

Check = Callable[[Rule, Subject], Iterable[Hit]]

CHECKS: dict[str, Check] = {
    "require": require,
    "forbid": forbid,
    "limit": limit,
    "characters": characters,
    "metadata": metadata,
    "problem": problem,
}

__all__ = ["CHECKS", "Check", "Hit", "Subject"]
