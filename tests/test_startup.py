"""A hook waits for what a run loads, so what it has no use for is not loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = """\
import atexit, json, os, sys
from smslint import cli
def end(code):
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
    sys.stderr.flush()
cli.os._exit = end
cli.run()
"""
HEAVY = {"bracex", "holidays", "jsonschema", "multiprocessing", "pathspec", "polib", "yaml"}
LOWERING = "smslint.dialects.jinja.translations"


def loaded(template: Path) -> set[str]:
    """The modules that a second lint of `template` loads."""
    for _ in range(2):
        found = subprocess.run(
            [sys.executable, "-c", COMMAND, str(template)], capture_output=True, text=True, check=False
        )
    names: set[str] = set(json.loads(found.stderr.splitlines()[-1]))
    return names


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "hello.sms"
    path.write_text("{#- smslint: category=otp -#}\nVotre code : {{ code }}, {{ shop.name }}")
    return path


def test_a_plain_template_needs_no_yaml_and_not_the_whole_lowering(template: Path) -> None:
    assert loaded(template).isdisjoint(HEAVY | {LOWERING})


def test_a_template_with_statements_needs_it(template: Path) -> None:
    template.write_text("{#- smslint: category=otp -#}\nVotre code : {% if code %}{{ code }}{% endif %}")
    assert LOWERING in loaded(template)


def test_plain_globs_are_not_given_to_the_library_before_something_is_matched(template: Path) -> None:
    template.with_name(".smslint.yaml").write_text(
        "version: 1\ninclude: ['**/*.sms', 'sms/**/*.j2']\nexclude: [old/]\n"
    )
    assert loaded(template) & HEAVY == {"yaml"}
