"""Checks: the closed set of questions that rules ask, one kind a file. A file is imported when a rule asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import TypeAlias

from smslint.checks.subject import Hit, Subject
from smslint.packs.rules import Rule

Check: TypeAlias = "Callable[[Rule, Subject], Iterable[Hit]]"

# The file in this folder whose function of the same name is the check.
CHECKS = {
    "require": "presence",
    "forbid": "presence",
    "count": "presence",
    "implies": "presence",
    "limit": "limit",
    "substitute": "substitute",
    "sender": "sender",
    "window": "window",
    "variables": "variables",
    "split": "split",
    "whitespace": "whitespace",
    "metadata": "facts",
    "translation": "translation",
    "problem": "problems",
}


@cache
def check(kind: str) -> Check:
    """The check that a rule of this kind asks."""
    found: Check = getattr(import_module(f"smslint.checks.{CHECKS[kind]}"), kind)
    return found


__all__ = ["CHECKS", "Check", "Hit", "Subject", "check"]
