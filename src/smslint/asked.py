"""Whether a rule is asked of a template: its `when` against the facts. A fact that is not known asks nothing."""

from __future__ import annotations

from smslint.checks import Subject
from smslint.facts import Facts
from smslint.limits import DEFAULTS
from smslint.rules import Rule


def asked(rule: Rule, subject: Subject) -> bool:
    """Whether every fact that the rule's `when` names has one of the values it wants."""
    for key, wanted in rule.when.items():
        if key == "asked":
            if not all(_states(subject, *one.partition("=")[::2]) for one in wanted):
                return False
        elif not any(value in _values(key, subject.facts, subject) for value in wanted):
            return False
    return True


def _states(subject: Subject, name: str, values: str) -> bool:
    """Whether a country or gateway of the template states the limit `name` so, or that is its default."""
    stated = [limit.value for limit in subject.limits(name)] or [DEFAULTS.get(name)]
    return any(value in values.split("|") for value in stated)


def _values(key: str, facts: Facts, subject: Subject) -> tuple[str | None, ...]:
    if key == "category":
        return (facts.category,)
    if key == "country":
        return facts.countries
    if key == "language":
        return (facts.language, (facts.language or "").split("-")[0])
    if key == "sender":
        kind = facts.sender_kind
        return (kind, "numeric") if kind in ("short-code", "number") else (kind,)
    if key == "gateway":
        return (facts.gateway.name,)
    if key == "first_message":
        return (str(facts.first_message).lower(),)
    if key == "brand":
        return ("declared" if facts.brands or facts.brand_variables else "undeclared",)
    return tuple(subject.suffix_says)
