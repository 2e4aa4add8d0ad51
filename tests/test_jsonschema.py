"""The JSON Schema for editors agrees with the readers: what one takes the other takes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from smslint.commands.jsonschema import of_configuration, of_packs
from smslint.configuration import config, facts
from smslint.packs import gateways, limits, rules
from smslint.reading.schema import Reader
from tests.test_reports import CONFIGS, smslint

ROOT = Path(__file__).parents[1]
PACKS = [path for path in sorted((ROOT / "rules").rglob("*.yaml")) if not {"gateways", "gsm"} & set(path.parts)]

# What a schema cannot say: how values compare, names of packs and rules, what a library makes of a glob or of YAML, and
# what one name of a mapping means for another.
SAID_BY_THE_READER_ALONE = {
    "alias",
    "control-character",
    "deep",
    "duplicate-key",
    "globs",
    "list-attribute",
    "not-yaml",
    "packs",
    "tab",
} | {"two-documents"}


def loads(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def takes(schema: dict[str, Any], value: Any) -> bool:
    jsonschema.Draft202012Validator.check_schema(schema)
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_configurations(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if file.stem in SAID_BY_THE_READER_ALONE or not text:
        return
    reader = Reader(file.name, text)
    config.build(reader, reader.root())
    assert takes(of_configuration(), loads(text)) is not bool(reader.mistakes)


def test_the_readme_and_the_docs_show_valid_configurations() -> None:
    for name in ("README.md", "docs/configuration.md"):
        shown = [part.split("```")[0] for part in (ROOT / name).read_text(encoding="utf-8").split("```yaml\n")[1:]]
        whole = [loads(text) for text in shown if text.startswith("version: 1")]
        assert whole
        for value in whole:
            assert takes(of_configuration(), value)


@pytest.mark.parametrize("file", PACKS, ids=lambda file: file.stem)
def test_packs(file: Path) -> None:
    value = loads(file.read_text(encoding="utf-8"))
    if "sources" not in value:
        jsonschema.validate(value, of_packs())


def with_signs(keys: Iterable[str], lists: Iterable[str]) -> set[str]:
    return {*keys, *(f"{key}{sign}" for key in lists for sign in "+-")}


def test_every_key_that_a_reader_knows_is_in_the_schema() -> None:
    configuration = of_configuration()["properties"]
    assert set(configuration) == with_signs(config.KEYS, config.LISTS)
    assert set(configuration["defaults"]["properties"]) == with_signs(facts.KEYS, facts.LISTS)
    gateway = of_configuration()["$defs"]["gateway"]["oneOf"][1]["properties"]
    assert set(gateway) == {"profile"} | with_signs(gateways.SETTINGS, gateways.LISTS)
    pack = of_packs()["properties"]
    assert set(pack["limits"]["properties"]) == with_signs(limits.LIMITS, limits.LISTS)
    assert set(rules.CHECKS) <= set(of_packs()["$defs"]["rule"]["properties"])


def test_the_command_prints_it() -> None:
    assert json.loads(smslint("schema").stdout) == of_configuration()
    assert json.loads(smslint("schema", "pack").stdout) == of_packs()
