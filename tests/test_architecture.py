"""Imports go one way: a folder of the package imports only those that ARCHITECTURE.md's table has above it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import smslint
from smslint.dialects.jinja.translations import Translations
from smslint.packs.compiled import READING

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


def test_what_is_kept_of_packs_is_thrown_away_when_a_module_that_reads_them_changes() -> None:
    reading: set[str] = set()
    more = {"packs"}
    while more - reading:
        reading |= more
        more = {name for folder in reading for path in (ROOT / folder).rglob("*.py") for name in _imported(path)}
    assert {name for name in reading if (ROOT / name).is_dir()} == set(READING)


def test_a_layer_of_the_lowering_takes_no_name_of_one_below_it() -> None:
    """Of a method of a lower layer, a layer above gives what is abstract there, or adds to it."""
    below: dict[str, object] = {}
    taken = []
    for layer in reversed(Translations.__mro__[:-2]):
        for name, method in vars(layer).items():
            if not inspect.isfunction(method) or name.startswith("__"):
                continue
            given = getattr(below.get(name), "__isabstractmethod__", name not in below)
            if not given and "super()" not in inspect.getsource(method):
                taken.append(f"{layer.__name__}.{name}")
            below[name] = method
    assert taken == []
