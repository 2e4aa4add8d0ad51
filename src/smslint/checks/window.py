"""`window: LIMIT`: the days and hours at which the template is sent, as its facts declare, against those allowed."""

from __future__ import annotations

from collections.abc import Iterator

from smslint.checks.subject import Hit, Subject
from smslint.message import Span
from smslint.rules import Rule
from smslint.windows import outside


def window(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each country or gateway that does not allow all of the declared window."""
    declared = subject.facts.send_window
    if declared is None:
        return
    for limit in subject.limits(rule.parameters["limit"]):
        found = outside(declared, limit.value)
        if declared.holidays and not any(one.holidays for one in limit.value):
            found.append("public holidays")
        if found:
            words = {
                "owner": limit.owner,
                "outside": " and ".join(found),
                "allowed": " or ".join(map(str, limit.value)),
                "note": limit.note,
            }
            yield Hit(Span(subject.whole.start, subject.whole.start), words)
