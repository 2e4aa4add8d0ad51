"""`smslint config FILE`: every effective setting, fact and rule of a file, and the place that set it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smslint.checks import Subject
from smslint.checks.asked import unasked
from smslint.checks.sieve import moot
from smslint.configuration import sources
from smslint.configuration.config import Config
from smslint.configuration.facts import KEYS, Facts, Setting, merged
from smslint.configuration.globs import Globs
from smslint.configuration.stated import NOTHING, Stated, stated
from smslint.dialects import DIALECTS
from smslint.linting.project import Loaded, Project, shown
from smslint.packs.gateways import Gateway
from smslint.packs.packs import Packs
from smslint.reading.positions import Lines
from smslint.tree.domains import ALPHABETS
from smslint.tree.lowering import Lowered
from smslint.tree.variables import Variable

_SETTINGS = (
    *("extends", "include", "exclude", "search_path", "catalogues", "same_message"),
    *("undeclared", "jinja", "fail_on", "require_reason"),
)

Row = tuple[str, str, str]  # name, value, and the place that set it


def effective(path: Path, project: Project) -> str:
    """The settings, one a line: name, value, and where it was set. Raises MistakesFound."""
    loaded = project.of_file(path)
    config, relative = loaded.config, loaded.relative(path)
    rows: list[Row] = [("file", shown(path), ""), ("configuration", config.path or "none", "")]
    rows.append(("included", "yes" if config.includes(relative) else "no", ""))
    own = _own(path, config, loaded.packs)
    settings = merged([*config.layers(relative), *own.layers])
    rows += [_row(key, settings.get(key, Setting(_default(key)))) for key in KEYS]
    rows += [_row(key, config.settings.get(key, Setting(getattr(config, key)))) for key in _SETTINGS]
    for name, declared in (("variables", config.variables), ("filters", config.filters)):
        rows += [(f"{name}.{one}", _value(v), config.settings[f"{name}.{one}"].where) for one, v in declared.items()]
    rows += _rules(loaded, relative, config.facts(relative, own.layers), own)
    width = max(len(name) for name, _, _ in rows)
    return "".join(f"{name:<{width}}  {value}{f'  ({where})' if where else ''}\n" for name, value, where in rows)


def _rules(loaded: Loaded, relative: str, facts: Facts, own: Stated) -> Iterator[Row]:
    """Each rule: its severity, what keeps it from being asked, and the place that set the severity."""
    packs = loaded.packs_for(facts.speaking)
    severities = loaded.config.severities(relative)
    silenced = {suppression.rule for suppression in own.suppressions}
    subjects = [Subject("", one, Lowered(()), packs) for one in facts.each()]
    for rule in packs.rules:
        severity = severities.get(rule.id, Setting(rule.severity, rule.severity_where))
        words = severity.value
        if words != "off":
            reasons = [unasked(rule, subject) or moot(rule, subject) for subject in subjects]
            if all(reasons):
                words += f", not asked: {'; '.join(dict.fromkeys(reasons))}"
            elif any(reasons):
                some = (s.facts.gateway.name for s, why in zip(subjects, reasons, strict=True) if not why)
                words += f", asked for {' and '.join(some)} only"
            words += ", silenced in the template" if rule.id in silenced else ""
        yield f"rules.{rule.id}", words, severity.where


def _own(path: Path, config: Config, packs: Packs) -> Stated:
    """What the template states itself, as far as it can be read."""
    try:
        content = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return NOTHING
    template = sources.template(content)
    lowered = DIALECTS["jinja"].lower(template.text, config.variable, config.jinja, config.filters)
    return stated(template, lowered, Lines(content), shown(path), packs)


def _default(key: str) -> Any:
    return {"max_segments": 1, "gateway": "none"}.get(key)


def _row(name: str, setting: Setting) -> tuple[str, str, str]:
    return name, _value(setting.value), setting.where


def _value(value: Any) -> str:
    if value is None or value == ():
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Globs):
        return ", ".join(value.patterns) or "-"
    if isinstance(value, Gateway):
        prefix, suffix = ("unknown" if added is None else repr(added) for added in (value.prefix, value.suffix))
        when = "" if value.append_when_sender == "any" else " where the sender is a name"
        return f"{value.name}, prefix {prefix}, suffix {suffix}, appended to {', '.join(value.append_to)}{when}"
    if isinstance(value, Variable):
        return _declared(value)
    if isinstance(value, tuple):
        separator = "; " if isinstance(value[0], Gateway) else ", "
        return separator.join(map(_item, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items()) or "-"
    return str(value)


def _item(item: Any) -> str:
    return _value(item) if isinstance(item, Gateway) else str(getattr(item, "pattern", item))


def _declared(variable: Variable) -> str:
    domain = variable.domain
    optional = ", optional" if variable.optional else ""
    if variable.items is not None:
        high = "any number of" if variable.items.high is None else f"{variable.items.low} to {variable.items.high}"
        return f"{high} items, each {_declared(variable.items.item)}{optional}"
    if domain.values is not None:
        return f"one of {', '.join(map(str, domain.values))}{optional}"
    if domain.length_max is None:
        return f"fields {', '.join(variable.fields)}{optional}"
    names = {alphabet: name for name, alphabet in ALPHABETS.items()}
    length = str(domain.length_max)
    if domain.length_min != domain.length_max:
        length = f"{domain.length_min} to {length}"
    return f"{length} characters of {names[domain.alphabet]}{optional}"
