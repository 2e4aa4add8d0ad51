"""The hook in the hands of the real pre-commit, in a real git repository that points at this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
GOOD = "ACME: -20% ce week-end chez vos commercants. STOP au 36180\n"
BAD = "{% if vip %}ACME: -20%. STOP au 36180{% else %}ACME: -10%{% endif %}\n"
CONFIGURATION = """\
version: 1
defaults: {category: marketing, brand: [ACME]}
exclude: ["**/archive/**"]
"""


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This checkout as it stands, committed or not, as a repository that pre-commit can clone."""
    copy = tmp_path_factory.mktemp("published")
    for name in git(CHECKOUT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (CHECKOUT / name).is_file() and not name.startswith("tests/"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, copy / name)
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "published")
    return copy, git(copy, "rev-parse", "HEAD")


@pytest.fixture
def repository(published: tuple[Path, str], tmp_path: Path) -> Path:
    checkout, revision = published
    (tmp_path / "sms").mkdir()
    (tmp_path / ".smslint.yaml").write_text(CONFIGURATION)
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {checkout.as_posix()}\n  rev: {revision}\n  hooks:\n  - id: smslint\n"
    )
    git(tmp_path, "init", "-q")
    return tmp_path


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**os.environ, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")), "NO_COLOR": "1"}


def pre_commit(repository: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    git(repository, "add", "-A")
    command = [sys.executable, "-m", "pre_commit", "run", "--color", "never"]
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)


def test_a_bad_template_fails_the_hook_and_a_good_one_passes(repository: Path, environment: dict[str, str]) -> None:
    (repository / "sms" / "promo.j2").write_text(BAD)
    failed = pre_commit(repository, environment)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "sms/promo.j2:1:48: error[opt-out-missing] no opt-out mention when vip is false" in failed.stdout

    (repository / "sms" / "promo.j2").write_text(GOOD)
    passed = pre_commit(repository, environment)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout

    (repository / "sms" / "archive").mkdir()
    (repository / "sms" / "archive" / "old.j2").write_text(BAD)
    excluded = pre_commit(repository, environment)
    assert excluded.returncode == 0, excluded.stdout + excluded.stderr
    assert "Passed" in excluded.stdout


def test_the_hook_for_all_templates_finds_the_forgotten_language(repository: Path, environment: dict[str, str]) -> None:
    manifest = repository / ".pre-commit-config.yaml"
    manifest.write_text(manifest.read_text() + "  - id: smslint-all\n    args: [--fail-on=warning]\n")
    (repository / ".smslint.yaml").write_text(
        "version: 1\nsame_message: 'sms/{language}/{name}.j2'\ndefaults: {category: otp}\n"
    )
    for code in ("fr", "en", "de"):
        (repository / "sms" / code).mkdir()
        (repository / "sms" / code / "code.j2").write_text("ACME: {{ code }}")
    assert pre_commit(repository, environment).returncode == 0
    git(repository, "commit", "-qm", "first")

    for code in ("fr", "en"):
        (repository / "sms" / code / "code.j2").write_text("ACME: {{ code }} {{ minutes }}")
    failed = pre_commit(repository, environment)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "sms/de/code.j2:1:17: warning[translation-variables] `minutes` is not sent here" in failed.stdout
