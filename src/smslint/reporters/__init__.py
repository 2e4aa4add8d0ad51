"""Reporters: one format a file. Each gives the text to write to standard output."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from smslint.linting.findings import Report


class Style(NamedTuple):
    """How to write: in colour or not; `source` gives the line `line` (from 1) of a file, None where it cannot."""

    colour: bool
    source: Callable[[str, int], str | None]


def _text(report: Report, style: Style) -> str:
    from smslint.reporters.text import text

    return text(report, style.colour, style.source)


def _concise(report: Report, style: Style) -> str:
    from smslint.reporters.text import concise

    return concise(report, style.colour)


def _json(report: Report, style: Style) -> str:
    from smslint.reporters.json import json

    return json(report)


def _github(report: Report, style: Style) -> str:
    from smslint.reporters.github import github

    return github(report)


REPORTERS: dict[str, Callable[[Report, Style], str]] = {
    "text": _text,
    "concise": _concise,
    "json": _json,
    "github": _github,
}
