"""Many files linted by several processes say what one process says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import corpus
from smslint.linting.findings import Report
from smslint.linting.parallel import processes
from smslint.linting.project import Project
from smslint.linting.run import Options, lint_files
from smslint.reporters.json import json


def lint(folder: Path, jobs: int) -> Report:
    return lint_files([folder], Project(), Options(jobs=jobs))


def test_the_same_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    corpus.write(tmp_path, 40)
    (tmp_path / "00" / "bad.j2").write_text("{% if %}")
    (tmp_path / "00" / "other.j2").write_bytes(b"\xff")
    (tmp_path / "00" / "gone.j2").symlink_to(tmp_path / "nowhere")
    one, several = lint(tmp_path, 1), lint(tmp_path, 3)
    assert several.findings == one.findings
    assert several.failures == one.failures
    assert len(one.failures) == 1
    assert json(several) == json(one)
    for ours, theirs in zip(one.templates, several.templates, strict=True):
        assert theirs.extent == ours.extent
        if ours.extent is not None and theirs.extent is not None:
            assert theirs.extent.worst == (ours.extent.worst and replace(ours.extent.worst, pieces=()))
            assert theirs.extent.best == (ours.extent.best and replace(ours.extent.best, pieces=()))


def test_what_is_said_once(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.sms").write_text("Bonjour")
    said = [f for f in lint(tmp_path, 2).findings if f.rule == "category-missing"]
    assert len(said) == len([f for f in lint(tmp_path, 1).findings if f.rule == "category-missing"]) == 1


def test_few_files_are_linted_by_one_process() -> None:
    assert processes(10) == 1
    assert processes(10, 4) == 4
    assert processes(3, 8) == 3
    assert processes(10_000, 1) == 1
