"""Public holidays of a country, from the `holidays` package: an extra, imported when a date is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Holiday(NamedTuple):
    """A public holiday: its date, and its name."""

    day: date
    name: str


class Unknown(Exception):
    """Nobody here can tell what is a public holiday; why, in words."""


def public_holidays(country: str, days: Iterable[date]) -> list[Holiday]:
    """Those of `days` that are public holidays all over the country (ISO 3166). Raises Unknown."""
    try:
        import holidays
    except ImportError:
        raise Unknown(f"public holidays of {country} are not known: install smslint[holidays]") from None
    wanted = sorted(set(days))
    try:
        known = holidays.country_holidays(country, years=sorted({day.year for day in wanted}))
    except NotImplementedError:
        raise Unknown(f"public holidays of {country} are not known to the holidays package") from None
    return [Holiday(day, known[day]) for day in wanted if day in known]
