"""`window: LIMIT`: the days and hours at which the template is sent, as its facts declare, against those allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smslint.checks.subject import Hit, Subject
from smslint.packs.limits import Limit
from smslint.packs.rules import Rule
from smslint.packs.windows import Window, outside
from smslint.tree.message import Span


def window(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each country or gateway that does not allow all of the declared window."""
    declared = subject.facts.send_window
    if declared is None:
        return
    for limit in subject.limits(rule.parameters["limit"]):
        working = not any(one.holidays for one in limit.value)
        found = outside(declared, limit.value)
        if working:
            found += _holidays(declared, _countries(limit, subject))
        if found:
            allowed = " or ".join(map(str, limit.value))
            words = {
                "owner": limit.owner,
                "outside": " and ".join(found),
                "allowed": f"{allowed}, public holidays excepted," if working else allowed,
                "note": limit.note,
            }
            yield Hit(Span(subject.whole.start, subject.whole.start), words)


def _countries(limit: Limit, subject: Subject) -> Sequence[str]:
    """Whose holidays count: those of the country whose limit it is; for a gateway's, those of the template."""
    countries = subject.facts.countries
    return [limit.owner] if limit.owner in countries else countries


def _holidays(declared: Window, countries: Sequence[str]) -> list[str]:
    """Public holidays within the window: where it has dates, those; else any, if it says so."""
    if not declared.dates:
        return ["on public holidays"] if declared.holidays else []
    from smslint.packs.publicholidays import Unknown, public_holidays

    found: list[str] = []
    for country in countries:
        try:
            known = public_holidays(country, declared.dates)
            found += [f"on {one.day}, a public holiday in {country} ({one.name})" for one in known]
        except Unknown as unknown:
            found.append(f"on {', '.join(map(str, declared.dates))} ({unknown})")
    return found
