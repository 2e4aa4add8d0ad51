"""Shipped packs as they were read, kept beside Python's own compiled modules: reading YAML anew for every commit would
take longer than linting.

What is kept is trusted as far as the modules themselves: it stands in the same folder. Where that cannot be written (an
installation for all users), it stands in the user's own cache, and is read there only if it is the user's. It is thrown
away when a pack or a module of smslint has changed. A user's own packs are never kept.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Mapping, Sequence
from copyreg import pickle as register
from functools import cached_property, lru_cache
from importlib.util import cache_from_source
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, overload
from zlib import crc32

from smslint.reading.data import RULES

T = TypeVar("T")

_BESIDE = Path(cache_from_source(__file__)).parent
KEPT_MAX = 64  # sets of packs
READING = ("gsm", "matching", "packs", "reading")  # the folders of the modules that read packs


def _proxy(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


register(MappingProxyType, lambda mapping: (_proxy, (dict(mapping),)))


class Later(Sequence[T]):
    """Values that are kept as bytes until one is asked for: they would take longer to read than all else of a pack."""

    def __init__(self, values: Sequence[T]) -> None:
        self._pickled = pickle.dumps(tuple(values), pickle.HIGHEST_PROTOCOL)

    @cached_property
    def _values(self) -> tuple[T, ...]:
        found: tuple[T, ...] = pickle.loads(self._pickled)
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {"_pickled": self._pickled}

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self._values[index]


def read(names: tuple[str, ...]) -> dict[str, Any] | None:
    """What was kept of these packs; None where nothing was, or something has changed since."""
    found = _read(_BESIDE / _name(names), names)
    return _read(_folder() / _name(names), names) if found is None and _folder() != _BESIDE else found


def _read(path: Path, names: tuple[str, ...]) -> dict[str, Any] | None:
    now = _installed()
    try:
        if path.parent != _BESIDE and not _is_own(path):
            return None
        known, installed, state = pickle.loads(path.read_bytes())
        if (known, installed) == (names, now):
            found: dict[str, Any] = state
            return found
    except Exception:  # whatever a file holds that was cut short, or written by other versions
        return None
    return None


def keepable() -> bool:
    """Whether anything can be kept here."""
    try:
        _folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(_folder(), os.W_OK)


@lru_cache(maxsize=1)
def _folder() -> Path:
    """Where to keep packs: beside Python's modules, or in the user's own cache."""
    if os.access(_BESIDE if _BESIDE.is_dir() else _BESIDE.parent, os.W_OK):
        return _BESIDE
    from platformdirs import user_cache_path

    return user_cache_path("smslint", appauthor=False)


def _is_own(path: Path) -> bool:
    """Whether `path` and its folder are the user's, so that nobody else can have written it. Raises OSError."""
    return not hasattr(os, "getuid") or {os.stat(one).st_uid for one in (path, path.parent)} == {os.getuid()}


def keep(names: tuple[str, ...], state: Mapping[str, Any]) -> None:
    """Keeps what the packs `names`, with those that they extend, say."""
    place = _folder() / _name(names)
    part = place.with_suffix(f".{os.getpid()}")
    try:
        _make_room(place.parent)
        part.write_bytes(pickle.dumps((names, _installed(), dict(state)), pickle.HIGHEST_PROTOCOL))
        os.replace(part, place)
    except OSError:  # another process has just removed one, the disk is full
        part.unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    """Removes the oldest sets, so that what was kept of packs that have changed since keeps nothing new out."""
    kept = sorted(folder.glob("packs-*"), key=lambda path: path.stat().st_mtime)
    for path in kept[: max(0, len(kept) - KEPT_MAX + 1)]:
        path.unlink(missing_ok=True)


def _name(names: tuple[str, ...]) -> str:
    """The name of the file for these packs, of this installation of smslint."""
    key = " ".join((str(RULES), *names))
    return f"packs-{crc32(key.encode()):08x}.{sys.implementation.cache_tag}"


@lru_cache(maxsize=1)
def _installed() -> int:
    """A number that is another one when a module or a pack of smslint has changed, come or gone. It is taken before any
    pack is read."""
    found = []
    for root in (*(Path(__file__).parents[1] / folder for folder in READING), RULES):
        for folder, _, names in os.walk(root):
            found += [_stamp(f"{folder}/{name}") for name in names if name.endswith((".py", ".yaml"))]
    return crc32(repr(sorted(found)).encode())


def _stamp(path: str) -> tuple[str, int, int]:
    status = os.stat(path)
    return path, status.st_mtime_ns, status.st_size
