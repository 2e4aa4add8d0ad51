"""`smslint config FILE`: every effective setting and fact of a file, and the place that set it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smslint import sources
from smslint.config import Config, Globs
from smslint.dialects import DIALECTS
from smslint.domains import ALPHABETS
from smslint.facts import KEYS, Layer, Setting
from smslint.gateways import Gateway
from smslint.positions import Lines
from smslint.project import Project, shown
from smslint.stated import stated
from smslint.variables import Variable

_SETTINGS = (
    *("extends", "include", "exclude", "search_path", "catalogues", "same_message"),
    *("undeclared", "jinja", "fail_on"),
)


def effective(path: Path, project: Project) -> str:
    """The settings, one a line: name, value, and where it was set. Raises MistakesFound."""
    loaded = project.of(path.absolute().parent)
    config, relative = loaded.config, loaded.relative(path)
    rows = [("file", shown(path), ""), ("configuration", config.path or "none", "")]
    rows.append(("included", "yes" if config.includes(relative) else "no", ""))
    layers = [*config.layers(relative), *_own(path, config, loaded.packs)]
    merged: Layer = {}
    for one in layers:
        merged.update(one)
    rows += [_row(key, merged.get(key, Setting(_default(key)))) for key in KEYS]
    rows += [_row(key, config.settings.get(key, Setting(getattr(config, key)))) for key in _SETTINGS]
    declared = {f"variables.{name}": variable for name, variable in config.variables.items()}
    rows += [(key, _value(variable), config.settings[key].where) for key, variable in declared.items()]
    where = config.settings.get("filters", Setting(None)).where
    rows += [(f"filters.{name}", _value(declared), where) for name, declared in config.filters.items()]
    facts = config.facts(relative, layers[len(config.layers(relative)) :])
    severities = config.severities(relative)
    for rule in loaded.packs_for(facts.speaking).rules:
        severity = severities.get(rule.id, Setting(rule.severity, rule.severity_where))
        rows.append((f"rules.{rule.id}", f"{severity.value}{_not_asked(rule.when, merged)}", severity.where))
    width = max(len(name) for name, _, _ in rows)
    return "".join(f"{name:<{width}}  {value}{f'  ({where})' if where else ''}\n" for name, value, where in rows)


def _own(path: Path, config: Config, packs: Any) -> Iterator[Layer]:
    """The facts that the template states itself, as far as it can be read."""
    try:
        content = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return
    template = sources.template(content)
    lowered = DIALECTS["jinja"].lower(template.text, config.variable, config.jinja, config.filters)
    yield from stated(template, lowered, Lines(content), shown(path), packs).layers


def _default(key: str) -> Any:
    return {"max_segments": 1, "gateway": "none"}.get(key)


def _row(name: str, setting: Setting) -> tuple[str, str, str]:
    return name, _value(setting.value), setting.where


def _not_asked(when: Any, facts: Layer) -> str:
    missing = [key for key in when if key in KEYS and key not in facts and key not in ("sender", "brand")]
    return f", not asked: no {' and no '.join(missing)} is declared" if missing else ""


def _value(value: Any) -> str:
    if value is None or value == ():
        return "-"
    if isinstance(value, Globs):
        return ", ".join(value.patterns) or "-"
    if isinstance(value, Gateway):
        suffix = "unknown" if value.suffix is None else repr(value.suffix)
        return f"{value.name}, prefix {value.prefix!r}, suffix {suffix}, appended to {', '.join(value.append_to)}"
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
