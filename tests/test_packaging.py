"""What is published holds the packs: the sdist, the wheel, and a wheel that somebody makes from the sdist."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
RULES = sorted(path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "rules").rglob("*.yaml"))


def build(folder: Path, target: Path, kind: str) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target), "-t", kind]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (built,) = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_the_packs_and_the_type_marker(tmp_path: Path) -> None:
    held = names(build(CHECKOUT, tmp_path, "wheel"))
    assert RULES
    assert {f"smslint/{name}" for name in RULES} <= set(held)
    assert "smslint/py.typed" in held


def test_a_wheel_from_the_sdist_holds_them_too_and_runs(tmp_path: Path) -> None:
    sdist = build(CHECKOUT, tmp_path / "sdist", "sdist")
    with tarfile.open(sdist) as archive:
        held = archive.getnames()
        root = held[0].split("/")[0]
        assert {f"{root}/{name}" for name in RULES} <= set(held)
        for member in archive.getmembers():
            assert not member.name.startswith(("/", ".."))
        archive.extractall(tmp_path / "source")
    wheel = build(tmp_path / "source" / root, tmp_path / "wheel", "wheel")
    assert {f"smslint/{name}" for name in RULES} <= set(names(wheel))

    with zipfile.ZipFile(wheel) as unpacked:
        unpacked.extractall(tmp_path / "installed")
    code = "import smslint, sys; print(smslint.__file__); sys.exit(len(smslint.lint('It’s').findings) - 2)"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(tmp_path / "installed")}, capture_output=True, text=True
    )
    assert str(tmp_path / "installed") in done.stdout
    assert done.returncode == 0, done.stderr
    shutil.rmtree(tmp_path / "installed")
