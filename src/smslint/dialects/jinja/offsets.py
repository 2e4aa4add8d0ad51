"""A template as Jinja2 reads it: its tree, and where each token of its text stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from copy import copy
from functools import cached_property, lru_cache
from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja.lexing import OffsetEnvironment
from smslint.tree.message import Span

EXTENDED = re.compile(r"\b(?:do|break|continue|trans)\b")  # tags of extensions, which take time to load

# Methods that change what they are called on.
MUTATING = frozenset(
    ("add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault")
) | {"sort", "update"}
_MUTATES = re.compile(rf"\.\s*(?:{'|'.join(sorted(MUTATING))})\b")


class TooManyNames(Exception):
    """A template has too many names and conditions to tell which name stands for what."""


class Source:
    """A parsed template: Jinja2's tree, and where its tokens stand.

    Of another file than the one that is lowered, `name` is how templates call it and `place` where the lowered one
    brings it in, which is what spans of its nodes say.
    """

    def __init__(self, environment: OffsetEnvironment, text: str) -> None:
        lexer = environment.offsets
        self.text = text
        self.tree = environment.read(text)
        self.starts, self.ends, self.comments = lexer.starts, lexer.ends, lexer.comments
        self.name: str | None = None
        self.place: Span | None = None
        self._hidden: Mapping[tuple[int, str], frozenset[str]] | None = None

    def at(self, name: str | None, place: Span) -> Source:
        """This template as `name`, brought in at `place`."""
        found = copy(self)
        found.name, found.place = name, place
        return found

    @cached_property
    def mutates(self) -> bool:
        """Whether it changes lists or other objects."""
        return _MUTATES.search(self.text) is not None

    def hides(self, node: nodes.Node, branch: str = "") -> frozenset[str]:
        """The names that the scope of `node` hides before it sets them. Raises TooManyNames."""
        if "set" not in self.text:
            return frozenset()
        if self._hidden is None:
            from smslint.dialects.jinja.hiding import hidden_names

            self._hidden = hidden_names(self.tree)
            if self._hidden is None:
                raise TooManyNames
        return self._hidden.get((id(node), branch), frozenset())

    def text_span(self, start: int, end: int) -> Span:
        """The span of literal text. Of another file's it is a little less than the tag, so that nobody takes the
        characters of the one for those of the other."""
        return Span(start, end) if self.place is None else Span(self.place.start, self.place.end - 1)

    def token_end(self, offset: int) -> int:
        """Where the token that begins at `offset` ends."""
        index = bisect_right(self.starts, offset) - 1
        return self.ends[index] if index >= 0 else offset


@lru_cache(maxsize=8)
def environment(settings: tuple[tuple[str, Any], ...], extended: bool) -> OffsetEnvironment:
    """The environment with these of Jinja2's settings; `extended`: with the tags of the extensions."""
    given = dict(settings)
    newstyle, trimmed = given.pop("newstyle_gettext", False), given.pop("trimmed_translations", False)
    found = OffsetEnvironment(given, extended)
    if extended:
        found.newstyle_gettext = newstyle  # type: ignore[attr-defined]
        found.policies["ext.i18n.trimmed"] = trimmed
    return found


def parsed(settings: tuple[tuple[str, Any], ...], text: str) -> Source:
    """The template `text`. Raises SyntaxProblem and NestedTooDeep."""
    plain = environment(settings, False)
    tagged = plain.block_start_string in text or plain.line_statement_prefix is not None
    return Source(environment(settings, True) if tagged and EXTENDED.search(text) else plain, text)


parsed_once = lru_cache(maxsize=32)(parsed)  # of files that many templates bring in
