"""The JSON Schema for editors takes what the readers take, and refuses what they refuse, of files that are a bit wrong.

Right files are mutated: a key is dropped, renamed or added, a value is replaced by one of another type, emptied or put
out of range. What a schema cannot say stands in READER_ALONE, each with its reason; the schema refuses nothing alone.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from smslint.commands import limittests, ruletests
from smslint.commands.jsonschema import of_configuration, of_packs
from smslint.configuration import config
from smslint.packs import gateways
from smslint.packs.loading import load
from smslint.packs.packs import shipped
from smslint.reading.schema import MistakesFound, Reader

ROOT = Path(__file__).parents[1]
# Of each seed; `MUTANTS=300 pytest tests/test_schema_agrees.py` looks longer.
MUTANTS = int(os.environ.get("MUTANTS", "1"))

# What only the reader says, and why a schema cannot.
READER_ALONE = {
    "no pack `|is already in the pack": "which packs there are is not known to a schema",
    "^`(wording|table)` cannot be|no fragment is called|no pack that this one extends": "nor are other names",
    "^each of `.*-` .*cannot be": "nor what there is to take out",
    "the rule has no": "whether a rule is inherited depends on the packs that are extended",
    "it takes exactly one of|^`scope: ": "and what an inherited rule says already",
    "is larger than its|is not before `to`": "values are not compared",
    "the pattern cannot be used|^the pattern of": "expressions are not compiled",
    "smslint's own `": "nor which names are taken",
    "is no glob": "globs are a library's",
    "is a list, which has no": "what a name means for another one that begins with it",
    "must be dates like": "a calendar",
    "cannot be `(false|False)`": "`off` is false where YAML 1.1 is read, so the schema takes both",
}

OWN_COUNTRY = "XK"
CONFIGURATION = """
version: 1
extends: [core, {pack: DE, severity_max: warning}]
include+: ["sms/**"]
exclude: ["a/**"]
defaults:
  category: promotional
  country: [FR, BE]
  language: pt-br
  sender: Acme
  brand: [Acme, "{{ shop.name }}"]
  gateway:
    - ovhcloud
    - {profile: brevo, suffix: "", short_code: 36180, append_to+: otp, skip_if_present: true, header_octets: 7}
    - {prefix: "Acme: ", tokens: {"[X]": 5, "[Y]": long}, capacity: {gsm7_single: 149}}
    - {alphabet: ascii, replacement: "?"}
    - {alphabet: gsm7, tables: [turkish], outside: replace, append_when_sender: alphanumeric, first_message_only: no}
  max_segments: 3
  send_window: {days: [mon-fri, sun], from: "08:00", to: "20:00", holidays: true}
  consent: checkbox
  first_message: false
  stop_code: 36180
templates:
  - files: ["sms/promo/**"]
    brand+: Other
    rules: {forced-unicode: off, too-many-segments: info}
    send_window: {dates: ["2026-07-14"]}
  - {files: sms, category: otp}
search_path: [a, b]
catalogues: {fr: fr.po, pt_BR: pt.po}
same_message: ["sms/{language}/{name}.j2"]
variables:
  name: {max_length: 20, min_length: 2, alphabet: latin, optional: true}
  code: {length: 6, alphabet: digits}
  "user.*": {values: [1, two, true]}
  items: {max_items: 3, min_items: 1, item: {fields: {price: {length: 4}}}}
undeclared: {max_length: 20, alphabet: gsm7}
filters: {money: {max_length: 9}, acme.date: {values: [a, b]}}
examples:
  - {name: Lea}
  - {files: [a], contexts: [{name: Bo, n: null}, {name: [1, {a: b}]}]}
  - {data: rows.csv}
  - rows.csv
jinja: {trim_blocks: true, autoescape: off, block_start_string: "<%", line_comment_prefix: "##"}
rules: {opt-out-twice: off, too-many-segments: warning}
fail_on: warning
require_reason: true
"""
PACK = """
version: 1
pack: house
summary: Ours
extends: [core]
country: XK
limits:
  opt_out:
    {value: required, source: [a, b], confidence: B, note: so, country: XK, examples: [{ok: "A STOP 36180"}]}
  opt_out_link:
    {value: enough, source: a, confidence: B, examples: [{bad: A, rule: opt-out-missing, facts: {country: XK}}]}
  opt_out_text: {value: {alphanumeric: STOP au 36180, numeric: STOP}, source: a, confidence: A}
  send_window:
    {value: [{days: mon-fri, from: "08:00", to: "20:00"}, {days: sat, holidays: true}], source: a, confidence: A}
  sender: {value: "[A-Z]{3,11}", source: a, confidence: C}
  sender_generic: {value: [INFO, SMS], source: a, confidence: C}
  characters_max: {value: 500, source: a, confidence: C}
  label: {value: "<ADV>", source: a, confidence: A}
  placeholders: {value: ["#name#", "{name}"], source: a, confidence: A}
