"""The baseline: findings that were there when it was written. They are marked, and do not fail a run.

An entry is keyed by path, message key and rule, not by line: lines move. Its measure is the number of segments where a
rule counts them, else the number of findings; when it grows, what is new fires again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from smslint.linting.findings import Finding
from smslint.reading.schema import Mistake, MistakesFound

SIZE_MAX = 20_000_000  # characters


class Entry(NamedTuple):
    """What is known of one rule in one template; `path` is relative to the configuration's folder."""

    path: str
    key: str | None
    rule: str
    measure: int


def entries(path: str, findings: Iterable[Finding]) -> list[Entry]:
    """The entries that would hold all `findings` of the file `path`."""
    measures: dict[tuple[str | None, str], int] = {}
    for finding in findings:
        place = (finding.key, finding.rule)
        if finding.measure is None:
            measures[place] = measures.get(place, 0) + 1
        else:
            measures[place] = max(measures.get(place, 0), finding.measure)
    return [Entry(path, key, rule, measure) for (key, rule), measure in measures.items()]


def marked(path: str, findings: Iterable[Finding], known: Iterable[Entry]) -> list[Finding]:
    """`findings` of the file `path`, those that `known` holds marked."""
    left = {(entry.key, entry.rule): entry.measure for entry in known if entry.path == path}
    found = []
    for finding in findings:
        place = (finding.key, finding.rule)
        needed = 1 if finding.measure is None else finding.measure
        old = left.get(place, 0) >= needed
        if old and finding.measure is None:
            left[place] -= 1
        found.append(finding._replace(baseline=True) if old else finding)
    return found


def stale(known: Iterable[Entry], now: Iterable[Entry], linted: frozenset[str]) -> list[Entry]:
    """The entries of `known` for files of `linted` that hold more than there is `now`."""
    measures = {entry[:3]: entry.measure for entry in now}
    return [entry for entry in known if entry.path in linted and entry.measure > measures.get(entry[:3], 0)]


def pruned(known: Iterable[Entry], now: Iterable[Entry]) -> list[Entry]:
    """`known` without what is no longer there: entries only ever become smaller."""
    measures = {entry[:3]: entry.measure for entry in now}
    smaller = (entry._replace(measure=min(entry.measure, measures.get(entry[:3], 0))) for entry in known)
    return [entry for entry in smaller if entry.measure > 0]


def written(known: Iterable[Entry]) -> str:
    """The text of a baseline file, one entry a line, so that changes are read and merged easily."""
    lines = ",\n".join(f"    {_line(entry)}" for entry in sorted(known, key=_order))
    return f'{{\n  "version": 1,\n  "findings": [{chr(10) if lines else ""}{lines}\n  ]\n}}\n'


def _line(entry: Entry) -> str:
    """An entry as JSON; escaped where a path has bytes that are no UTF-8."""
    line = json.dumps(entry._asdict(), ensure_ascii=False)
    return line if line.encode("utf-8", "replace").decode("utf-8") == line else json.dumps(entry._asdict())


def _order(entry: Entry) -> tuple[str, str, str]:
    return entry.path, entry.key or "", entry.rule


def read(text: str, path: str) -> tuple[Entry, ...]:
    """The entries of a baseline file. Raises MistakesFound where it is none."""
    try:
        if len(text) > SIZE_MAX:
            raise ValueError(f"larger than {SIZE_MAX:,} characters")
        data = json.loads(text)
        if data["version"] != 1:
            raise ValueError("its version is not 1")
        return tuple(_entry(item) for item in data["findings"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        words = f"the baseline cannot be read ({error}): write it anew with `smslint baseline write`"
        raise MistakesFound([Mistake(path, line, getattr(error, "colno", 1), words)]) from None


def _entry(item: dict[str, object]) -> Entry:
    path, key, rule, measure = item["path"], item["key"], item["rule"], item["measure"]
    if not isinstance(path, str) or not isinstance(rule, str) or type(measure) is not int:
        raise ValueError("an entry has no path, rule or measure")
    return Entry(path, key if isinstance(key, str) else None, rule, measure)
