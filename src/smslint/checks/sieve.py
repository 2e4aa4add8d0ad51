"""Which rules need not be run: those that the facts alone settle, and those whose texts stand nowhere in a message.

It never decides that a rule has a hit, only that it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from smslint.checks.presence import sender_carries_brand
from smslint.checks.subject import Held, Subject
from smslint.checks.target import AT_END_MAX
from smslint.matching.folding import fold
from smslint.matching.patterns import Pattern
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
    if rule.check in _HOLDING and parameters.get("except") == "stop_code" and subject.code is None:
        return "no stop_code is known"
    if rule.check == "require" and parameters.get("brand") and not _brand_wanted(subject):
        return "the sender ID is the brand"
    if rule.check in ("require", "implies") and _said_by_suffix(parameters, subject):
        return "what is appended says it"
    if rule.check == "limit" and "suffix_segments" in rule.parameters and not subject.facts.suffix:
        return "nothing is appended"
    return ""


def _said_by_suffix(parameters: Mapping[str, Any], subject: Subject) -> bool:
    """Whether every message mentions what is asked for, in what is appended to all."""
    appended = subject.facts.appends and not subject.facts.gateway.skip_if_present
    wording = parameters.get("wording") if parameters["scope"] in ("message", "suffix") else None
    placed = parameters.get("at") is None or (parameters["at"] == "end" and len(subject.facts.suffix) <= AT_END_MAX)
    return wording is not None and appended and placed and subject.suffix_says(wording)


def _limit(rule: Rule) -> str | None:
    """The limit that the rule asks for; None where it asks for none."""
    if rule.check == "sender":
        return str(next(iter(rule.parameters.values())))
    stated = rule.parameters.get("characters", rule.parameters.get("parts"))
    found: str | None = rule.parameters.get("then", rule.parameters).get("limit", stated)
    return found


def _brand_wanted(subject: Subject) -> bool:
    return not sender_carries_brand(subject) or any(one.value == "required" for one in subject.limits("identity"))


class Sought(NamedTuple):
    """What a rule looks for: the folded `cues` that tell of it, and whether it `may_stand` in a message that holds no
    more than some of them."""

    cues: frozenset[str]
    may_stand: Callable[[frozenset[str]], bool]

    def stands(self, rule: Rule, held: Held) -> bool:
        """Whether what `rule` looks for may stand in a message that holds no more than these cues."""
        return self.may_stand(held.within(rule.parameters.get("scope")))


def sought(rule: Rule, subject: Subject) -> Sought | None:
    """What stands in every message that the rule has a hit in; None where nothing is sure."""
    if rule.check == "split":  # which looks at what is sent, with tokens replaced
        gateway = subject.facts.gateway
        return None if gateway.tokens or gateway.outside != "ucs2" else _of_value(rule.parameters["pattern"])
    if rule.check not in _HOLDING:
        return None
    parameters = rule.parameters.get("if", rule.parameters)
    return None if parameters["scope"] in ("variable", "comment") else _of_target(parameters, subject)


def _of_target(parameters: Mapping[str, Any], subject: Subject) -> Sought | None:
    if parameters.get("wording"):
        vocabulary = subject.packs.wording[parameters["wording"]]
        return Sought(vocabulary.cues, vocabulary.may_stand)
    if parameters.get("pattern") is not None:
        return _of_value(parameters["pattern"])
    if parameters.get("limit"):
        every = [_of_value(limit.value) for limit in subject.limits(parameters["limit"])]
        cues = frozenset(cue for one in every for cue in one.cues)
        return Sought(cues, lambda held: any(one.may_stand(held) for one in every))
    return None


def _of_value(value: Any) -> Sought:
    if isinstance(value, Pattern):
        return Sought(frozenset(cue for needed in (value.cues, *value.holds) for cue in needed), value.may_stand)
    text = fold(str(value))
    return Sought(frozenset((text,)), lambda held: text in held)
