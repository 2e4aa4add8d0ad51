"""Where a gateway appends its suffix that skips the messages that hold it already (`skip_if_present`).

Theory of operation. Each path holds it or not. Where few paths hold it, or few do not, the suffix is a choice by the
conditions, and the declared values, of those. Else each path is written out, as a way of its own. Of the rounds of a
loop, and of too many paths, it is not known which hold it: then the suffix may be sent or not, which gives bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from smslint.extents.path import Path
from smslint.extents.paths import paths
from smslint.tree.conditions import Condition, Not, Test, any_of, both, words
from smslint.tree.domains import Domain
from smslint.tree.message import NOWHERE, Arm, Choice, Message, Repeat, Slot, Text, nodes_of
from smslint.tree.slots import by_text, is_one_of
from smslint.tree.variables import Variable

PATHS_MAX = 24  # whose conditions say where the suffix is sent


def where_missing(
    body: Message, suffix: Text, variables: Mapping[str, Variable], character: Callable[[str], str]
) -> Message:
    """`body` with `suffix` on those of its paths that do not hold it already; `character` stands for a slot."""
    found = paths(body, variables, character)
    wanted = suffix.text.strip()
    holding = [wanted in path.text for path in found.paths]
    loops = any(isinstance(node, Repeat) for node in nodes_of(body))
    settled = len(set(holding)) < 2
    if not found.complete or (loops and not settled) or any(_perhaps(wanted, path) for path in found.paths):
        return (*body, *_perhaps_sent(suffix, wanted))
    if settled:
        return body if all(holding) else (*body, suffix)
    sent, first = (False, holding) if sum(holding) * 2 <= len(holding) else (True, [not one for one in holding])
    told = _told(path for path, here in zip(found.paths, first, strict=True) if here)
    if told is not None:
        told = (
            told
            if isinstance(told, Test | Not)
            else told._replace(said=f"{wanted!r} {'not ' if sent else ''}in the text")
        )
        here, other = ((suffix,), ()) if sent else ((), (suffix,))
        return (*body, Choice((Arm(told, here, NOWHERE), Arm(None, other, NOWHERE)), NOWHERE))
    ways = zip(found.paths, holding, strict=True)
    return (Choice(tuple(_arm(path, () if held else (suffix,)) for path, held in ways), NOWHERE),)


def _perhaps(wanted: str, path: Path) -> bool:
    """Whether a path holds `wanted` where what is not declared is empty, and only then."""
    unknown = [piece for piece in path.pieces if _is_open(piece.slot)]
    known = "".join(piece.text for piece in path.pieces if not _is_open(piece.slot)) if unknown else path.text
    return (wanted in known) != (wanted in path.text)


def _is_open(slot: Slot | None) -> bool:
    return slot is not None and slot.domain.values is None


def _perhaps_sent(suffix: Text, wanted: str) -> Message:
    """`suffix`, of which nobody knows whether it is sent; not exact."""
    free = Test(f"the message holds {wanted!r}", "free", None, f"the message holds {wanted!r}")
    unsure = Slot("…", Domain(0, 0, exact=False), NOWHERE)
    return (Choice((Arm(free, (), NOWHERE), Arm(None, (suffix,), NOWHERE)), NOWHERE), unsure)


def _told(found: Iterable[Path]) -> Condition | None:
    """Under which conditions one of these paths is taken; None where that is not said by few of them."""
    ways: dict[Condition, None] = {}
    for path in found:
        condition = _condition(path)
        if condition is None or len(ways) >= PATHS_MAX:
            return None
        ways[condition] = None
    return any_of(ways)


def _condition(path: Path) -> Condition | None:
    parts = [condition if holds else Not(condition) for condition, holds in path.reasons]
    for piece in path.pieces:
        slot = piece.slot
        if slot is None or slot.domain.values is None:
            continue
        texts = by_text(slot)
        if slot.variable is None or None in texts or piece.text not in texts:
            return None
        if len(texts) > 1:
            parts.append(is_one_of(slot, texts[piece.text]))
    return both(*parts)


def _arm(path: Path, suffix: Sequence[Text]) -> Arm:
    """One path, its texts written out."""
    name = " and ".join(words(condition, value) for condition, value in path.reasons) or "this path"
    body: list[Text | Slot] = []
    for piece in path.pieces:
        if piece.slot is not None and piece.slot.domain.values is None:
            body.append(piece.slot._replace(domain=replace(piece.slot.domain, exact=False), variable=None))
        else:
            body.append(Text(piece.text, piece.span, piece.origin))
    return Arm(Test(f"{name} {id(path)}", "free", None, name), (*body, *suffix), NOWHERE)
