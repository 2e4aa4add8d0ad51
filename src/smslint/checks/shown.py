"""A stretch of a path as a message shows it."""

from __future__ import annotations

from smslint.extents.path import Path, Piece

SLOTS = ("\ue000", "\ue0ff")  # the characters that stand for slots in the text of a path


def shown(path: Path, start: int, end: int) -> str:
    """The characters `start` to `end` of the path's text on one line, with the names of variables: `bit.ly/{id}`."""
    if not any(map(is_slot, path.text[start:end])):
        return " ".join(path.text[start:end].split())
    parts = []
    for piece in path.pieces:
        text = piece.text[max(0, start - piece.start) : max(0, end - piece.start)]
        parts.append(f"{{{piece.slot.name}}}" if text and piece.slot is not None and free(piece) else text)
    return " ".join("".join(parts).split())


def free(piece: Piece) -> bool:
    """Whether the piece is a slot of which the value is open."""
    return piece.slot is not None and is_slot(piece.text[:1])


def is_slot(character: str) -> bool:
    return SLOTS[0] <= character <= SLOTS[1]
