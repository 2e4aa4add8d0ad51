"""Jinja2's own parser with exact offsets.

Jinja2's nodes know only a line number, but the parser copies it from the token into the node without looking at it.
So a lexer that writes each token's *offset* into that field gives every node of Jinja2's own tree its exact place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from copy import copy
from functools import cached_property, lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import Lexer

from smslint.tree.message import Span

NESTING_MAX = 100  # tags in tags, or brackets in brackets
_OPENING = frozenset(("if", "for", "block", "call", "filter", "macro", "with", "trans", "autoescape"))
EXTENDED = re.compile(r"\b(?:do|break|continue|trans)\b")  # tags of these extensions, which take time to load
_EXTENSIONS = ("jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n")  # they parse; nothing of them runs
_PUNCTUATION = frozenset(("data", "whitespace"))


class NestedTooDeep(Exception):
    """Tags or brackets are nested deeper than NESTING_MAX at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class SyntaxProblem(Exception):
    """The template does not parse: `message`, at `offset`."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class _OffsetLexer(Lexer):
    """Jinja2's lexer, with offsets for line numbers; keeps where each token begins and ends, and the comments."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.reset()

    def reset(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.comments: list[tuple[int, str]] = []

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        starts, ends = self.starts, self.ends
        position = 0
        tokens = super().tokeniter(source, name, filename, state)
        if _may_nest(source):
            tokens = _nested(tokens, source, starts)
        try:
            for _, token, value in tokens:
                if token not in _PUNCTUATION:
                    # Behind white space that a `-` of this token's tag has removed from the data before it.
                    position = source.index(value, position)
                    if token == "comment":
                        self.comments.append((position, value))
                starts.append(position)
                yield position, token, value
                position += len(value)
                ends.append(position)
        except TemplateSyntaxError as error:
            # Raised by the lexer itself, whose line numbers are real ones.
            raise SyntaxProblem(error.message or "unexpected text", min(position, len(source))) from None


def _may_nest(source: str) -> bool:
    """Whether tags or brackets may be nested deeper than NESTING_MAX: few templates have as many at all."""
    if len(source) <= NESTING_MAX:
        return False
    opening = sum(map(source.count, "([{"))
    return opening > NESTING_MAX or sum(map(source.count, _OPENING)) > NESTING_MAX


def _nested(tokens: Iterator[tuple[int, str, str]], source: str, starts: list[int]) -> Iterator[tuple[int, str, str]]:
    """`tokens` of `source`, as long as they are not nested too deep; `starts`: where those before begin."""
    depth = brackets = 0
    statement = False
    for line, token, value in tokens:
        if token == "operator":
            brackets += (value in "([{") - (value in ")]}")
        elif token == "name" and statement:
            depth += (value in _OPENING) - value.startswith("end")
        elif token == "variable_begin":
            brackets = 0
        if token not in _PUNCTUATION:
            statement = token == "block_begin"
        if depth > NESTING_MAX or brackets > NESTING_MAX:
            raise NestedTooDeep(source.index(value, starts[-1]))
        yield line, token, value


class OffsetEnvironment(Environment):
    """An environment that only parses, with offsets in place of line numbers."""

    def __init__(self, settings: Mapping[str, Any], extended: bool) -> None:
        super().__init__(extensions=_EXTENSIONS if extended else (), **settings)
        self.offsets = _OffsetLexer(self)

    @property
    def lexer(self) -> Lexer:
        return self.offsets


# Methods that change what they are called on.
MUTATING = frozenset(
    ("add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault")
) | {"sort", "update"}
_MUTATES = re.compile(rf"\.\s*(?:{'|'.join(sorted(MUTATING))})\b")


class Source:
    """A parsed template: Jinja2's tree, and where its tokens stand.

    Of another file than the one that is lowered, `name` is how templates call it and `place` where the lowered one
    brings it in, which is what spans of its nodes say.
    """

    def __init__(self, environment: OffsetEnvironment, text: str) -> None:
        lexer = environment.offsets
        lexer.reset()
        self.text = text
        self.tree = _parse(environment, text)
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
        """The names that the scope of `node` hides before it sets them."""
        if "set" not in self.text:
            return frozenset()
        if self._hidden is None:
            from smslint.dialects.jinja.hiding import hidden_names

            self._hidden = hidden_names(self.tree)
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
    return Source(environment(settings, EXTENDED.search(text) is not None), text)


parsed_once = lru_cache(maxsize=32)(parsed)  # of files that many templates bring in


def _parse(environment: OffsetEnvironment, text: str) -> nodes.Template:
    lexer = environment.offsets
    try:
        return environment._parse(text, None, None)
    except TemplateSyntaxError as error:
        raise SyntaxProblem(error.message or "unexpected text", min(error.lineno, len(text))) from None
    except RecursionError:
        raise NestedTooDeep(lexer.starts[-1] if lexer.starts else 0) from None
    except (ValueError, OverflowError, AssertionError, TypeError) as error:
        # A number too long to read, and whatever else Jinja2's parser lets through.
        raise SyntaxProblem(str(error), lexer.starts[-1] if lexer.starts else 0) from None
