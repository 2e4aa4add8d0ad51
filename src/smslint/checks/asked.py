"""Whether a rule is asked of a template: its `when` against the facts. A fact that is not known asks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from smslint.checks import Subject, check
from smslint.checks.problems import problems_met
from smslint.checks.sieve import FACTS_ONLY, Sought, moot, sought
from smslint.checks.stretches import cues_of
from smslint.checks.subject import Held
from smslint.configuration.facts import Facts
from smslint.matching.cues import Cues
from smslint.matching.folding import fold, one_by_one
from smslint.matching.patterns import NotSearched
from smslint.packs.limits import DEFAULTS
from smslint.packs.rules import Rule

DOCKETS_MAX = 1_000
HELD_MAX = 1_000  # sets of cues of which it is kept which rules they call for


class Asked(NamedTuple):
    """A rule that is asked, and what it looks for; None where any message may have a hit."""

    rule: Rule
    sought: Sought | None


class Docket(NamedTuple):
    """The rules that are asked of all templates with the same facts and packs, and all that they look for, to be looked
    for together; and those that tell what was met in reading the template and in asking the others. `kept`: which rules
    each set of cues that was met calls for."""

    facts: Facts
    asked: tuple[Asked, ...]
    cues: Cues
    telling: tuple[Rule, ...]
    kept: dict[Held, tuple[Rule, ...]]

    def standing(self, subject: Subject) -> Iterator[Rule]:
        """The rules that may have a hit in the message of `subject`."""
        held = subject.held = _held(subject, self.cues)
        if held not in self.kept:
            if len(self.kept) >= HELD_MAX:
                self.kept.clear()
            self.kept[held] = tuple(rule for rule, wanted in self.asked if wanted is None or wanted.stands(rule, held))
        yield from self.kept[held]
        met = problems_met(subject)
        yield from (rule for rule in self.telling if rule.parameters["kind"] in met)


def docket(subject: Subject) -> Docket:
    """The rules to ask of `subject`, kept for the next template with the same facts and packs."""
    kept: dict[int, Docket] = subject.packs.dockets
    facts = subject.facts
    if id(facts) in kept:
        return kept[id(facts)]
    found = [Asked(rule, sought(rule, subject)) for rule in subject.packs.rules if _may_hit(rule, subject)]
    telling = tuple(one.rule for one in found if one.rule.check == "problem")
    asking = tuple(one for one in found if one.rule.check != "problem")
    spoken = (cue for vocabulary in subject.packs.wording.values() for cue in vocabulary.cues)
    cues = Cues((*spoken, *(cue for one in asking if one.sought for cue in one.sought.cues)))
    made = Docket(facts, asking, cues, telling, {})
    if not subject.unsearched:
        if len(kept) >= DOCKETS_MAX:
            kept.clear()
        kept[id(facts)] = made
    return made


def _held(subject: Subject, cues: Cues) -> Held:
    """Which of `cues` stand on some path, or in what the template writes; where there are too many paths, which may."""
    found = subject.paths
    if not found.complete:
        every = cues_of(subject.message, subject.slot_texts, cues)
        return Held(every, every)
    texts = {path.plain for path in found.paths}
    stretches = texts if found.stretches is None else found.stretches
    if subject.independent is None or not subject.independent.every_arm:
        stretches = stretches.union(fold(node.text) for node in subject.literals)
    aligned = found.aligned
    body = cues.of(stretches, texts, aligned)
    given = [text for text in (subject.facts.gateway.prefix, subject.facts.suffix) if text]
    added, aligned = [fold(text) for text in given], aligned and all(map(one_by_one, given))
    if found.stretches is None or not added:
        return Held(body, body)
    return Held(body | cues.of(added, texts, aligned), body)


def _may_hit(rule: Rule, subject: Subject) -> bool:
    try:
        if not asked(rule, subject) or moot(rule, subject):
            return False
        return rule.check not in FACTS_ONLY or any(check(rule.check)(rule, subject))
    except NotSearched as why:
        subject.unsearched.setdefault(str(why), []).append(rule.id)
        return False


def asked(rule: Rule, subject: Subject) -> bool:
    """Whether every fact that the rule's `when` names has one of the values it wants."""
    return not unasked(rule, subject)


def unasked(rule: Rule, subject: Subject) -> str:
    """Why the rule is not asked, the first fact of its `when` that is in the way; empty where it is asked."""
    for key, wanted in rule.when.items():
        if key == "asked":
            for one in wanted:
                if words := _not_stated(subject, *one.partition("=")[::2]):
                    return words
            continue
        if key == "suffix_says":
            if not any(map(subject.suffix_says, wanted)):
                return f"what is appended does not say {' or '.join(wanted)}"
            continue
        values = _values(key, subject.facts)
        if not any(value in values for value in wanted):
            known = [value for value in dict.fromkeys(values) if value]
            told = f"{key} is {' and '.join(known)}" if known else f"no {key} is declared"
            return f"{told}, and it asks for {' or '.join(wanted)}"
    return ""


def _not_stated(subject: Subject, name: str, values: str) -> str:
    """What the countries and gateway of the template, or its default, say of the limit `name` that is none of `values`;
    empty where one is."""
    stated = [limit.value for limit in subject.limits(name)] or [DEFAULTS.get(name)]
    if any(value in values.split("|") for value in stated):
        return ""
    told = " and ".join(dict.fromkeys(str(value) for value in stated if value is not None))
    return f"`{name}` is {told or 'stated by no country or gateway'}, and it asks for {values.replace('|', ' or ')}"


def _values(key: str, facts: Facts) -> tuple[str | None, ...]:
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
    return ("declared" if facts.brands or facts.brand_variables else "undeclared",)
