"""The baseline: what it holds does not fail a run, and what grows fires again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from smslint.linting.baseline import Entry, read, written
from tests.test_reports import smslint

BAD = "It’s on, it’s on\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".smslint.yaml").write_text(
        "version: 1\nfail_on: warning\ndefaults: {category: otp, max_segments: 1}\nundeclared: {max_length: 100}\n"
    )
    (tmp_path / "a.sms").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_it_holds_does_not_fail_a_run_and_is_marked(folder: Path) -> None:
    assert smslint(".").exit_code == 1
    assert smslint("baseline", "write").exit_code == 0
    result = smslint(".")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 template checked, no findings; 2 more in the baseline" in result.stderr
    findings = json.loads(smslint(".", "--format", "json").stdout)["findings"]
    assert [finding["baseline"] for finding in findings] == [True, True]


def test_a_baseline_that_cannot_be_read_is_written_anew(folder: Path) -> None:
    (folder / ".smslint-baseline.json").write_text("<<<<<<< HEAD")
    assert smslint(".").exit_code == 2
    assert smslint("baseline", "write", "a.sms").exit_code == 2
    assert smslint("baseline", "write").exit_code == 0
    assert smslint(".").exit_code == 0


def test_one_more_fires_and_lines_may_move(folder: Path) -> None:
    smslint("baseline", "write")
    (folder / "a.sms").write_text("Hello\n\n" + BAD)
    assert smslint(".").exit_code == 0
    (folder / "a.sms").write_text(BAD + "It’s three\n")
    result = smslint(".")
    assert result.exit_code == 1
    assert result.stdout.count("forced-unicode") == 1


def test_more_segments_fire_again(folder: Path) -> None:
    (folder / "a.sms").write_text("{{ text }}{{ more }}\n")
    smslint("baseline", "write")
    assert '"rule": "too-many-segments", "measure": 2' in (folder / ".smslint-baseline.json").read_text()
    assert smslint(".").exit_code == 0
    (folder / "a.sms").write_text("{{ text }}{{ more }}{{ still }}{{ most }}\n")
    assert "3 segments" in smslint(".").stdout


def test_prune_takes_out_and_never_adds(folder: Path) -> None:
    (folder / "b.sms").write_text(BAD)
    smslint("baseline", "write")
    (folder / "a.sms").write_text("It’s on\n")
    (folder / "b.sms").unlink()
    (folder / "c.sms").write_text(BAD)
    shown = smslint("baseline", "show").stdout.splitlines()
    assert shown == ["a.sms: forced-unicode (2): stale", "b.sms: forced-unicode (2): stale"]
    smslint("baseline", "prune")
    assert [item["path"] for item in json.loads((folder / ".smslint-baseline.json").read_text())["findings"]] == [
        "a.sms"
    ]
    assert smslint("baseline", "show").stdout == "a.sms: forced-unicode (1)\n"
    assert smslint("c.sms").exit_code == 1


def test_nothing_is_written_when_a_file_could_not_be_linted(folder: Path) -> None:
    assert smslint("baseline", "write", ".", "none").exit_code == 2
    assert not (folder / ".smslint-baseline.json").exists()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 2}', '{"version": 1, "findings": [{}]}', "[" * 100_000])
def test_a_baseline_that_cannot_be_read_is_exit_2(folder: Path, text: str) -> None:
    (folder / ".smslint-baseline.json").write_text(text)
    result = smslint(".")
    assert result.exit_code == 2
    assert ".smslint-baseline.json:1:" in result.stderr
    assert "smslint baseline write" in result.stderr


def test_what_is_written_is_read() -> None:
    known = (Entry("a.sms", None, "forced-unicode", 2), Entry("é.sms", "k", "too-many-segments", 3))
    assert read(written(known), "x") == known
    assert read(written([]), "x") == ()


def test_a_path_that_is_no_utf_8(folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.sms")).write_text(BAD)
    assert smslint("baseline", "write").exit_code == 0
    assert smslint(".").exit_code == 0
    assert smslint("baseline", "prune").exit_code == 0
