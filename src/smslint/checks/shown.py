"""A stretch of a path as a message shows it."""

from __future__ import annotations

from smslint.extents.path import Path
from smslint.tree.message import Slot, Text

SLOTS = ("\ue000", "\ue0ff")  # the characters that stand for slots in the text of a path


def shown(path: Path, start: int, end: int) -> str:
    """The characters `start` to `end` of the path's text on one line, with the names of variables: `bit.ly/{id}`."""
    if not any(map(is_slot, path.text[start:end])):
        return " ".join(path.text[start:end].split())
    parts = []
    for number in range(path.index(start), path.index(max(start, end - 1)) + 1):
        node, text, begin = path.nodes[number], path.texts[number], path.starts[number]
        if isinstance(node, Slot) and free(node, text):
            parts.append(f"{{{node.name}}}")
        else:
            parts.append(text[max(0, start - begin) : end - begin])
    return " ".join("".join(parts).split())


def free(node: Text | Slot, text: str) -> bool:
    """Whether `node`, which is `text` on some path, is a slot of which the value is open."""
    return isinstance(node, Slot) and is_slot(text[:1])


def is_slot(character: str) -> bool:
    return SLOTS[0] <= character <= SLOTS[1]
