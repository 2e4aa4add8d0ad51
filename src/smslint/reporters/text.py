"""Text for people: position, severity, rule and message; then the source line with carets under the finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from smslint.linting.findings import SEVERITIES, Finding, Report
from smslint.reading.positions import caret, visible

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}

Source = Callable[[str, int], "str | None"]


def text(report: Report, colour: bool, source: Source) -> str:
    """Each finding with its source line."""
    return "".join(f"{_head(finding, colour)}\n{_excerpt(finding, source)}" for finding in _shown(report))


def concise(report: Report, colour: bool) -> str:
    """One line a finding, as problem matchers read it."""
    return "".join(f"{_head(finding, colour)}\n" for finding in _shown(report))


def _shown(report: Report) -> Iterator[Finding]:
    return (finding for finding in report.findings if not finding.baseline)


def _head(finding: Finding, colour: bool) -> str:
    severity = finding.severity
    if colour:
        from click import style

        severity = style(severity, fg=_COLOURS[finding.severity], bold=True)
    place = f"{_path(finding.path)}:{finding.start.line}:{finding.start.column}"
    return f"{place}: {severity}[{finding.rule}] {visible(' '.join(finding.message.split()))}"


def _path(path: str) -> str:
    """A path on one line, whatever stands in it."""
    return path if path.isprintable() else "".join(visible(c) if ord(c) < 0x20 else c for c in path)


def _excerpt(finding: Finding, source: Source) -> str:
    line = source(finding.path, finding.start.line)
    if line is None:
        return ""
    start = finding.start.column - 1
    end = finding.end.column - 1 if finding.end.line == finding.start.line else len(line)
    return f"{caret(line, start, max(end, start))}\n"


def summary(report: Report) -> str:
    """`2 errors, 1 warning in 12 templates`, and how many more stand in the baseline."""
    templates = _plural(len({(template.path, template.key) for template in report.templates}), "template")
    old = sum(finding.baseline for finding in report.findings)
    more = f"; {old:,} more in the baseline" if old else ""
    if old == len(report.findings):
        return f"{templates} checked, no findings{more}"
    counts = [_plural(report.count(severity), severity) for severity in SEVERITIES if report.count(severity)]
    return f"{', '.join(counts)} in {templates}{more}"


def statistics(report: Report) -> str:
    """How often each rule was broken, the most frequent first."""
    from collections import Counter

    counts = Counter(finding.rule for finding in _shown(report))
    return "".join(f"{number:>6}  {rule}\n" for rule, number in sorted(counts.items(), key=lambda c: (-c[1], c[0])))


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
