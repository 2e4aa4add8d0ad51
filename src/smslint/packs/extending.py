"""What `extends` says, in configurations and packs: which packs, and the largest severity that their rules may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from smslint.reading.schema import Reader
from smslint.reading.yamltree import Mapping as MappingNode
from smslint.reading.yamltree import Node, Scalar

SEVERITIES = ("error", "warning", "info", "off")
CAPS = SEVERITIES[:3]


class Cap(NamedTuple):
    """The largest severity that the rules of a pack may have, and the place that says so."""

    severity: str
    where: str

    def of(self, severity: str) -> str:
        """`severity`, lowered where it is larger."""
        return max(severity, self.severity, key=SEVERITIES.index)


NO_CAP = Cap("error", "")


class Extended(NamedTuple):
    """A pack that is extended: where it is named, and what caps it."""

    node: Scalar
    cap: Cap


def extends(reader: Reader, node: Node) -> dict[str, Extended]:
    """The packs that `extends` names: `core`, `./house.yaml`, or `{pack: core, severity_max: warning}`."""
    found = {}
    for item in reader.items(node):
        name, cap = _entry(reader, item) if isinstance(item, MappingNode) else (item, NO_CAP)
        if name is not None and reader.string(name, "each of `extends`") and isinstance(name, Scalar):
            found[name.text] = Extended(name, cap)
    return found


def _entry(reader: Reader, item: MappingNode) -> tuple[Node | None, Cap]:
    given = {key.text: value for key, value in reader.entries(item, "each of `extends`", ("pack", "severity_max"))}
    if "pack" not in given:
        reader.mistake(item, "this entry of `extends` names no `pack`")
    if "severity_max" not in given:
        return given.get("pack"), NO_CAP
    node = given["severity_max"]
    severity = reader.choice(node, "`severity_max`", CAPS) or "error"
    return given.get("pack"), Cap(severity, f"{reader.path}:{reader.line(node)}")


def caps(edges: Mapping[str, Mapping[str, Cap]], root: str = "") -> dict[str, Cap]:
    """What caps each pack: `edges` tell which pack extends which, and how capped, from `root` on.

    Along a way from the root the strictest cap holds; of several ways to one pack the loosest counts, so that a pack
    which is also extended without a cap has none.
    """
    found: dict[str, Cap] = {}
    waiting = [(root, NO_CAP)]
    while waiting:
        pack, cap = waiting.pop()
        known = found.get(pack)
        if known is not None and SEVERITIES.index(known.severity) <= SEVERITIES.index(cap.severity):
            continue
        found[pack] = cap
        waiting += [(child, max(cap, own, key=_strictness)) for child, own in edges.get(pack, {}).items()]
    return found


def _strictness(cap: Cap) -> int:
    return SEVERITIES.index(cap.severity)
