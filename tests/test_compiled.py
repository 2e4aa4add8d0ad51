"""Packs that are kept as they were read: where, and that nobody else's are taken for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
LINT = """\
import json, sys
from smslint import lint
report = lint("ACME: soldes")
print(json.dumps({"yaml": "yaml" in sys.modules, "rules": [finding.rule for finding in report.findings]}))
"""


def run(cache: Path, beside: str) -> dict[str, object]:
    """Whether a lint in a process of its own read YAML, where `beside` stands for the folder of Python's modules."""
    own = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment = {**own, "PYTHONPYCACHEPREFIX": beside, "XDG_CACHE_HOME": str(cache)}
    found = subprocess.run([sys.executable, "-c", LINT], env=environment, capture_output=True, text=True, check=True)
    told: dict[str, object] = json.loads(found.stdout)
    return told


def test_packs_are_read_once(tmp_path: Path) -> None:
    beside = str(tmp_path / "beside")
    first, second = run(tmp_path, beside), run(tmp_path, beside)
    assert (first["yaml"], second["yaml"]) == (True, False)
    assert first["rules"] == second["rules"] == ["category-missing"]
    assert not (tmp_path / "smslint").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write to")
def test_where_the_installation_cannot_be_written_the_users_cache_is(tmp_path: Path) -> None:
    first, second = run(tmp_path, "/proc/nothing"), run(tmp_path, "/proc/nothing")
    assert (first["yaml"], second["yaml"]) == (True, False)
    assert first["rules"] == second["rules"] == ["category-missing"]
    for kept in (tmp_path / "smslint").iterdir():
        kept.write_bytes(kept.read_bytes()[:1000])
    assert run(tmp_path, "/proc/nothing") == first
    assert run(tmp_path, "/proc/nothing") == second


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a file away")
def test_what_somebody_else_kept_is_not_read(tmp_path: Path) -> None:
    first = run(tmp_path, "/proc/nothing")
    for kept in (tmp_path / "smslint").iterdir():
        os.chown(kept, 12345, 12345)
    assert run(tmp_path, "/proc/nothing") == first


def test_what_was_kept_is_thrown_away_when_a_file_has_come_or_changed(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(CHECKOUT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CHECKOUT / "rules", copy / "rules")
    template = tmp_path / "hello.sms"
    template.write_text("---\ncategory: marketing\nbrand: ACME\n---\nACME: soldes. xyzzyq quux")
    code = f"import sys; sys.path.insert(0, {str(copy / 'src')!r}); from smslint.cli import run; run()"
    command = [sys.executable, "-c", code, "--format", "concise", str(template)]

    def found() -> str:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "beside"), "XDG_CACHE_HOME": str(tmp_path)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout

    assert "[opt-out-missing]" in found()
    (copy / "rules" / "languages" / "xx.yaml").write_text(
        "version: 1\npack: languages/xx\nsummary: x\nextends: [common]\n"
        "wording:\n  opt-out: {xx: {any: ['(?i)xyzzyq quux']}}\n"
    )
    assert found() == ""
    module = copy / "src" / "smslint" / "checks" / "presence.py"
    os.utime(module, (1_600_000_000, 1_600_000_000))
    assert found() == ""