fragments: {word: "[a-z]{2,5}"}
slots: {mine: "mine|ours", other: {cues: [x], pattern: "x[0-9]"}}
wording:
  greeting:
    fr:
      {cues: [bonjour], any: ["bonjour", {name: hi, pattern: "salut (?&word)", cues: salut}], never: "bonjour tri"}
substitutes: {mine: {"é": e, "à": a}, gsm7+: {"–": "-"}}
rules:
  - id: house-one
    aliases: [house-1]
    yields_to: house-2
    summary: One
    severity: info
    when: {category: [marketing, otp], country: FR, sender: [alphanumeric, none], brand: declared, first_message: true}
    require: {pattern: "bonjour", scope: body, at: start, paths: some, hide: links}
    message: none
    why: so
    source: [us]
    confidence: A
    examples:
      - ok: bonjour
      - {bad: x, at: "1:1", path: "a is true", facts: {category: otp}, variables: {a: {length: 2}}, encoding: utf-8}
  - {id: house-2, summary: s, message: m, count: {wording: greeting, max: 2}, when: {asked: {opt_out: [required]}}}
  - {id: house-3, summary: s, message: m, implies: {if: {pattern: a}, then: {wording: greeting, at: end}}}
  - {id: house-4, summary: s, message: m, limit: {segments: max_segments}}
  - {id: house-5, summary: s, message: m, limit: {characters: characters_max}}
  - {id: house-6, summary: s, message: m, substitute: {outside: gsm7, table: mine}}
  - {id: house-7, summary: s, message: m, sender: {matches: sender}}
  - {id: house-8, summary: s, message: m, window: send_window}
  - {id: house-9, summary: s, message: m, variables: variable_length_max}
  - {id: house-10, summary: s, message: m, split: {pattern: a}}
  - {id: house-11, summary: s, message: m, whitespace: left-by-tags}
  - {id: house-12, summary: s, message: m, metadata: {missing: consent}}
  - {id: house-13, summary: s, message: m, translation: {wording: greeting}}
  - {id: house-14, summary: s, message: m, translation: variables, severity: off}
  - {id: house-15, summary: s, message: m, problem: template-syntax}
  - {id: opt-out-missing, severity: off}
  - {id: opt-out-twice, when+: {language: fr}, when-: suffix_says, forbid+: {scope: suffix}, examples+: {ok: a}}
"""

NULL = type("Null", (), {"__repr__": lambda self: "null"})()
OTHERS: tuple[Any, ...] = (
    *("", None, "text", "a: b", 0, -1, 1, 300, 10**6, 1.5, True, False, [], {}, [None], [""], ["text"], [{}], [[]]),
    *(NULL, "5", {"a": 1}, {"a": {}}, {"a": None}, [1, 2], "x" * 481),
)


class Loader(yaml.SafeLoader):
    """What an editor reads: YAML 1.2 has no dates, and knows true and false by no other name."""


class Dumper(yaml.SafeDumper):
    """What people write: nothing for nothing, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_OWN = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag not in _OWN]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|True|TRUE|false|False|FALSE"), list("tTfF"))
Dumper.add_representer(type(NULL), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "null"))
Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def loads(text: str) -> Any:
    return yaml.load(text, Loader)


def configurations() -> Iterator[tuple[str, Any]]:
    yield from ((f"configuration {key}", value) for key, value in apart(loads(CONFIGURATION), ("version",)))
    yield from facts()
    for name in gateways.names():
        given = loads((ROOT / "rules" / "gateways" / f"{name}.yaml").read_text(encoding="utf-8"))
        settings = {key: given[key]["value"] for key in gateways.SETTINGS if "value" in given.get(key, {})}
        yield name, {"version": 1, "defaults": {"gateway": settings}}


def packs() -> Iterator[tuple[str, Any]]:
    whole = loads(PACK)
    head = {"version": 1, "pack": "house", "extends": "core", "country": OWN_COUNTRY}
    yield "summary", head | {"summary": "Ours", "extends": ["core", {"pack": "DE", "severity_max": "info"}]}
    yield from (("limit", head | {"limits": {key: value}}) for key, value in whole["limits"].items())
    named = {key: whole[key] for key in ("fragments", "slots", "wording", "substitutes")}
    yield "wording", head | named
    yield from (("rule", head | named | {"rules": [rule]}) for rule in whole["rules"])


