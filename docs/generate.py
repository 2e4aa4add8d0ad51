"""Writes the pages on rules, countries and gateways from the YAML in rules/: `make docs`. They are not edited by hand.

The pages stand in docs/rules, docs/countries and docs/gateways; `make test` checks that they are current.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from smslint.commands import limittests
from smslint.commands.explain import written
from smslint.packs import gateways, loading
from smslint.packs.limits import Limit
from smslint.packs.packs import Packs, shipped
from smslint.packs.packs import country as pack_of
from smslint.packs.rules import Example, Rule
from smslint.packs.sourcelist import Sources, read_sources

DOCS = Path(__file__).parent
FOLDERS = ("rules", "countries", "gateways")

COUNTRIES = """What a template's `country` brings in, in short. An empty field: no source was found that states it.
On each page, confidence A is a law, a regulator or the gateway's own document, B a secondary source, C public code."""


def pages() -> dict[str, str]:
    """Every generated page by its path below docs/."""
    sources = read_sources()
    everything = _everything()
    found = {"rules/index.md": _index(everything.rules, everything.summaries)}
    found |= {f"rules/{rule.id}.md": _rule(rule, sources) for rule in everything.rules}
    found["countries/index.md"] = _countries(everything)
    for country, limits in everything.limits.items():
        name, _, authorities = _summary(everything, country).partition(" – ")
        title, told = f"{name} ({country})", f"{authorities}." if authorities else ""
        found[f"countries/{country.lower()}.md"] = _limits(title, told, limits, sources)
    found["gateways/index.md"] = _gateways()
    found |= {f"gateways/{name}.md": _gateway(name, sources) for name in gateways.names()}
    return found


def packs_of_rules() -> list[tuple[str, list[str]]]:
    """The packs that hold rules, core first, and the ids of these in alphabetical order."""
    found: dict[str, list[str]] = {"core": []}
    for rule in sorted(_everything().rules, key=lambda rule: rule.id):
        found.setdefault(rule.pack, []).append(rule.id)
    return list(found.items())


@lru_cache
def _everything() -> Packs:
    return loading.load([(name, _refuse) for name in ("core", *shipped())], lambda _: None)


def _refuse(message: str) -> None:
    raise ValueError(message)


def _index(rules: tuple[Rule, ...], summaries: Mapping[str, str]) -> str:
    by_id = {rule.id: rule for rule in rules}
    parts = ["# Rules"]
    for pack, ids in packs_of_rules():
        rows = [f"| [{name}]({name}.md) | {by_id[name].severity} | {by_id[name].summary} |" for name in ids]
        table = ["| rule | severity | asks |", "| --- | --- | --- |", *rows]
        parts += [f"## {pack}", f"{summaries[pack]}.", "\n".join(table)]
    return "\n\n".join(parts) + "\n"


def _rule(rule: Rule, sources: Sources) -> str:
    parts = [f"# {rule.id}", rule.summary, f"Severity: {rule.severity}. Pack: `{rule.pack}`.", rule.why]
    if rule.when:
        parts.append("Asked where " + " and ".join(_when(*item) for item in rule.when.items()) + ".")
    parts.append("## Source\n\n" + "\n".join(f"- {sources.told(source)}" for source in rule.sources))
    for title, bad in (("Accepted", False), ("Reported", True)):
        examples = [_example(example) for example in rule.examples if example.bad is bad]
        if examples:
            parts.append(f"## {title}\n\n" + "\n\n".join(examples))
    return "\n\n".join(parts) + "\n"


def _when(fact: str, values: tuple[str, ...]) -> str:
    if fact == "asked":
        stated = (value.partition("=")[::2] for value in values)
        return " and ".join(
            f"the country or gateway states `{name}: {' or '.join(v.split('|'))}`" for name, v in stated
        )
    return f"`{fact}` is {' or '.join(f'`{value}`' for value in values)}"


def _example(example: Example) -> str:
    given = [written(node) for node in (example.facts, example.variables) if node is not None]
    said = [f"{language}: {text}" for language, text in example.translations.items()]
    told = [f"`{one}`" for one in (", ".join(given), *said) if one]
    return f"```jinja\n{example.template}\n```" + (f"\n\nwith {', '.join(told)}" if told else "")


def _summary(everything: Packs, country: str) -> str:
    return everything.summaries.get(pack_of(country) or "", "")


def _countries(everything: Packs) -> str:
    rows = [_country(_summary(everything, code), code, limits) for code, limits in everything.limits.items()]
    head = "| country | `country` | opt-out | a link as opt-out | the sender's name | marketing hours |"
    return "\n".join(["# Countries", "", COUNTRIES, "", head, "| --- " * 6 + "|", *sorted(rows)]) + "\n"


def _country(summary: str, code: str, limits: Mapping[str, Limit]) -> str:
    asked = ("opt_out", "opt_out_link", "identity", "send_window")
    cells = [_value(limits[name].value) if name in limits else "" for name in asked]
    return f"| [{summary.partition(' – ')[0]}]({code.lower()}.md) | `{code}` | {' | '.join(cells)} |"


def _limits(title: str, summary: str, limits: Mapping[str, Limit], sources: Sources) -> str:
    parts = [f"# {title}", summary, *(_limit(name, limit, sources) for name, limit in limits.items())]
    return "\n\n".join(filter(None, parts)) + "\n"


def _limit(name: str, limit: Limit, sources: Sources) -> str:
    lines = [f"## {name}", "", f"`{_value(limit.value)}` (confidence {limit.confidence})"]
    if limit.note:
        lines += ["", limit.note]
    lines += ["", *(f"- {sources.told(source)}" for source in limit.sources)]
    for case in limittests.cases(limit):
        verdict = "Accepted" if case.rule is None else f"Reported by [{case.rule}](../rules/{case.rule}.md)"
        lines += [
            "",
            f"{verdict}{f' with `{case.given}`' if case.given else ''}:",
            "",
            f"```jinja\n{case.template}\n```",
        ]
    return "\n".join(lines)


def _value(value: object) -> str:
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return ", ".join(f"{one[0]} = {one[1]!r}" if type(one) is tuple else str(one) for one in value)
    return str(getattr(value, "source", value))


def _gateways() -> str:
    rows = [f"| [{name}]({name}.md) | {gateways.profile(name).summary} |" for name in gateways.names()]
    return "\n".join(["# Gateways", "", "| profile | what |", "| --- | --- |", *rows]) + "\n"


def _gateway(name: str, sources: Sources) -> str:
    found = gateways.profile(name)
    rows = list(_settings(found))
    table = "\n".join(["| setting | value | why |", "| --- | --- | --- |", *rows])
    return _limits(name, f"{found.summary}\n\n{table}", found.limits, sources)


def _settings(found: gateways.Gateway) -> Iterator[str]:
    for key in gateways.SETTINGS:
        if key in found.notes:
            value = getattr(found, key)
            shown = "not published" if value is None else repr(value) if isinstance(value, str) else _value(value)
            note = found.notes[key].replace("|", "\\|").replace("\n", " ")
            yield f"| `{key}` | `{shown}` | {note} |"


def main() -> None:
    """Writes the pages that changed and removes those that are no more."""
    found = pages()
    for folder in FOLDERS:
        (DOCS / folder).mkdir(exist_ok=True)
        for path in (DOCS / folder).glob("*.md"):
            if f"{folder}/{path.name}" not in found:
                path.unlink()
    for name, text in found.items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
