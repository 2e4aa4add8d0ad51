"""Reporters: one format a file. Each gives the text to write to standard output."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from smslint.findings import Report
from smslint.reporters.github import github
from smslint.reporters.json import json
from smslint.reporters.text import concise, text


class Style(NamedTuple):
    """How to write: in colour or not; `source` gives the line `line` (from 1) of a file, None where it cannot."""

    colour: bool
    source: Callable[[str, int], str | None]


REPORTERS: dict[str, Callable[[Report, Style], str]] = {
    "text": lambda report, style: text(report, style.colour, style.source),
    "concise": lambda report, style: concise(report, style.colour),
    "json": lambda report, _: json(report),
    "github": lambda report, _: github(report),
}
