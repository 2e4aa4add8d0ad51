"""`metadata: {missing: category|brand}`: facts that nobody declared, without which other rules cannot be asked."""

from __future__ import annotations

from collections.abc import Iterator

from smslint.checks.subject import Hit, Subject
from smslint.packs.gateways import alphanumeric
from smslint.packs.rules import Rule
from smslint.tree.message import Span


def metadata(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit where the fact is not declared. A brand is not missed where the sender ID is a name."""
    facts = subject.facts
    missing = {
        "category": facts.category is None,
        "consent": facts.consent is None,
        "send_window": facts.send_window is None,
        "brand": not facts.brands and not facts.brand_variables and not alphanumeric(facts.sender),
    }
    if missing[rule.parameters["missing"]]:
        yield Hit(Span(subject.whole.start, subject.whole.start))
