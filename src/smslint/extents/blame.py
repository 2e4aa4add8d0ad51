"""What makes a message UCS-2 (the literal text, a variable, a filter, the suffix), and what it costs without."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from smslint.extents.witness import Witness
from smslint.gsm.codings import Limits, outside
from smslint.tree.domains import ALPHABETS, Constant, Domain, Failed, Filter, printed
from smslint.tree.message import Slot, Text

CAUSES_SHOWN_MAX = 2


class Cause(NamedTuple):
    """A character that forces UCS-2, and who is to blame: `the text`, `the suffix`, `first_name (alphabet latin)`."""

    character: str
    who: str

    def __str__(self) -> str:
        shown = f"`{self.character}`" if self.character.isprintable() else f"U+{ord(self.character):04X}"
        return f"{shown} in {self.who}"


def causes(witness: Witness, limits: Limits) -> list[Cause]:
    """What forces a message into UCS-2, each culprit once; the literal text first, which a person can change."""
    if witness.count.encoding != "UCS-2":
        return []
    found: dict[str, Cause] = {}
    values = dict(witness.values)
    for text, node in witness.pieces:
        for character in outside(limits, text):
            cause = _cause(character, text, node, values.get(getattr(node, "name", "")), limits)
            found.setdefault(cause.who, cause)
    return sorted(found.values(), key=lambda cause: not cause.who.startswith("the text"))


def _cause(character: str, text: str, node: Text | Slot, value: str | None, limits: Limits) -> Cause:
    if isinstance(node, Text):
        return Cause(character, {"prefix": "the prefix", "suffix": "the suffix"}.get(node.origin, "the text"))
    made = _made(node, text, value, limits)
    if made is not None:
        return Cause(character, made)
    alphabet = next((name for name, one in ALPHABETS.items() if one == node.domain.alphabet), None)
    declared = "" if node.domain.values is not None or alphabet is None else f" (alphabet {alphabet})"
    return Cause(character, f"{node.name}{declared}")


def _made(node: Slot, text: str, value: Constant | None, limits: Limits) -> str | None:
    """The filter that makes of a value which needs no UCS-2 one that does."""
    if value is None or outside(limits, str(value)):
        return None
    for number, change in enumerate(node.filters, 1):
        try:
            after = printed(Domain(), node.filters[:number], value)
        except Failed:
            return None
        beyond = outside(limits, after)
        if beyond:
            return f"{node.name}, where |{_name(change)} makes it of `{_source(change, str(value), beyond[0])}`"
    return None


def _name(change: Filter) -> str:
    return str(getattr(change, "name", "filter"))


def _source(change: Filter, value: str, character: str) -> str:
    """The character of `value` of which the filter makes `character`; the value where that is no single one."""
    for one in dict.fromkeys(value):
        with suppress(Failed):
            if character in printed(Domain(), (change,), one):
                return one
    return value


def because(witness: Witness, limits: Limits) -> str:
    """`UCS-2 because of …`, and how many segments the message has without; empty where it is no UCS-2."""
    found = causes(witness, limits)
    if not found:
        return ""
    shown = [str(cause) for cause in found[:CAUSES_SHOWN_MAX]]
    more = len(found) - len(shown)
    names = " and ".join([", ".join(shown), f"{more} more"] if more else shown)
    without = limits.count_of(witness.text.translate({ord(one): "?" for one in outside(limits, witness.text)}))
    if without.segments < witness.count.segments:
        names += f", {segments(without.segments)} without"
    return f"UCS-2 because of {names}"


def segments(number: int) -> str:
    return f"{number} segment{'' if number == 1 else 's'}"


def excess(witness: Witness, limits: Limits) -> int:
    """How many units to take out of the message so that it costs a segment less; 0 where it costs but one."""
    count = witness.count
    if count.segments == 1:
        return 0
    single, part = limits.capacity_of(count)
    used = count.segments * part - count.remaining
    return used - (single if count.segments == 2 else part * (count.segments - 1))