def shipped_packs() -> Iterator[tuple[str, Any]]:
    for name in shipped():
        given = loads((ROOT / "rules" / f"{name}.yaml").read_text(encoding="utf-8"))
        head = {"version": 1, "pack": "own", "extends": ["core"]}
        for rule in given.get("rules", []):
            yield rule["id"], {**head, "rules": [rule | {"examples": rule["examples"][-1:]}]}
        for limit, stated in given.get("limits", {}).items():
            one = stated | {"examples": stated.get("examples", [])[-1:]}
            yield f"{name} {limit}", {**head, "country": OWN_COUNTRY, "limits": {limit: one}}


def apart(value: dict[str, Any], always: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each key of a file as a file of its own."""
    head = {key: value[key] for key in always}
    for key in value.keys() - {*head, "defaults"}:
        yield key, {**head, key: value[key]}


def facts() -> Iterator[tuple[str, Any]]:
    """Each fact of the defaults as a file of its own."""
    for key, value in loads(CONFIGURATION)["defaults"].items():
        for one in value if key == "gateway" else (value,):
            yield f"defaults {key}", {"version": 1, "defaults": {key: one}}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def mutant(seed: Any, chance: random.Random) -> Any:
    found = deepcopy(seed)
    *above, last = chance.choice([path for path in places(found) if path])
    holder = found
    for key in above:
        holder = holder[key]
    change = chance.choice(("drop", "rename", "other", "other", "other", "add", "list"))
    if change == "drop":
        del holder[last]
    elif change == "rename" and isinstance(holder, dict):
        holder[f"{last}{chance.choice('xs+-_')}"] = holder.pop(last)
    elif change == "add" and isinstance(holder[last], dict):
        holder[last][chance.choice(("unknown", "+", "id-"))] = chance.choice(OTHERS)
    elif change == "list":
        holder[last] = [holder[last], *([holder[last]] if chance.random() < 0.3 else [])]
    else:
        holder[last] = chance.choice(OTHERS)
    return found


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(of_packs() if kind == "pack" else of_configuration())


def mistakes(kind: str, text: str) -> list[str]:
    """What the reader says of it."""
    if kind == "configuration":
        reader = Reader("configuration", text)
        config.build(reader, reader.root())
        return [mistake.message for mistake in reader.mistakes]
    wrong: list[str] = []
    try:
        found = load(
            [("core", pytest.fail), ("own.yaml", wrong.append)],
            lambda path: (path, text) if path == "own.yaml" else None,
        )
        for rule in found.rules:
            for example in rule.examples if rule.where.startswith("own.yaml") else ():
                ruletests.configured(rule, example)
        for limit in found.limits.get(OWN_COUNTRY, {}).values():
            limittests.cases(limit)
    except MistakesFound as error:
        wrong += [mistake.message for mistake in error.mistakes]
    return wrong


def written(value: Any) -> str:
    return yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False)


def disagreement(kind: str, value: Any) -> str:
    """What one of both says and not the other; empty where they agree."""
    text = written(value)
    said = mistakes(kind, text)
    refused = [f"{list(error.path)}: {error.message[:200]}" for error in validator(kind).iter_errors(loads(text))]
    if bool(said) is bool(refused):
        return ""
    if said and all(any(re.search(known, words) for known in READER_ALONE) for words in said):
        return ""
    return f"the reader: {said}, the schema: {refused}, of\n{text}"


SEEDS = [("configuration", *one) for one in configurations()] + [("pack", *one) for one in packs()]
SHIPPED = [("pack", *one) for one in shipped_packs()]
assert SHIPPED


@pytest.mark.parametrize(("kind", "name", "seed"), SEEDS, ids=lambda one: one if isinstance(one, str) else "")
def test_reader_and_schema_agree(kind: str, name: str, seed: Any) -> None:
    assert mistakes(kind, written(seed)) == []
    assert disagreement(kind, seed) == ""
    chance = random.Random(name)
    for _ in range(MUTANTS * (5 if kind == "pack" else 20)):
        assert disagreement(kind, mutant(seed, chance)) == ""


@pytest.mark.parametrize(("kind", "name", "seed"), SHIPPED, ids=lambda one: one if isinstance(one, str) else "")
def test_reader_and_schema_agree_on_what_is_shipped(kind: str, name: str, seed: Any) -> None:
    chance = random.Random(name)
    for _ in range(MUTANTS):
        assert disagreement(kind, mutant(seed, chance)) == ""


def test_an_expression_of_the_schema_is_one_of_an_editor() -> None:
    """JSON Schema has the expressions of ECMA-262: no flags within, no \\A and \\Z, no possessive quantifiers."""
    told = re.findall(r'"pattern": "((?:[^"\\\\]|\\\\.)*)"', json.dumps([of_configuration(), of_packs()]))
    assert told
    assert [one for one in told if re.search(r"\(\?(?![:=!<])|\\\\[AZ]|[*+?}]\+", one)] == []
