"""Imports go one way: a folder of the package imports only those that ARCHITECTURE.md's table has above it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import smslint

ROOT = Path(smslint.__file__).parent
ARCHITECTURE = Path(__file__).parents[1] / "ARCHITECTURE.md"
FOLDERS = re.findall(r"^\| `([a-z]+)/` \|", ARCHITECTURE.read_text(encoding="utf-8"), re.M)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("smslint."):
            yield str(node.module).split(".")[1]


def test_the_table_names_every_folder() -> None:
    assert set(FOLDERS) == {path.parent.name for path in ROOT.glob("*/__init__.py")}


def test_folders_import_only_those_above_them_in_the_table() -> None:
    downwards = [
        f"{path.relative_to(ROOT)} imports {name}"
        for number, folder in enumerate(FOLDERS)
        for path in (ROOT / folder).rglob("*.py")
        for name in _imported(path)
        if name not in FOLDERS[: number + 1]
    ]
    assert downwards == []
