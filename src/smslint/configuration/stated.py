"""What a template says of itself: front matter and comments, as facts and suppressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from smslint.configuration.facts import KEYS, Layer, layer
from smslint.configuration.sources import Template
from smslint.packs.packs import Packs, renamed
from smslint.reading.positions import Lines
from smslint.reading.schema import Reader
from smslint.tree.lowering import Comment, Lowered
from smslint.tree.message import Span

if TYPE_CHECKING:
    from smslint.configuration.pragmas import Suppression


class Stated(NamedTuple):
    """Layers of facts, the later winning; suppressions; the comments that are for smslint; and what is wrong, with its
    offset in the file or its span in the template's text."""

    layers: tuple[Layer, ...]
    suppressions: tuple[Suppression, ...]
    comments: tuple[Comment, ...]
    wrong: tuple[tuple[str, int | Span], ...]
    notes: tuple[tuple[str, int], ...] = ()


NOTHING = Stated((), (), (), ())


def stated(template: Template, lowered: Lowered, lines: Lines, path: str, packs: Packs) -> Stated:
    """What the template at `path` says of itself; `packs` know the ids of rules."""
    lost = None
    if template.front_matter is None:
        lost = _lost(template.text) if template.text.startswith(("---", "\ufeff---")) else None
        if not lowered.comments:
            return NOTHING if lost is None else NOTHING._replace(wrong=((lost, 0),))
    from smslint.configuration.pragmas import read

    front, suppressions, mistakes = _front_matter(template, path, packs)
    line_of = {c.span.start: lines.position(template.offset(c.span.start)).line for c in lowered.comments}
    said = read(lowered.comments, path, line_of, packs)
    silenced = (*suppressions, *said.suppressions)
    notes = tuple(
        (renamed(one.said, one.rule), one.offset if one.span is None else template.offset(one.span.start))
        for one in silenced
        if one.said != one.rule
    )
    found = Stated((front, *said.facts), silenced, said.comments, (*mistakes, *said.mistakes), notes)
    return found if lost is None else found._replace(wrong=(*found.wrong, (lost, 0)))


def _lost(text: str) -> str | None:
    """What keeps a text from having the front matter that its first lines look like; None where they do not."""
    first = re.match(r"(?P<mark>\ufeff?)---[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n){0,99}(?P<key>\w+)[+-]?:(?=\s)", text)
    if first is None or first["key"] not in (*KEYS, "ignore"):
        return None
    if first["mark"]:
        return "a byte order mark stands before `---`, so all of it is sent: save the file as UTF-8 without the mark"
    return "no second `---` ends the front matter, so all of it is sent: end it with a line `---`"


def _front_matter(
    template: Template, path: str, packs: Packs
) -> tuple[Layer, list[Suppression], list[tuple[str, int]]]:
    if template.front_matter is None:
        return {}, [], []
    from smslint.configuration.pragmas import suppressed

    reader = Reader(path, template.front_matter, line_offset=1)
    root = reader.root()
    found = layer(reader, root, "the front matter", also=("ignore",))
    ignored = None if root is None else root.get("ignore")
    start = template.front_matter_start
    suppressions = [] if ignored is None else suppressed(reader, ignored, start, packs)
    return found, suppressions, [(mistake.message, start + mistake.offset) for mistake in reader.mistakes]
