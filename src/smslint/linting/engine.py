"""Lints one text: the flow of smslint in one place. Read this first.

    text ─► sources ─► dialect ─► message tree ─┬─► extent
                                                ├─► paths
        packs ─► rules ─► checks ◄──────────────┘
                            └─► findings

Nothing here opens a file, prints or exits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from smslint.checks import Hit, Subject, check
from smslint.checks.asked import docket
from smslint.configuration import sources
from smslint.configuration.config import Config
from smslint.configuration.facts import Facts, Setting
from smslint.configuration.sources import FILE_SIZE_MAX, Template
from smslint.configuration.stated import Stated, stated
from smslint.dialects import DIALECTS
from smslint.extents.path import Reason
from smslint.linting.findings import Failure, Finding, Report, TemplateReport
from smslint.matching.patterns import NotSearched
from smslint.packs.packs import Packs, unknown_country
from smslint.packs.rules import Rule
from smslint.reading.positions import Lines, Position
from smslint.tree.conditions import Not, source
from smslint.tree.lowering import ALONE, Around, Lowered
from smslint.tree.message import Span, Text

if TYPE_CHECKING:
    from smslint.checks.translation import Translation
    from smslint.linting.trying import Trial

BLOCKING = ("template-syntax", "file-too-large", "not-utf-8")  # no other rule can be asked of such a file
_OF_PARTS = ("problem", "substitute")  # what is asked of libraries and layouts too, which are no messages
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


PacksFor = Callable[[tuple[str, ...]], Packs]
Translations: TypeAlias = "Callable[[], Sequence[Translation]]"  # the same message in other languages


class Place(NamedTuple):
    """Where a template stands, and what is around it: `path` is shown, `relative` (from the configuration's folder) is
    matched with the globs of `config`; `packs_for` gives the packs for the countries and languages of a template,
    `translations` the same message in other languages, `around` what it brings in."""

    path: str
    relative: str
    config: Config
    packs_for: PacksFor
    translations: Translations = tuple
    around: Around = ALONE


def lint_bytes(data: bytes, place: Place) -> Report:
    """The report of the file at `place` with the content `data`. What cannot be decoded or is too large is a finding.
    Raises nothing."""

    def severity(kind: str) -> str:
        set_by, rule = place.config.severities(place.relative).get(kind), place.packs_for(()).rule(kind)
        return str(set_by.value) if set_by else rule.severity if rule else "error"

    if len(data) > FILE_SIZE_MAX:
        words = f"the file has {len(data):,} bytes; more than {FILE_SIZE_MAX:,} is no message, so it was not read"
        return _unreadable("file-too-large", words, place.path, Position(1, 1, 0), severity)
    try:
        text = data.decode("utf-8")
        start = None if b"\0" not in data else _unmarked(data)
    except UnicodeDecodeError as error:
        start = error.start
    if start is None:
        return lint_text(text, place)
    from smslint.linting.encoding import cause

    before = data[:start].decode("utf-8")
    return _unreadable(
        "not-utf-8", cause(data, start, "the file"), place.path, Lines(before).position(len(before)), severity
    )


def _unmarked(data: bytes) -> int | None:
    """Where the first NUL of UTF-16 without a byte order mark stands; None in any other text."""
    from smslint.linting.encoding import mostly_nul

    return data.index(0) if mostly_nul(data) else None


def lint_text(text: str, place: Place) -> Report:
    """The report of one file's text, which stands at `place`."""
    path, config, packs_for, around = place.path, place.config, place.packs_for, place.around
    template = sources.template(text)
    lines = Lines(text)
    lowered = DIALECTS["jinja"].lower(template.text, config.variable, config.jinja, config.filters, around)
    said = stated(template, lowered, lines, path, packs_for(()))
    facts = config.facts(place.relative, said.layers)
    lowered = in_language(lowered, template, config, facts.language, around)
    unknown = next((one for one in config.each(facts) if _unknown_part(one) is not None), None)
    if unknown is not None:
        file, _, line = facts.where["gateway"].rpartition(":")
        if file != path:
            at = config.gateway_place(unknown.gateway.name, int(line))
            place_of_it = (int(line),) if at is None else (at.line, at.column, at.source)
            return Report(files=1, failures=(Failure(file, unknown_words(unknown), *place_of_it),))
        offset = _stated_at("gateway", unknown.gateway.name, facts, path, lines)
        said = said._replace(wrong=(*said.wrong, (unknown_words(unknown), offset)))
        known = (one._replace(prefix=one.prefix or "", suffix=one.suffix or "") for one in facts.gateways)
        facts = facts._replace(gateways=tuple(known))
    packs = packs_for(facts.speaking)
    nowhere = [(words, code) for code in facts.countries if (words := unknown_country(code, packs)) is not None]
    placed = ((words, _stated_at("country", code, facts, path, lines)) for words, code in nowhere)
    said = said._replace(wrong=(*said.wrong, *placed))
    severities = config.severities(place.relative)
    lintings = [_Linting(place, template, lines, packs, one, said, severities) for one in config.each(facts)]
    findings = _together([list(linting.findings(lowered)) for linting in lintings], facts)
    templates = tuple(linting.template(lowered) for linting in lintings)
    notes = tuple(Failure(path, words, *lines.position(offset)[:2]) for words, offset in said.notes)
    return Report(1, templates, tuple(sorted(findings, key=lambda f: (f.start.offset, f.rule))), notes=notes)


def _stated_at(fact: str, value: str, facts: Facts, path: str, lines: Lines) -> int:
    """The offset at which the template states this value of a fact itself; 0 where it does not."""
    file, _, line = facts.where[fact].rpartition(":")
    start = lines.start(int(line)) if file == path else 0
    names = re.compile(rf"(?i)(?<!\w){re.escape(value)}(?!\w)") if file == path else None
    found = None if names is None else names.search(lines.text, start)
    return start if found is None else found.start()


def in_language(lowered: Lowered, template: Template, config: Config, language: str | None, around: Around) -> Lowered:
    """`lowered`, or the template lowered anew with the translations of its language, if there are any."""
    translating = spoken(lowered, language, around)
    if translating is around:
        return lowered
    return DIALECTS["jinja"].lower(template.text, config.variable, config.jinja, config.filters, translating)


def spoken(lowered: Lowered, language: str | None, around: Around) -> Around:
    """`around` with the translations of the language, if the template has any to translate."""
    catalogue = around.catalogues(language) if lowered.translates and language else None
    return around if catalogue is None else around._replace(catalogue=catalogue)


def as_filled(lowered: Lowered, facts: Facts, config: Config) -> Lowered:
    """`lowered` with the placeholders that its gateway fills in as variables."""
    limit = facts.gateway.limits.get("placeholders")
    if limit is None:
        return lowered
    from smslint.checks.placeholders import filled

    return filled(lowered, limit.value, config.variable)


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
            one = names[0] if len(names) == 1 else None
            yield finding._replace(message=words, gateway=one, gateways=tuple(names))


def _unreadable(rule: str, words: str, path: str, place: Position, severity: Callable[[str], str]) -> Report:
    finding = Finding(rule, severity(rule), words, path, place, place)
    return Report(1, (TemplateReport(path),), () if finding.severity == "off" else (finding,))


def _unknown_part(facts: Facts) -> str | None:
    """Which text the gateway adds to this message and nobody but its customer knows."""
    if facts.gateway.prefix is None:
        return "prefix"
    return "suffix" if facts.appends and facts.gateway.suffix is None else None


def unknown_words(facts: Facts) -> str:
    """What to write for a gateway that adds a text which smslint does not know."""
    name, part = facts.gateway.name, _unknown_part(facts)
    says = facts.gateway.notes.get(part or "", "").partition(";")[0]
    if part == "prefix":
        what, example = "puts a text of yours in front of each message", 'prefix: "Acme: "'
        which = 'what your messages begin with, or "" for nothing'
    else:
        what = f"appends an opt-out to {facts.category} messages, and its text is not published"
        example, which = 'suffix: " STOP au 36xxx"', "the text that your messages end in"
    return f"`{name}` {what}: write `gateway: {{profile: {name}, {example}}}` with {which}. {says}"


class _Linting:
    """One template being linted: what is the same for each of its findings."""

    def __init__(
        self,
        place: Place,
        template: Template,
        lines: Lines,
        packs: Packs,
        facts: Facts,
        said: Stated,
        severities: Mapping[str, Setting],
    ) -> None:
        self.place = place
        self.path = place.path
        self.config = place.config
        self.source = template
        self.lines = lines
        self.packs = packs
        self.facts = facts
        self.said = said
        self.severities = severities
        self.subject: Subject | None = None
        self.trial: Trial | None = None

    def template(self, lowered: Lowered) -> TemplateReport:
        """The record of the template: its facts and its extent."""
        return TemplateReport(
            path=self.path,
            facts=self.facts,
            extent=None if lowered.message is None or self.subject is None else self.subject.extent,
            examples=tuple(self.trial.counts(self.facts)) if self.trial is not None else (),
        )

    def findings(self, lowered: Lowered) -> Iterator[Finding]:
        """All findings. A template that does not parse has only the one that says so."""
        blocking = [problem for problem in lowered.problems if problem.kind in BLOCKING]
        if blocking:
            yield from self._told(blocking[0].kind, blocking[0].message, blocking[0].span)
            return
        self.subject = Subject(self.source.text, self.facts, as_filled(lowered, self.facts, self.config), self.packs)
        self.subject.translations = self.place.translations
        found = [*self._wrong(), *self._asked(self.subject), *self._leaks(lowered), *self._tried(lowered)]
        found += self._misspelt(lowered)
        silenced = {suppression.rule for suppression in self.said.suppressions}
        # What a loop writes several times is told once.
        yield from dict.fromkeys(finding for finding in found if finding.rule not in silenced)
        yield from self._unused({finding.rule for finding in found})

    def _asked(self, subject: Subject) -> Iterator[Finding]:
        for rule in docket(subject).standing(subject):
            whole = not subject.lowered.part or rule.check in _OF_PARTS
            if whole and self._severity(rule) != "off":
                try:
                    hits = tuple(check(rule.check)(rule, subject))
                except NotSearched as why:
                    subject.unsearched.setdefault(str(why), []).append(rule.id)
                    continue
                yield from (self._finding(rule, hit) for hit in hits)

    def _wrong(self) -> Iterator[Finding]:
        for message, place in self.said.wrong:
            yield from self._told("wrong-facts", message, place)
        for suppression in self.said.suppressions if self.config.require_reason else ():
            if not suppression.reason:
                words = f"ignore[{suppression.rule}] gives no reason, and `require_reason` is on: say why"
                yield from self._told("wrong-facts", words, suppression.span or suppression.offset)

    def _tried(self, lowered: Lowered) -> Iterator[Finding]:
        """The values of the configuration's examples that break their declaration, each where it stands."""
        if not self.config.examples:
            return
        from smslint.linting.trying import Trial

        around = spoken(lowered, self.facts.language, self.place.around)
        self.trial = Trial(self.source.text, self.path, self.place.relative, lowered, self.config, around)
        rule = self.packs.rule("example-outside-domain")
        if rule is not None and self._severity(rule) != "off":
            for place, words in self.trial.wrong():
                at = Position(*place[1:])
                yield Finding(rule.id, self._severity(rule), words, place.path, at, at)

    def _misspelt(self, lowered: Lowered) -> Iterator[Finding]:
        """Variables that are probably meant to be ones that the configuration declares."""
        if self.config.variables:
            from smslint.linting.misspelt import misspelt

            for span, words in misspelt(self.source.text, lowered, self.config.names):
                yield from self._told("variable-misspelt", words, span)

    def _unused(self, found: set[str]) -> Iterator[Finding]:
        for suppression in self.said.suppressions:
            rule = self.packs.rule(suppression.rule)
            if suppression.rule not in found and rule is not None and self._severity(rule) != "off":
                words = f"`{suppression.rule}` reports nothing here: take the suppression out"
                yield from self._told("unused-suppression", words, suppression.span or suppression.offset)

    def _leaks(self, lowered: Lowered) -> Iterator[Finding]:
        """Comments for smslint that leave their line end in the message."""
        starts = {node.span.start for node in lowered.message or () if isinstance(node, Text) and node.text[:1] == "\n"}
        for comment in self.said.comments:
            line_end = self.source.text.find("\n", comment.span.end)
            before = self.source.text[: comment.span.start].rpartition("\n")[2].strip(" \t{#%*<!-")
            behind = self.source.text[comment.span.end : line_end].strip(" \t}#%*>+-")
            if not before and not behind and line_end in starts:
                words = "this comment leaves an empty line in the message: write {#- … -#}"
                yield from self._told("suppression-leaks-newline", words, comment.span)

    def _told(self, kind: str, message: str, place: int | Span) -> Iterator[Finding]:
        """What smslint itself has to say, under the rule `kind`; `place` as an offset of the file, or a span. That a
        template cannot be read is said whatever packs are extended."""
        rule = self.packs.rule(kind)
        if rule is None and kind in BLOCKING:
            rule = Rule(kind, "", "", "error", "problem", {}, "{problem}")
        if rule is None or self._severity(rule) == "off":
            return
        if isinstance(place, Span):
            yield self._finding(rule, Hit(place, {"problem": message}))
        else:
            start, end = self.lines.position(place), self.lines.position(place + 1)
            yield Finding(rule.id, self._severity(rule), message, self.path, start, end)

    def _severity(self, rule: Rule) -> str:
        return self.severities[rule.id].value if rule.id in self.severities else rule.severity

    def _brought(self, span: Span) -> str:
        """In which other files what a finding at `span` speaks of stands."""
        brought = () if self.subject is None else self.subject.lowered.brought
        files = [f"`{file}`" for tag, file in brought if tag.start == span.start < span.end <= tag.end]
        return f" (in {' or '.join(files)})" if files else ""

    def _opt_out(self, path: str) -> str:
        """What to add to a message without an opt-out on `path`; empty: on any."""
        exact = [] if self.subject is None else self.subject.limits("opt_out_text")
        if exact:
            return f"`{exact[0].value}` here, the exact words that {exact[0].owner} asks for"
        written = () if path or self.subject is None else self.subject.literals
        bare = "; a bare STOP says neither where to send it nor why" if any(map(_says_stop, written)) else ""
        ways = [f"STOP {self.facts.code}" if self.facts.code else "STOP and the number to send it to"]
        if self.facts.sender_kind != "alphanumeric":  # a name cannot be answered
            ways.append("Reply STOP to opt out")
        if self.subject is None or all(one.value != "not-enough" for one in self.subject.limits("opt_out_link")):
            ways.append("a link to unsubscribe")
        return f"one here ({', '.join(ways)}{bare}), {self.facts.append}"

    def _finding(self, rule: Rule, hit: Hit) -> Finding:
        words = {"path": "", "category": self.facts.category or "undeclared", "append": self.facts.append}
        if "{opt_out}" in rule.message:
            words["opt_out"] = self._opt_out(hit.words.get("path", ""))
        words |= hit.words
        message = _PLACEHOLDER.sub(lambda match: words.get(match[1], match[0]), rule.message) + self._brought(hit.span)
        start = self.lines.position(self.source.offset(hit.span.start))
        end = start
        if hit.span.end > hit.span.start:
            end = self.lines.position(self.source.offset(hit.span.end - 1) + 1)
        when = tuple(map(in_source, hit.when))
        severity, yields_to = self._severity(rule), rule.yields_to
        return Finding(
            rule.id, severity, message, self.path, start, end, when, measure=hit.measure, yields_to=yields_to
        )


def _says_stop(text: Text) -> bool:
    return re.search(r"\bSTOP\b", text.text) is not None


def in_source(reason: Reason) -> str:
    """A condition of a path as the template would say it: `vip`, `not vip`."""
    condition, value = reason
    return source(condition if value else Not(condition))
