"""Golden files: what smslint gave when somebody last looked. `GOLDEN=write make test` writes them; read the diff."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(file: Path, found: str) -> None:
    """`found` is what `file` holds; with GOLDEN=write, from now on."""
    if os.environ.get("GOLDEN") == "write":
        file.write_bytes(found.encode("utf-8"))
    assert file.exists(), f"{file} is missing: run with GOLDEN=write, and read it"
    assert found == file.read_bytes().decode("utf-8")
