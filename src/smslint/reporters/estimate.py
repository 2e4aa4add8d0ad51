"""`smslint estimate`: what each template costs, a row a template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from smslint.extents.blame import CAUSES_SHOWN_MAX
from smslint.extents.extent import Extent
from smslint.linting.findings import Report, TemplateReport
from smslint.reading.positions import cells, visible

_TITLES = ("template", "category", "segments", "encoding", "left", "suffix", "examples", "why UCS-2")


def estimate(report: Report) -> str:
    """A table: template, category, segments from smallest to largest, encoding, units left and suffix at worst, and
    what makes it UCS-2."""
    several = Counter(template.path for template in report.templates)
    rows = [_TITLES, *(_row(template, several[template.path] > 1) for template in report.templates)]
    tried = any(template.examples for template in report.templates)
    return _table(rows if tried else [(*row[:-2], row[-1]) for row in rows])


def by_language(templates: Iterable[tuple[str, str, TemplateReport]]) -> str:
    """A table of messages and languages: segments from smallest to largest, and UCS-2 where the worst is. `templates`:
    each with its message and the code of its language."""
    columns: dict[str, None] = {}
    rows: dict[str, dict[str, list[str]]] = {}
    for message, code, template in sorted(templates, key=lambda found: found[:2]):
        columns.setdefault(code)
        cell = _spoken(template)
        found = rows.setdefault(message, {}).setdefault(code, [])
        if cell not in found:
            found.append(cell)
    codes = sorted(columns)
    table = ((visible(row), *(" / ".join(found.get(code, ["-"])) for code in codes)) for row, found in rows.items())
    return _table([("message", *codes), *table])


def _spoken(template: TemplateReport) -> str:
    extent = template.extent
    if extent is None:
        return "cannot be read"
    forced = "UCS-2" in (extent.encodings if extent.worst is None else (extent.worst.count.encoding,))
    return f"{segments(extent)} UCS-2" if forced else segments(extent)


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _row(template: TemplateReport, several: bool) -> tuple[str, ...]:
    """The row of a template; with its gateway where there are `several`."""
    extent, facts = template.extent, template.facts
    category, path = facts.category or "-", visible(template.path)
    if several:
        path += f" on {facts.gateway.name}"
    if extent is None:
        return path, category, "cannot be read", "-", "-", "-", "-", ""
    worst = extent.worst
    encoding = ", ".join(extent.encodings if worst is None else (worst.count.encoding, *worst.count.tables))
    left = "-" if worst is None else str(worst.count.remaining)
    suffix = repr(facts.suffix) if facts.suffix else "-"
    why = ", ".join(template.why()[:CAUSES_SHOWN_MAX])
    return path, category, segments(extent), encoding, left, suffix, _tried(template), why


def _tried(template: TemplateReport) -> str:
    """`1–2 (14)`: the fewest and the most segments of how many examples; `3 unknown` of which the cost is not known."""
    known = [example.cost.segments for example in template.examples if example.cost is not None]
    unknown = len(template.examples) - len(known)
    span = "" if not known else str(min(known)) if min(known) == max(known) else f"{min(known)}–{max(known)}"
    parts = [f"{span} ({len(known)})"] if known else []
    return ", ".join([*parts, *([f"{unknown} unknown"] if unknown else [])]) or "-"


def segments(extent: Extent) -> str:
    """`1`, `1–3`, `1 to at most 3`, `2 or more`."""
    if extent.high is None:
        return f"{extent.low} or more"
    if not extent.settled:
        return f"{extent.low} to at most {extent.high}"
    return str(extent.low) if extent.low == extent.high else f"{extent.low}–{extent.high}"
