"""`smslint estimate`: what each template costs, a row a template."""

from __future__ import annotations

from smslint.extent import Extent
from smslint.findings import Report, TemplateReport
from smslint.positions import cells, visible

_TITLES = ("template", "category", "segments", "encoding", "left", "suffix")


def estimate(report: Report) -> str:
    """A table: template, category, segments from smallest to largest, encoding, units left and suffix at worst."""
    rows = [_TITLES, *(_row(template) for template in report.templates)]
    widths = [max(cells(row[column]) for row in rows) for column in range(len(_TITLES))]
    lines = ("  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _row(template: TemplateReport) -> tuple[str, ...]:
    extent, facts = template.extent, template.facts
    category = facts.category or "-"
    if extent is None:
        return template.path, category, "does not parse", "-", "-", "-"
    worst = extent.worst
    encoding = ", ".join(extent.encodings) if worst is None else worst.count.encoding
    left = "-" if worst is None else str(worst.count.remaining)
    suffix = repr(facts.suffix) if facts.suffix else "-"
    return visible(template.path), category, segments(extent), encoding, left, suffix


def segments(extent: Extent) -> str:
    """`1`, `1–3`, `1 to at most 3`, `2 or more`."""
    if extent.high is None:
        return f"{extent.low} or more"
    if not extent.exact:
        return f"{extent.low} to at most {extent.high}"
    return str(extent.low) if extent.low == extent.high else f"{extent.low}–{extent.high}"
