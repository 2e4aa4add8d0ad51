"""Whole folders linted as a user would, against golden output. A case is a folder of tests/golden/reports."""

from __future__ import annotations

import json
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from smslint.cli import main
from tests import golden

CASES = sorted(path for path in (golden.FOLDER / "reports").iterdir() if path.is_dir())
CONFIGS = sorted((golden.FOLDER / "configs").glob("*.yaml"))
# Before 8.2 click's runner had to be told to keep standard output and standard error apart.
APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
assert CASES
assert CONFIGS


def smslint(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner(**APART).invoke(main, list(arguments), input=stdin, catch_exceptions=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_report(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    result = smslint("check", ".", "--color", "never")
    golden.check(case / "expected.txt", f"{result.stdout}{result.stderr}exit {result.exit_code}\n")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_json_says_the_same(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    result = smslint("check", ".", "--format", "json")
    golden.check(case / "expected.json", result.stdout)
    data = json.loads(result.stdout)
    concise = smslint("check", ".", "--format", "concise").stdout.splitlines()
    heads = [
        f"{f['path']}:{f['start']['line']}:{f['start']['column']}: {f['severity']}[{f['rule']}]"
        for f in data["findings"]
    ]
    assert [line.split("] ")[0] + "]" for line in concise] == heads


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.stem)
def test_mistakes_in_a_configuration(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(config.parent)
    result = smslint("check", "--config", config.name, "../messages/hello.txt")
    golden.check(config.with_suffix(".out"), f"{result.stdout}{result.stderr}exit {result.exit_code}\n")
