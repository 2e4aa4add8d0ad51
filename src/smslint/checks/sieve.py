"""Which rules need not be run: those that the facts alone settle, and those whose texts stand nowhere in a message.

It never decides that a rule has a hit, only that it has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smslint.checks.presence import sender_carries_brand
from smslint.checks.subject import Subject
from smslint.matching.folding import fold
from smslint.matching.patterns import Needs, Pattern, together
from smslint.packs.rules import Rule

FACTS_ONLY = ("metadata", "sender", "window")  # checks that look at nothing else
_HOLDING = ("forbid", "count", "implies")  # checks that hit only what stands in the message


def moot(rule: Rule, subject: Subject) -> str:
    """Why the rule has no hit whatever the message, as the facts of the template and the packs say; empty where they do
    not say so."""
    parameters = rule.parameters.get("then", rule.parameters)
    limit = _limit(rule)
    if limit is not None and not subject.limits(limit):
        return f"no country or gateway states `{limit}`"
    if rule.check in _HOLDING and parameters.get("except") == "stop_code" and subject.facts.code is None:
        return "no stop_code is known"
    if rule.check == "require" and parameters.get("brand") and not _brand_wanted(subject):
        return "the sender ID is the brand"
    if rule.check == "limit" and "suffix_segments" in rule.parameters and not subject.facts.suffix:
        return "nothing is appended"
    return ""


def _limit(rule: Rule) -> str | None:
    """The limit that the rule asks for; None where it asks for none."""
    if rule.check == "sender":
        return str(next(iter(rule.parameters.values())))
    stated = rule.parameters.get("characters", rule.parameters.get("parts"))
    found: str | None = rule.parameters.get("then", rule.parameters).get("limit", stated)
    return found


def _brand_wanted(subject: Subject) -> bool:
    return not sender_carries_brand(subject) or any(one.value == "required" for one in subject.limits("identity"))


def needs(rule: Rule, subject: Subject) -> Needs:
    """Folded texts of which one stands in every message that the rule has a hit in; None where nothing is sure."""
    if rule.check == "split":
        sought: Pattern = rule.parameters["pattern"]
        return sought.needs
    if rule.check not in _HOLDING:
        return None
    parameters = rule.parameters.get("if", rule.parameters)
    return None if parameters["scope"] == "variable" else _of_target(parameters, subject)


def _of_target(parameters: Mapping[str, Any], subject: Subject) -> Needs:
    if parameters.get("wording"):
        return subject.packs.wording[parameters["wording"]].needs
    pattern: Pattern | None = parameters.get("pattern")
    if pattern is not None:
        return pattern.needs
    if parameters.get("limit"):
        return together(_of_value(limit.value) for limit in subject.limits(parameters["limit"]))
    return None


def _of_value(value: Any) -> Needs:
    return value.needs if isinstance(value, Pattern) else frozenset((fold(str(value)),))
