"""Shipped packs as they were read, kept beside Python's own compiled modules: reading YAML anew for every commit would
take longer than linting.

What is kept is trusted as far as the modules themselves: it stands in the same folder, and is not written where that
folder cannot be. It is thrown away when a pack or a module of smslint has changed. A user's own packs are never kept.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterable, Mapping
from copyreg import pickle as register
from importlib.util import cache_from_source
from pathlib import Path
from types import MappingProxyType
from typing import Any

from smslint.reading.data import RULES

_FOLDER = Path(cache_from_source(__file__)).parent
KEPT_MAX = 64  # sets of packs

Stamp = tuple[str, int, int]  # a file, when it was changed, and its size


def _proxy(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


register(MappingProxyType, lambda mapping: (_proxy, (dict(mapping),)))


def read(names: tuple[str, ...]) -> dict[str, Any] | None:
    """What was kept of these packs; None where nothing was, or something has changed since."""
    try:
        kept = pickle.loads(_place(names).read_bytes())
        known, code, packs, state = kept
        if known == names and code == _code() and all(_stamp(path) == stamp for path, *stamp in packs):
            found: dict[str, Any] = state
            return found
    except Exception:  # whatever a file holds that was cut short, or written by other versions
        return None
    return None


def keepable() -> bool:
    """Whether anything can be kept here."""
    folder = _FOLDER if _FOLDER.is_dir() else _FOLDER.parent
    return os.access(folder, os.W_OK)


def keep(names: tuple[str, ...], packs: Iterable[str], state: Mapping[str, Any]) -> None:
    """Keeps what the packs `names`, with all of `packs` that they extend, say."""
    place = _place(names)
    _make_room(place.parent)
    stamps = [(path, *_stamp(path)) for path in (f"{RULES}/{name}.yaml" for name in packs)]
    part = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(exist_ok=True)
        part.write_bytes(pickle.dumps((names, _code(), stamps, dict(state)), pickle.HIGHEST_PROTOCOL))
        os.replace(part, place)
    except OSError:
        part.unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    """Removes the oldest sets, so that what was kept of packs that have changed since keeps nothing new out."""
    try:
        kept = sorted(folder.glob("packs-*"), key=lambda path: path.stat().st_mtime)
    except OSError:  # another process has just removed one
        return
    for path in kept[: max(0, len(kept) - KEPT_MAX + 1)]:
        path.unlink(missing_ok=True)


def _place(names: tuple[str, ...]) -> Path:
    from zlib import crc32

    return _FOLDER / f"packs-{crc32(' '.join(names).encode()):08x}.{sys.implementation.cache_tag}"


def _stamp(path: str) -> list[int]:
    status = os.stat(path)
    return [status.st_mtime_ns, status.st_size]


def _code() -> tuple[int, int]:
    """When a module of smslint was changed last, and how many there are."""
    changed = []
    with os.scandir(Path(__file__).parents[1]) as folders:
        for folder in folders:
            if folder.is_dir() and folder.name not in ("rules", "__pycache__"):
                with os.scandir(folder.path) as entries:
                    changed += [entry.stat().st_mtime_ns for entry in entries if entry.name.endswith(".py")]
    return max(changed), len(changed)
