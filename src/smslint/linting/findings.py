"""What linting gives: findings, a record for each template, and what prevented linting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from smslint.configuration.facts import Facts
from smslint.extents.extent import Extent
from smslint.gsm.segments import Count
from smslint.reading.positions import Position

if TYPE_CHECKING:
    from smslint.configuration.examples import Place

SEVERITIES = ("error", "warning", "info")


class Finding(NamedTuple):
    """One violation of one rule: what (`message`), where (`path`, `start`, `end` excluded), and on which path of the
    template (`when`, conditions as the template says them). `measure`: how bad, where that is a number (segments);
    `baseline`: it was there when the baseline was written, and does not fail the run. `gateways`: those of a template
    with several for which it holds, `gateway` the one; none where it holds for all. `yields_to`: the rules that say
    enough where they report the same place."""

    rule: str
    severity: str
    message: str
    path: str
    start: Position
    end: Position
    when: tuple[str, ...] = ()
    key: str | None = None
    gateway: str | None = None
    measure: int | None = None
    baseline: bool = False
    gateways: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()

    def said_by(self, other: Finding) -> bool:
        """Whether it yields to `other`, which stands where it does, or touches it, and holds wherever it does."""
        return (
            other.rule in self.yields_to
            and (other.path, other.key) == (self.path, self.key)
            and other.start.offset <= self.end.offset
            and self.start.offset <= other.end.offset
            and other.when in ((), self.when)
            and (not other.gateways or (bool(self.gateways) and set(self.gateways) <= set(other.gateways)))
        )


class Tried(NamedTuple):
    """One example that a template was tried with: the place where it stands, the message as it would be sent, and what
    it costs; None where that is not known."""

    place: Place
    text: str | None
    cost: Count | None


class TemplateReport(NamedTuple):
    """One template as one gateway sends it. `extent` is None where it does not parse; `examples` are those of the
    configuration that are for it."""

    path: str
    facts: Facts = Facts()
    extent: Extent | None = None
    key: str | None = None
    line: int = 1
    examples: tuple[Tried, ...] = ()
    causes: tuple[str, ...] | None = None

    def why(self) -> tuple[str, ...]:
        """What makes the worst message UCS-2: `ê` in the text."""
        if self.causes is not None:
            return self.causes
        from smslint.extents.blame import causes

        worst = None if self.extent is None else self.extent.worst
        return () if worst is None else tuple(map(str, causes(worst, self.facts.gateway.coding)))


class Failure(NamedTuple):
    """What prevented linting (exit code 2): a file that cannot be read, a configuration with mistakes."""

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    source: str = ""


class Report(NamedTuple):
    """All that a run found; `failing`: findings at or above the threshold of their configuration; `notes`: what else is
    to be said, and prevents nothing."""

    files: int = 0
    templates: tuple[TemplateReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    failing: int = 0
    notes: tuple[Failure, ...] = ()

    def count(self, severity: str) -> int:
        return sum(finding.severity == severity and not finding.baseline for finding in self.findings)


def merged(reports: Iterable[Report]) -> Report:
    """One report of many."""
    found = list(reports)
    return Report(
        files=sum(report.files for report in found),
        templates=tuple(t for report in found for t in report.templates),
        findings=tuple(f for report in found for f in report.findings),
        failures=tuple(dict.fromkeys(f for report in found for f in report.failures)),
        failing=sum(report.failing for report in found),
        notes=tuple(dict.fromkeys(n for report in found for n in report.notes)),
    )
