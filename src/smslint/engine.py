"""Lints one text: the flow of smslint in one place. Read this first.

    text ─► sources ─► dialect ─► message tree ─┬─► extent
                                                ├─► paths
        packs ─► rules ─► checks ◄──────────────┘
                            └─► findings

Nothing here opens a file, prints or exits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from smslint import pragmas, sources
from smslint.checks import CHECKS, Hit, Subject
from smslint.conditions import Not, source
from smslint.config import Config
from smslint.dialects import DIALECTS
from smslint.facts import Facts, Layer, layer
from smslint.findings import Failure, Finding, Report, TemplateReport
from smslint.limits import DEFAULTS
from smslint.lowering import Lowered, Problem
from smslint.message import Span
from smslint.packs import Packs
from smslint.paths import Reason
from smslint.positions import Lines, Position
from smslint.rules import Rule
from smslint.schema import Reader
from smslint.sources import FILE_SIZE_MAX, Template

_BLOCKING = ("template-syntax", "file-too-large", "not-utf-8")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


PacksFor = Callable[[tuple[str, ...]], Packs]


def lint_bytes(data: bytes, path: str, relative: str, config: Config, packs_for: PacksFor) -> Report:
    """The report of the file `path` with the content `data`; `relative` is its path from the configuration's folder.

    What cannot be decoded or is too large is a finding. Raises nothing.
    """
    if len(data) > FILE_SIZE_MAX:
        words = f"the file has {len(data):,} bytes; more than {FILE_SIZE_MAX:,} is no message, so it was not read"
        return _unreadable("file-too-large", words, path, Position(1, 1, 0), config)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        words = f"byte 0x{data[error.start]:02X} is not UTF-8: save the file as UTF-8"
        return _unreadable("not-utf-8", words, path, Lines(before).position(len(before)), config)
    return lint_text(text, path, relative, config, packs_for)


def lint_text(text: str, path: str, relative: str, config: Config, packs_for: PacksFor) -> Report:
    """The report of one file's text. `path` is shown; `relative` is matched with the configuration's globs;
    `packs_for` gives the packs for the countries of a template."""
    template = sources.template(text)
    lines = Lines(text)
    lowered = DIALECTS["jinja"].lower(template.text, config.variable, config.jinja)
    front, mistakes = front_matter(template, path)
    line_of = {c.span.start: lines.position(template.offset(c.span.start)).line for c in lowered.comments}
    known = tuple(rule.id for rule in packs_for(()).rules)
    said = pragmas.read(lowered.comments, path, line_of, known)
    facts = config.facts(relative, (front, *said.facts))
    wrong: list[tuple[str, int | Span]] = [*mistakes, *said.mistakes]
    unknown = next((one for one in facts.each() if one.appends and one.gateway.suffix is None), None)
    if unknown is not None:
        where = facts.where["gateway"]
        if not where.startswith(f"{path}:"):
            file, _, line = where.rpartition(":")
            return Report(files=1, failures=(Failure(file, unknown_suffix(unknown), int(line)),))
        wrong.append((unknown_suffix(unknown), 0))
        stated = (replace(one, suffix="") if one.suffix is None else one for one in facts.gateways)
        facts = replace(facts, gateways=tuple(stated))
    packs = packs_for(facts.countries)
    lintings = [_Linting(path, template, lines, config, packs, one, said.ignored) for one in facts.each()]
    findings = _together([list(linting.findings(lowered, wrong)) for linting in lintings], facts)
    templates = tuple(linting.template(lowered) for linting in lintings)
    return Report(1, templates, tuple(sorted(findings, key=lambda f: (f.start.offset, f.rule))))


def _together(by_gateway: list[list[Finding]], facts: Facts) -> Iterator[Finding]:
    """The findings of a template for all its gateways; one that holds for some of them names those."""
    if len(by_gateway) == 1:
        yield from by_gateway[0]
        return
    holding: dict[Finding, list[str]] = {}
    for gateway, findings in zip(facts.gateways, by_gateway, strict=True):
        for finding in findings:
            holding.setdefault(finding, []).append(gateway.name)
    for finding, names in holding.items():
        if len(names) == len(by_gateway):
            yield finding
        else:
            words = f"on {' and '.join(names)}: {finding.message}"
            yield replace(finding, message=words, gateway=names[0] if len(names) == 1 else None)


def _unreadable(rule: str, words: str, path: str, place: Position, config: Config) -> Report:
    severity = config.rules.get(rule, "error")
    finding = Finding(rule, severity, words, path, place, place)
    return Report(1, (TemplateReport(path),), () if severity == "off" else (finding,))


def front_matter(template: Template, path: str) -> tuple[Layer, list[tuple[str, int]]]:
    """The facts of the front matter, and what is wrong in it, each with its offset in the file."""
    if template.front_matter is None:
        return {}, []
    reader = Reader(path, template.front_matter, line_offset=1)
    found = layer(reader, reader.root(), "the front matter")
    mistakes = [(m.message, template.front_matter_start + m.offset) for m in reader.mistakes]
    return found, mistakes


def unknown_suffix(facts: Facts) -> str:
    """What to write for a gateway that appends a text which smslint does not know."""
    name = facts.gateway.name
    return (
        f"`{name}` appends an opt-out to {facts.category} messages, and its text is not published: write "
        f'`gateway: {{profile: {name}, suffix: " STOP au 36xxx"}}` with the text that your messages end in'
    )


class _Linting:
    """One template being linted: what is the same for each of its findings."""

    def __init__(
        self,
        path: str,
        template: Template,
        lines: Lines,
        config: Config,
        packs: Packs,
        facts: Facts,
        ignored: frozenset[str],
    ) -> None:
        self.path = path
        self.source = template
        self.lines = lines
        self.config = config
        self.packs = packs
        self.facts = facts
        self.ignored = ignored
        self.subject: Subject | None = None

    def template(self, lowered: Lowered) -> TemplateReport:
        """The record of the template: its facts and its extent."""
        return TemplateReport(
            path=self.path,
            facts=self.facts,
            extent=None if lowered.message is None or self.subject is None else self.subject.extent,
        )

    def findings(self, lowered: Lowered, wrong: list[tuple[str, int | Span]]) -> Iterator[Finding]:
        """All findings. A template that does not parse has only the one that says so."""
        blocking = [problem for problem in lowered.problems if problem.kind in _BLOCKING]
        if blocking:
            yield from self._blocked(blocking[0])
            return
        self.subject = Subject(self.source.text, self.facts, lowered, self.packs)
        yield from self._wrong(wrong)
        # Problems last: what was left undecided is known when the other checks have run.
        for rule in sorted(self.packs.rules, key=lambda rule: rule.check == "problem"):
            if self._severity(rule) is not None and _applies(rule, self.facts, self.subject):
                for hit in CHECKS[rule.check](rule, self.subject):
                    yield self._finding(rule, hit)

    def _blocked(self, problem: Problem) -> Iterator[Finding]:
        rule = self.packs.rule(problem.kind)
        if rule is not None and self._severity(rule) is not None:
            yield self._finding(rule, Hit(problem.span, {"problem": problem.message}))

    def _wrong(self, wrong: list[tuple[str, int | Span]]) -> Iterator[Finding]:
        rule = self.packs.rule("wrong-facts")
        for message, place in wrong if rule is not None and self._severity(rule) is not None else ():
            assert rule is not None
            if isinstance(place, Span):
                yield self._finding(rule, Hit(place, {"problem": message}))
            else:
                start = self.lines.position(place)
                end = self.lines.position(place + 1)
                yield Finding(rule.id, self._severity(rule) or "error", message, self.path, start, end)

    def _severity(self, rule: Rule) -> str | None:
        severity = self.config.rules.get(rule.id, rule.severity)
        return None if severity == "off" or rule.id in self.ignored else severity

    def _finding(self, rule: Rule, hit: Hit) -> Finding:
        words = {"path": "", **hit.words}
        message = _PLACEHOLDER.sub(lambda match: words.get(match[1], match[0]), rule.message)
        start = self.lines.position(self.source.offset(hit.span.start))
        end = start
        if hit.span.end > hit.span.start:
            end = self.lines.position(self.source.offset(hit.span.end - 1) + 1)
        severity = self._severity(rule) or rule.severity
        return Finding(rule.id, severity, message, self.path, start, end, when=tuple(map(in_source, hit.when)))


def in_source(reason: Reason) -> str:
    """A condition of a path as the template would say it: `vip`, `not vip`."""
    condition, value = reason
    return source(condition if value else Not(condition))


def _applies(rule: Rule, facts: Facts, subject: Subject) -> bool:
    """Whether the rule is asked of a template with these facts; a fact that is not known asks nothing."""
    for key, wanted in rule.when.items():
        if key == "asked":
            if not all(_asked(one, subject) for one in wanted):
                return False
        elif not any(value in _values(key, facts, subject) for value in wanted):
            return False
    return True


def _asked(wanted: str, subject: Subject) -> bool:
    """Whether a country or gateway of the template states the limit so (`opt_out=required`), or it is the default."""
    name, _, values = wanted.partition("=")
    stated = [limit.value for limit in subject.limits(name)] or [DEFAULTS.get(name)]
    return any(value in values.split("|") for value in stated)


def _values(key: str, facts: Facts, subject: Subject) -> tuple[str | None, ...]:
    if key == "category":
        return (facts.category,)
    if key == "country":
        return facts.countries
    if key == "language":
        return (facts.language, (facts.language or "").split("-")[0])
    if key == "sender":
        kind = facts.sender_kind
        return (kind, "numeric") if kind in ("short-code", "number") else (kind,)
    if key == "gateway":
        return (facts.gateway.name,)
    if key == "first_message":
        return (str(facts.first_message).lower(),)
    if key == "brand":
        return ("declared" if facts.brands or facts.brand_variables else "undeclared",)
    return tuple(subject.suffix_says)
