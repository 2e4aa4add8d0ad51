"""JSON for tools: always valid, and its keys are kept from one version to the next. Columns and offsets are in code
points."""

from __future__ import annotations

from json import dumps
from typing import Any

from smslint.extents.witness import Witness
from smslint.linting.findings import Failure, Finding, Report, TemplateReport, Tried
from smslint.tree.conditions import Not, source


def json(report: Report) -> str:
    """The whole report as one JSON object."""
    return dumps(as_data(report), indent=2) + "\n"  # ASCII: a lone surrogate stays valid JSON


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "version": 1,
        "templates": [_template(template) for template in report.templates],
        "findings": [_finding(finding) for finding in report.findings],
        "errors": [_failure(failure) for failure in report.failures],
        "summary": {
            "files": report.files,
            "templates": len(report.templates),
            "errors": report.count("error"),
            "warnings": report.count("warning"),
            "infos": report.count("info"),
        },
    }


def _template(template: TemplateReport) -> dict[str, Any]:
    facts, extent = template.facts, template.extent
    segments = None if extent is None else {"min": extent.low, "max": extent.high, "exact": extent.settled}
    return {
        "path": template.path,
        "key": template.key,
        "line": template.line,
        "category": facts.category,
        "countries": list(facts.countries),
        "language": facts.language,
        "sender": facts.sender,
        "gateway": None if facts.gateway.name == "none" else facts.gateway.name,
        "prefix": facts.gateway.prefix,
        "suffix": facts.suffix,
        "segments": segments,
        "encodings": [] if extent is None else list(extent.encodings),
        "examples": [_example(example) for example in template.examples],
        "worst": None if extent is None or extent.worst is None else _witness(extent.worst),
    }


def _example(example: Tried) -> dict[str, Any]:
    count = example.cost
    return {
        "where": f"{example.place.path}:{example.place.line}",
        "segments": None if count is None else count.segments,
        "encoding": None if count is None else count.encoding,
        "units": None if count is None else count.units,
        "text": example.text,
    }


def _witness(witness: Witness) -> dict[str, Any]:
    return {
        "segments": witness.count.segments,
        "encoding": witness.count.encoding,
        "units": witness.count.units,
        "text": witness.text,
        "when": [source(condition if value else Not(condition)) for condition, value in witness.when],
        "values": dict(witness.values),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "path": finding.path,
        "key": finding.key,
        "gateway": finding.gateway,
        "gateways": list(finding.gateways),
        "start": finding.start._asdict(),
        "end": finding.end._asdict(),
        "when": list(finding.when),
        "fix": None,
        "baseline": finding.baseline,
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {"path": failure.path, "message": failure.message, "line": failure.line, "column": failure.column}
