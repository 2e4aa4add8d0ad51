"""The examples of what countries and gateways state, run: no rule may report `ok`; `bad` names the one that must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smslint.commands.explain import written
from smslint.commands.ruletests import Result, short
from smslint.configuration.config import Config
from smslint.configuration.declarations import variables_of
from smslint.configuration.facts import Layer, Setting, layer
from smslint.linting.engine import PacksFor, Place, lint_bytes
from smslint.linting.findings import Report
from smslint.packs import gateways
from smslint.packs.limits import Limit
from smslint.packs.packs import country
from smslint.reading.schema import MistakesFound, Reader
from smslint.reading.yamltree import Node
from smslint.tree.variables import Variable

KEYS = ("ok", "bad", "rule", "facts", "variables")


class Case(NamedTuple):
    """One example of a limit: a template, the facts and variables it is linted with, and the rule that must report it
    (None: it is right)."""

    template: str
    rule: str | None
    line: int
    facts: Layer
    variables: dict[str, Variable]
    given: str = ""  # the facts and variables as they are written


def cases(limit: Limit) -> list[Case]:
    """The examples of a limit. Raises MistakesFound."""
    reader = Reader(limit.where.rpartition(":")[0], "")
    found = [_case(reader, item) for item in (reader.items(limit.examples) if limit.examples is not None else ())]
    if reader.mistakes:
        raise MistakesFound(reader.mistakes)
    return [case for case in found if case is not None]


def _case(reader: Reader, node: Node) -> Case | None:
    given = {key.text: value for key, value in reader.entries(node, "an example of a limit", KEYS)}
    kinds = [kind for kind in ("ok", "bad") if kind in given]
    if len(kinds) != 1 or ("rule" in given) is not (kinds == ["bad"]):
        reader.mistake(node, "an example is `ok`, or `bad` with the `rule` that reports it")
        return None
    stated = reader.mapping(given["facts"], "`facts`") if "facts" in given else None
    return Case(
        template=reader.string(given[kinds[0]], f"`{kinds[0]}`"),
        rule=reader.string(given["rule"], "`rule`") if "rule" in given else None,
        line=reader.line(node),
        facts=layer(reader, stated, "`facts`") if stated is not None else {},
        variables=variables_of(reader, given["variables"]) if "variables" in given else {},
        given=", ".join(written(given[key]) for key in ("facts", "variables") if key in given),
    )


def run(packs_for: PacksFor, names: frozenset[str]) -> tuple[int, list[Result]]:
    """How many examples of the countries of the packs `names` were run, and those that failed."""
    stated = packs_for(()).limits
    known = {code: country(code) for code in stated}
    tested = [code for code, name in known.items() if name is None or name in names]
    return run_limits((limit for code in tested for limit in stated[code].items()), "country", packs_for)


def run_limits(limits: Iterable[tuple[str, Limit]], fact: str, packs_for: PacksFor) -> tuple[int, list[Result]]:
    """How many examples the limits have, and those that failed; each is linted with its owner as `fact`."""
    number = 0
    failed: list[Result] = []
    for name, limit in limits:
        for case in cases(limit):
            number += 1
            place = f"{limit.where.rpartition(':')[0]}:{case.line}"
            report = lint(case, limit, fact, packs_for)
            failed += [Result(f"{limit.owner} {name}", place, problem) for problem in _problems(case, report)]
    return number, failed


def lint(case: Case, limit: Limit, fact: str, packs_for: PacksFor) -> Report:
    """The report of an example: a marketing message of Acme, unless it says something else."""
    owner = (limit.owner,) if fact == "country" else (gateways.profile(limit.owner),)
    defaults = {"category": Setting("marketing"), "brand": Setting(("Acme",)), fact: Setting(owner)}
    config = Config(defaults={**defaults, **case.facts}, variables=case.variables)
    data = case.template.encode("utf-8", "surrogatepass")
    return lint_bytes(data, Place("example", "example", config, packs_for))


def _problems(case: Case, report: Report) -> Iterator[str]:
    found = {finding.rule: finding.message for finding in report.findings}
    if report.failures:
        yield report.failures[0].message
    elif case.rule is None:
        yield from (f"noisy: `{short(case.template)}` is reported by {r}: {m}" for r, m in found.items())
    elif case.rule not in found:
        yield f"missing: `{short(case.template)}` is not reported by {case.rule}"
