"""`smslint preview FILE`: the worst and the best message as a phone would show them, cut at their segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from smslint.configuration.facts import Facts
from smslint.extents.blame import because, excess
from smslint.extents.blame import segments as plural
from smslint.extents.extent import Extent
from smslint.extents.witness import Witness
from smslint.gsm.codings import Limits, holds
from smslint.gsm.segments import Capacity, Count
from smslint.reading.positions import cells, visible
from smslint.reporters.estimate import segments
from smslint.tree.message import Slot, Text
from smslint.tree.variables import Variable, numbered, told

WIDTH_CELLS = 42

# What is special about a character, the most telling first: its mark, its colour, and the legend.
_KINDS = {
    "forces-ucs2": ("!", "red", "not in GSM-7, forces UCS-2"),
    "two-septets": ("2", "yellow", "costs two septets"),
    "variable": ("v", "cyan", "variable"),
    "suffix": ("s", "magenta", "added by the gateway"),
    "text": (" ", "", ""),
}

Paint = Callable[[str, str], str]


class Character(NamedTuple):
    """A character of a message as sent, its weight in units, and what is special about it."""

    text: str
    units: int
    kind: str


def preview(path: str, extent: Extent, facts: Facts, paint: Paint | None) -> str:
    """Both messages, marked. `paint` colours a text; None: marks stand under the characters."""
    lines = [f"{path}: {segments(extent)} segment{'' if extent.high == 1 else 's'}"]
    shown = [("worst", extent.worst)]
    if extent.worst is None:
        lines.append("  no worst message: the template is unbounded, or more entangled than smslint looks")
        shown = []
    if extent.best is not None and (extent.worst is None or extent.best.text != extent.worst.text):
        shown.append(("best", extent.best))
    kinds: set[str] = set()
    for title, witness in shown:
        if witness is not None:
            lines += ["", *_message(title, witness, facts, paint, kinds, extent.variables)]
    legend = [_legend(kind, paint) for kind in _KINDS if kind in kinds and kind != "text"]
    return "\n".join([*lines, *(["", *legend] if legend else [])]) + "\n"


def _message(
    title: str, witness: Witness, facts: Facts, paint: Paint | None, kinds: set[str], variables: Mapping[str, Variable]
) -> Iterator[str]:
    coding, count = facts.gateway.coding, witness.count
    yield f"{title}: {_numbers(witness)}"
    reasons = [told(condition, value, variables) for condition, value in numbered(witness.when, variables)]
    if reasons:
        yield f"when {', '.join(reasons)}"
    why = because(witness, coding)
    if why:
        yield why
    over = excess(witness, coding)
    if over:
        yield f"remove {over:,} {_unit(count)}{'' if over == 1 else 's'} to save a segment"
    characters = _characters(witness, coding)
    kinds.update(character.kind for character in characters)
    parts = list(cut(characters, coding.capacity_of(count)))
    rule = "─" * (WIDTH_CELLS + 2)
    yield f"  ┌{rule}┐"
    for number, part in enumerate(parts, 1):
        for line in _lines(part):
            yield from _drawn(line, paint)
        label = f" {number} of {len(parts)} "
        end = "┤" if number < len(parts) else "┘"
        yield f"  {'├' if number < len(parts) else '└'}{label}{'─' * (WIDTH_CELLS + 2 - len(label))}{end}"


def _numbers(witness: Witness) -> str:
    count = witness.count
    how = ", ".join((count.encoding, *count.tables))
    units = f"{count.units:,} {_unit(count)}{'' if count.units == 1 else 's'}"
    return f"{plural(count.segments)}, {how}, {units}, {count.remaining} left"


def _unit(count: Count) -> str:
    return "code unit" if count.encoding == "UCS-2" else "septet"


def _characters(witness: Witness, coding: Limits) -> list[Character]:
    count = witness.count
    return [
        Character(c, coding.weight(c, count), _kind(c, node, count, coding))
        for text, node in witness.pieces
        for c in text
    ]


def _kind(character: str, node: Text | Slot, count: Count, coding: Limits) -> str:
    if not holds(coding, character):
        return "forces-ucs2"
    if count.encoding != "UCS-2" and coding.weight(character, count) == 2:
        return "two-septets"
    if isinstance(node, Slot):
        return "variable"
    return "text" if node.origin == "body" else "suffix"


def cut(characters: Iterable[Character], capacity: Capacity) -> Iterator[list[Character]]:
    """The parts of a message: one that fits alone, or each as full as can be; no character straddles two."""
    whole = list(characters)
    limit = capacity.part if sum(character.units for character in whole) > capacity.single else capacity.single
    part: list[Character] = []
    used = 0
    for character in whole:
        if used + character.units > limit:
            yield part
            part, used = [], 0
        part.append(character)
        used += character.units
    yield part


def _lines(part: list[Character]) -> Iterator[list[Character]]:
    """The part in lines of the phone's width, broken after a space where there is one; a line feed ends a line."""
    line: list[Character] = []
    for character in part:
        line.append(character)
        if _width(line) > WIDTH_CELLS:
            end = max((n + 1 for n, c in enumerate(line[:-1]) if c.text == " "), default=len(line) - 1)
            yield line[:end]
            line = line[end:]
        if character.text == "\n":
            yield line
            line = []
    if line or not part:
        yield line


def _width(line: list[Character]) -> int:
    return sum(cells(_shown(character.text)) for character in line)


def _drawn(line: list[Character], paint: Paint | None) -> Iterator[str]:
    runs = [(kind, "".join(_shown(c.text) for c in run)) for kind, run in groupby(line, key=lambda c: c.kind)]
    plain = "".join(text for _, text in runs)
    padding = " " * (WIDTH_CELLS - cells(plain))  # a joined emoji takes fewer cells than its characters
    if paint is not None:
        coloured = "".join(paint(text, _KINDS[kind][1]) if kind != "text" else text for kind, text in runs)
        yield f"  │ {coloured}{padding} │"
        return
    yield f"  │ {plain}{padding} │"
    marks = "".join(_KINDS[kind][0] * cells(text) for kind, text in runs)
    if marks.strip():
        yield f"  │ {marks}{' ' * (WIDTH_CELLS - len(marks))} │"


def _shown(character: str) -> str:
    return "⏎" if character == "\n" else visible(character)


def _legend(kind: str, paint: Paint | None) -> str:
    mark, colour, meaning = _KINDS[kind]
    return f"  {mark}  {meaning}" if paint is None else f"  {paint('■', colour)}  {meaning}"
