"""GitHub Actions: workflow commands that become annotations, errors first; GitHub shows ten of a kind in a step."""

from __future__ import annotations

from collections import Counter

from smslint.linting.findings import Finding, Report

SHOWN_MAX = 10

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def github(report: Report) -> str:
    """One command a finding, then how many of each kind are not shown."""
    lines: list[str] = []
    for severity, command in _COMMANDS.items():
        found = [finding for finding in report.findings if finding.severity == severity and not finding.baseline]
        lines += [_annotation(command, finding) for finding in found[:SHOWN_MAX]]
        if len(found) > SHOWN_MAX:
            lines.append(f"{len(found) - SHOWN_MAX} more of severity {severity} are not annotated")
    return "".join(f"{line}\n" for line in lines)


def summary_table(report: Report) -> str:
    """A Markdown table of segments per template, and per gateway of one with several, for the step's summary."""
    several = Counter(template.path for template in report.templates)
    rows = ["| template | category | segments | encoding |", "| --- | --- | --- | --- |"]
    for template in report.templates:
        extent = template.extent
        if extent is None:
            rows.append(f"| {_cell(template.path)} | | cannot be read | |")
            continue
        high = "unbounded" if extent.high is None else str(extent.high)
        segments = high if high == str(extent.low) else f"{extent.low}–{high}"
        most = "" if extent.settled or extent.high is None else "at most "
        category = template.facts.category or ""
        name = _cell(template.path) + (f" on {template.facts.gateway.name}" if several[template.path] > 1 else "")
        rows.append(f"| {name} | {category} | {most}{segments} | {', '.join(extent.encodings)} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _annotation(command: str, finding: Finding) -> str:
    start, end = finding.start, finding.end
    place = {"file": finding.path, "line": str(start.line), "endLine": str(end.line)}
    if start.line == end.line:
        place |= {"col": str(start.column), "endColumn": str(max(end.column, start.column))}
    properties = {"title": finding.rule, **place}
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {written}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
