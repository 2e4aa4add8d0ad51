"""What makes a message UCS-2 (the literal text, a variable, a filter, the suffix), and what it costs without."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from smslint.extents.samples import options
from smslint.extents.witness import Witness
from smslint.gsm.codings import Limits, outside
from smslint.tree.domains import ALPHABETS, Constant, Domain, Failed, Filter, printed
from smslint.tree.message import Slot, Text

CAUSES_SHOWN_MAX = 2


class Cause(NamedTuple):
    """The characters that force UCS-2, each once, and who is to blame for them: `the text`, `the suffix`, `first_name
    (alphabet latin)`."""

    characters: tuple[str, ...]
    who: str

    def __str__(self) -> str:
        return f"{_listed(list(map(_shown, self.characters)))} in {self.who}"


def _shown(character: str) -> str:
    return f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"


def _listed(names: list[str]) -> str:
    """The first of `names`, and how many more there are."""
    more = len(names) - CAUSES_SHOWN_MAX
    *first, last = [*names[:CAUSES_SHOWN_MAX], *([f"{more} more"] if more > 0 else [])]
    return f"{', '.join(first)} and {last}" if first else last


def causes(witness: Witness, limits: Limits) -> list[Cause]:
    """What forces a message into UCS-2, each culprit once; the literal text first, which a person can change."""
    if witness.count.encoding != "UCS-2":
        return []
    found: dict[str, dict[str, None]] = {}
    values = dict(witness.values)
    for text, node in witness.pieces:
        for character in outside(limits, text):
            found.setdefault(_who(text, node, values.get(getattr(node, "name", "")), limits), {})[character] = None
    told = [Cause(tuple(characters), who) for who, characters in found.items()]
    return sorted(told, key=lambda cause: not cause.who.startswith("the text"))


def _who(text: str, node: Text | Slot, value: str | None, limits: Limits) -> str:
    if isinstance(node, Text):
        return {"prefix": "the prefix", "suffix": "the suffix"}.get(node.origin, "the text")
    return _made(node, text, value, limits) or _declared(node)


def _declared(node: Slot) -> str:
    """The name of a variable, with the alphabet that it is declared with."""
    alphabet = next((name for name, one in ALPHABETS.items() if one == node.domain.alphabet), None)
    declared = "" if node.domain.values is not None or alphabet is None else f" (alphabet {alphabet})"
    return f"{node.name}{declared}"


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
            return f"{node.name}, where {_named(change)} makes it of `{_source(change, str(value), beyond[0])}`"
    return None


def _named(change: Filter) -> str:
    """A filter or a method of texts as a template says it: `|upper`, `.title()`."""
    name = str(getattr(change, "name", "filter"))
    return f"{name}()" if name.startswith(".") else f"|{name}"


def _source(change: Filter, value: str, character: str) -> str:
    """The character of `value` of which the filter makes `character`; the value where that is no single one."""
    for one in dict.fromkeys(value):
        with suppress(Failed):
            if character in printed(Domain(), (change,), one):
                return one
    return value


def because(witness: Witness, limits: Limits) -> str:
    """`UCS-2 because of …`, and how many segments the message has without, unless a variable may force it then; empty
    where it is no UCS-2."""
    found = causes(witness, limits)
    if not found:
        return ""
    names = _listed(list(map(str, found)))
    forcing = _forcing(witness, limits)
    if forcing:
        return f"UCS-2 because of {names}; {_listed(forcing)} may force it too"
    without = limits.count_of(witness.text.translate({ord(one): "?" for one in outside(limits, witness.text)}))
    if without.segments < witness.count.segments:
        several = len(found) > 1 or len(found[0].characters) > 1
        names += f", {segments(without.segments)} without{' them' if several else ''}"
    return f"UCS-2 because of {names}"


def _forcing(witness: Witness, limits: Limits) -> list[str]:
    """The variables of the message that could force UCS-2, though in this rendering none of their characters does."""
    slots = [(text, node) for text, node in witness.pieces if isinstance(node, Slot)]
    blamed = {node.name for text, node in slots if outside(limits, text)}
    able = (node for _, node in slots if node.name not in blamed and _may_force(node, limits))
    return list(dict.fromkeys(map(_declared, able)))


def _may_force(node: Slot, limits: Limits) -> bool:
    return any(outside(limits, option.text) for option in options(node.domain, node.filters))


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
