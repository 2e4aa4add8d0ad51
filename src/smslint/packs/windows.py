"""Windows of days and hours: when a message is sent, and when it may be."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from smslint.reading.schema import Reader
from smslint.reading.yamltree import Node, Scalar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60

_TIME = r"([01]?[0-9]|2[0-4]):([0-5][0-9])"
DATES_MAX = 100  # of one window
YEARS = range(1900, 2101)

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LIKE = '{days: mon-sat, from: "08:00", to: "20:00"}'
_KEYS = ("days", "from", "to", "holidays")


class Window(NamedTuple):
    """Days of the week (0 is Monday), minutes of the day from midnight, `to` excluded; and whether public holidays are
    in it. `dates`: the only days that are meant, where they are known."""

    days: frozenset[int]
    start: int
    end: int
    holidays: bool = False
    dates: tuple[date, ...] = ()

    def __str__(self) -> str:
        days = ", ".join(map(str, self.dates)) or _days(self.days)
        return f"{days} {_time(self.start)}–{_time(self.end)}"


def sending(reader: Reader, node: Node, what: str) -> Window | None:
    """The window that a template states: like `window`, or with dates, `dates: ["2026-07-14"]`, instead of days."""
    return window(reader, node, what, (*_KEYS, "dates"))


def window(reader: Reader, node: Node, what: str, keys: tuple[str, ...] = _KEYS) -> Window | None:
    """The window that `{days: mon-sat, from: "08:00", to: "20:00"}` states; every key has a default of all."""
    days, holidays = frozenset(range(7)), False
    start: int | None = 0
    end: int | None = MINUTES_A_DAY
    dates: tuple[date, ...] = ()
    given = dict(reader.entries(reader.mapping(node, what, _LIKE), what, keys))
    if {"days", "dates"} <= {key.text for key in given}:
        reader.mistake(node, f"{what} takes `days` or `dates`, not both")
    for key, value in given.items():
        if key.text == "days":
            days = _read_days(reader, value, what)
        elif key.text == "dates":
            dates = _read_dates(reader, value, what)
            days = frozenset(day.weekday() for day in dates)
        elif key.text == "holidays":
            holidays = bool(reader.boolean(value, f"`holidays` of {what}"))
        elif key.text == "from":
            start = _minutes(reader, value, f"`from` of {what}")
        else:
            end = _minutes(reader, value, f"`to` of {what}")
    if start is None or end is None:
        return None
    if start >= end:
        reader.mistake(node, f"`from` of {what} is not before `to`")
        return None
    return Window(days, start, end, holidays, dates)


def _read_days(reader: Reader, node: Node, what: str) -> frozenset[int]:
    found: set[int] = set()
    for item in reader.items(node):
        first, dash, last = reader.string(item, "a day").lower().partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            reader.mistake(item, f"`days` of {what} are {' | '.join(DAYS)}, or a range like mon-sat")
            continue
        low, high = DAYS.index(first), DAYS.index(last if dash else first)
        found.update(range(low, high + 1) if low <= high else (*range(low, 7), *range(high + 1)))
    return frozenset(found)


def _read_dates(reader: Reader, node: Node, what: str) -> tuple[date, ...]:
    items = reader.items(node)
    if not 1 <= len(items) <= DATES_MAX:
        reader.mistake(node, f"`dates` of {what} must have 1 to {DATES_MAX} dates")
        return ()
    return tuple(sorted({day for item in items if (day := _date(reader, item, what)) is not None}))


def _date(reader: Reader, node: Node, what: str) -> date | None:
    text = reader.string(node, "a date")
    try:
        found = date.fromisoformat(text) if re.fullmatch(_DATE, text) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        reader.mistake(node, f'`dates` of {what} must be dates like "2026-07-14", not `{text}`')
        return None
    return found


def _minutes(reader: Reader, node: Node, what: str) -> int | None:
    text = node.text if isinstance(node, Scalar) else ""
    match = re.fullmatch(_TIME, text)
    if match is None or int(match[1]) * 60 + int(match[2]) > MINUTES_A_DAY:
        reader.mistake(node, f'{what} must be a time like "08:00", not `{text}`')
        return None
    return int(match[1]) * 60 + int(match[2])


def outside(sent: Window, allowed: tuple[Window, ...]) -> list[str]:
    """What of `sent` no window of `allowed` holds: `sun`, `mon-fri 20:00–22:00`; empty where all of it is allowed."""
    by_day: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day in sorted(sent.days):
        gaps = tuple(_gaps(sent, [one for one in allowed if day in one.days]))
        if gaps:
            by_day.setdefault(gaps, []).append(day)
    found = []
    for gaps, days in by_day.items():
        hours = ", ".join(f"{_time(start)}–{_time(end)}" for start, end in gaps)
        whole = gaps == ((sent.start, sent.end),) and len(by_day) > 1
        found.append(_days(frozenset(days)) if whole else f"{_days(frozenset(days))} {hours}")
    return found


def _gaps(sent: Window, allowed: list[Window]) -> list[tuple[int, int]]:
    gaps, start = [], sent.start
    for one in sorted(allowed, key=lambda window: window.start):
        if one.start > start:
            gaps.append((start, min(one.start, sent.end)))
        start = max(start, one.end)
        if start >= sent.end:
            break
    if start < sent.end:
        gaps.append((start, sent.end))
    return [(low, high) for low, high in gaps if low < high]


def _days(days: frozenset[int]) -> str:
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(DAYS[r[0]] if len(r) == 1 else f"{DAYS[r[0]]}-{DAYS[r[-1]]}" for r in runs)


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
