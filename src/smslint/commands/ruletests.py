"""The examples in packs, run: what a rule must report (`bad`) and what it must not (`ok`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from smslint.checks.translation import Translation
from smslint.configuration.config import Config
from smslint.configuration.declarations import variables_of
from smslint.configuration.examples import examples
from smslint.configuration.facts import Layer, Setting, layer
from smslint.linting.engine import PacksFor, Place, lint_bytes
from smslint.linting.findings import Finding, Report
from smslint.linting.siblings import compared
from smslint.packs.rules import Example, Rule
from smslint.reading.schema import MistakesFound, Reader
from smslint.tree.lowering import Around, Catalogue, File

_STAND_INS: dict[str, dict[str, Any]] = {
    "sender": {
        "alphanumeric": "ACME",
        "numeric": "36180",
        "short-code": "36180",
        "number": "+33755512345",
        "none": None,
    },
    "brand": {"declared": ("ACME",), "undeclared": ()},
    "first_message": {"true": True, "false": False},
}


class Result(NamedTuple):
    """One failed example: which, where it stands, and what was wrong (missing, noisy, or elsewhere)."""

    rule: str
    where: str
    problem: str


def run(packs_for: PacksFor, names: frozenset[str]) -> tuple[int, list[Result]]:
    """How many examples of the packs `names` were run, and those that failed; each with the packs of its countries."""
    number = 0
    failed: list[Result] = []
    for rule in packs_for(()).rules:
        if rule.pack not in names:
            continue
        if not any(example.bad for example in rule.examples):
            failed.append(Result(rule.id, rule.where, "has no bad example: nothing shows that it ever fires"))
        for example in rule.examples:
            number += 1
            failed += [
                Result(rule.id, _where(rule, example), problem) for problem in _problems(rule, example, packs_for)
            ]
    return number, failed


def _where(rule: Rule, example: Example) -> str:
    return f"{example.file or rule.where.rpartition(':')[0]}:{example.line}"


def _problems(rule: Rule, example: Example, packs_for: PacksFor) -> Iterator[str]:
    report = lint(rule, example, packs_for)
    found = [finding for finding in report.findings if finding.rule == rule.id]
    if report.failures:
        yield report.failures[0].message
    elif example.bad and not found:
        yield f"missing: `{short(example.template)}` is not reported"
    elif not example.bad and found:
        yield f"noisy: `{short(example.template)}` is reported: {found[0].message}"
    elif example.bad:
        yield from _elsewhere(example, found)


def _elsewhere(example: Example, found: list[Finding]) -> Iterator[str]:
    places = [f"{finding.start.line}:{finding.start.column}" for finding in found]
    if example.at is not None and example.at not in places:
        yield f"reported at {', '.join(places)}, not at {example.at}"
    if example.path is not None and not any(f"when {example.path}" in finding.message for finding in found):
        yield f"reported, but not for the path where {example.path}: {found[0].message}"


def configured(rule: Rule, example: Example) -> Config:
    """What an example is linted with: the facts that the rule's `when` asks, and what the example states. Raises
    MistakesFound."""
    reader = Reader(rule.where.rpartition(":")[0], "")
    given = None if example.facts is None else reader.mapping(example.facts, "`facts`")
    stated = layer(reader, given, "`facts`")
    variables = variables_of(reader, example.variables) if example.variables is not None else {}
    severity = {rule.id: Setting("warning")} if rule.severity == "off" else {}
    given_values = () if example.contexts is None else examples(reader, example.contexts)
    tried = tuple(replace(one, files=None) for one in given_values)
    if example.contexts is not None and any(one.data is not None for one in tried):
        reader.mistake(example.contexts, "`contexts` of an example are values, not a file")
    if reader.mistakes:
        raise MistakesFound(reader.mistakes)
    return Config(defaults={**_asked(rule), **stated}, variables=variables, rules=severity, examples=tried)


def lint(rule: Rule, example: Example, packs_for: PacksFor) -> Report:
    """The report of an example. Raises MistakesFound where its facts or variables are wrong."""
    config = configured(rule, example)
    data = example.template.encode(example.encoding, "surrogatepass")
    others = partial(_translations, example, config, packs_for)
    around = Around(partial(_file, example), _catalogue)
    return lint_bytes(data, Place("example", "example", config, packs_for, others, around))


def _catalogue(language: str) -> Catalogue:
    """The only translation there is."""
    return Catalogue("example.po", {(None, "Hello", False): ("Bonjour",)}, lambda n: int(n != 1))


def _file(example: Example, name: str) -> File | str:
    """The only file there is: the example itself."""
    return File("example", example.template) if name == "example" else f"there is no `{name}`: only `example` itself"


def _translations(example: Example, config: Config, packs_for: PacksFor) -> list[Translation]:
    found: list[Translation] = []
    for language, text in example.translations.items():
        spoken = config._replace(defaults={**config.defaults, "language": Setting(language)})
        found += compared(text, language, language, language, spoken, packs_for)
    return found


def _asked(rule: Rule) -> Layer:
    found: Layer = {}
    for fact, wanted in rule.when.items():
        if not wanted:
            continue
        if fact in _STAND_INS:
            found[fact] = Setting(_STAND_INS[fact][wanted[0]])
        elif fact == "country":
            found[fact] = Setting((wanted[0],))
        elif fact in ("category", "language"):
            found[fact] = Setting(wanted[0])
    return found


def short(text: str) -> str:
    """`text` on one line, of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
