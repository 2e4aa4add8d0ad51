"""Jinja2's own lexer and parser, with exact offsets.

Jinja2's nodes know only a line number, but the parser copies it from the token into the node without looking at it.
So a lexer that writes each token's *offset* into that field gives every node of Jinja2's own tree its exact place.

Theory of operation. Between the tags of a template Jinja2's lexer is where it begins, at text; so a tag and what stands
between two of them can be read by themselves. Tags recur (`{{ first_name }}`, `{% endif %}`), so what Jinja2 makes of
one is kept and moved to where the next one stands, and text without a brace need not be read at all. What cannot be
told apart so (a tag within a comment, a string or `raw`) is read by Jinja2 in one piece from there on. A template of
texts and outputs alone, as most are, is put together without its parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import Lexer, Token, TokenStream
from jinja2.parser import Parser

NESTING_MAX = 100  # tags in tags, or brackets in brackets
TAGS_MAX = 5_000  # of which it is kept what they hold
_OPENING = frozenset(("if", "for", "block", "call", "filter", "macro", "with", "trans", "autoescape"))
_EXTENSIONS = ("jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n")  # they parse; nothing of them runs
_PUNCTUATION = frozenset(("data", "whitespace"))
_IGNORED = frozenset(("whitespace", "comment_begin", "comment", "comment_end", "raw_begin", "raw_end"))
_AT_TEXT = frozenset(("data", "variable_end", "block_end", "comment_end", "raw_end"))  # behind them is text
_BEGINNINGS = ("variable_begin", "block_begin")
_KNOWN = "known expression"  # a token for what was parsed before; Jinja2 has none of that name
_LEAVES = frozenset((nodes.Name, nodes.Const))
_DELIMITERS = ("{%", "%}", "{{", "}}", "{#", "#}", None, None)

# A tag whose end can be told without reading it; a `-` or `+` at its ends would say something of the text around.
_TAG = r"(?<!\{)\{(?:\{(?![-+])[^{}]{0,200}(?<!-)\}\}|%(?![-+])[^{}%]{0,200}(?<![-+])%\}END)"
_TAGS = {trimmed: re.compile(_TAG.replace("END", r"\n?" if trimmed else "")) for trimmed in (False, True)}

_COUNTED = re.compile(r" at \d+$")  # in a message, where its finding says so

Place = tuple[int, int]  # from where to where
Words = tuple[int, str, bool]  # where a text or a name begins, its words, and whether it is a name
Raw = tuple[int, str, str]  # a line or an offset, the kind of the token, its text


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


class _Kept(NamedTuple):
    """A tag: where its tokens begin and end, from its start, and what the parser takes for them; of an output, the
    expression stands among these as it was parsed. `name`: of an output that is one."""

    starts: Sequence[int]
    ends: Sequence[int]
    tokens: Sequence[Token]
    name: Words | None

    def named(self, by: int) -> Words:
        """Its name, in a tag that begins at `by`."""
        assert self.name is not None
        return self.name[0] + by, self.name[1], True


class OffsetLexer(Lexer):
    """Jinja2's lexer, with offsets for line numbers; keeps where each token begins and ends, and the comments."""

    def __init__(self, environment: Environment, apart: bool) -> None:
        super().__init__(environment)
        self.environment = environment
        self.apart = apart and _delimiters(environment) == _DELIMITERS and not environment.lstrip_blocks
        self._pattern = _TAGS[environment.trim_blocks]
        self._tags: dict[str, _Kept | None] = {}
        self._last: tuple[str, list[tuple[Place, _Kept | None]] | None] = ("", [])
        self.reset()

    def reset(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.comments: list[tuple[int, str]] = []

    def tokenize(
        self, source: str, name: str | None = None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        tokens = self._by_tag(source) if self._comes_apart(source) else self.wrap(self._from(source, 0))
        return TokenStream(tokens, name, filename)

    def _comes_apart(self, source: str) -> bool:
        return self.apart and "\r" not in source and not _may_nest(source, self.environment)

    def names(self, source: str) -> list[Words] | None:
        """The texts and plain names of a template that has nothing else; None of any other."""
        found = self._outputs(source)
        if found is None or not all(kept is None or kept.name for _, kept in found):
            return None
        return [
            (place[0], source[slice(*place)], False) if kept is None else kept.named(place[0]) for place, kept in found
        ]

    def flat(self, source: str) -> list[nodes.Node] | None:
        """The statements of a template that is texts and outputs alone, noted with their places; None of any other."""
        outputs = self._outputs(source)
        if outputs is None:
            return None
        found: list[nodes.Node] = []
        for (start, end), kept in outputs:
            if kept is None:
                found.append(self._text(source, start, end))
            else:
                self._note(kept, start)
                found.append(_moved(_expression(kept.tokens[1]), start))
        return [_node(nodes.Output, nodes=found, lineno=found[0].lineno)] if found else []

    def _outputs(self, source: str) -> list[tuple[Place, _Kept | None]] | None:
        """The texts (None) and the outputs of a template that has nothing else; None of any other."""
        if self._last[0] is not source:
            self._last = source, self._read_outputs(source)
        return self._last[1]

    def _read_outputs(self, source: str) -> list[tuple[Place, _Kept | None]] | None:
        if not self._comes_apart(source) or "{%" in source or "{#" in source:
            return None
        found: list[tuple[Place, _Kept | None]] = []
        start = 0
        for match in self._pattern.finditer(source):
            place, kept = match.start(), self._tag(match[0])
            if kept is None or source.find("{", start, place) >= 0:
                return None
            if place > start:
                found.append(((start, place), None))
            start = match.end()
            found.append(((place, start), kept))
        if source.find("{", start) >= 0:
            return None
        end = self._end(source, start)
        if end > start:
            found.append(((start, end), None))
        return found

    def _by_tag(self, source: str) -> Iterator[Token]:
        """The tokens of `source`, read tag by tag as far as that goes."""
        start = 0
        for match in self._pattern.finditer(source):
            place = match.start()
            kept, between = self._tag(match[0]), self._between(source[start:place])
            if kept is None or between is None:
                break
            if between:
                yield from self.wrap(self._placed(between, source, start))
            elif place > start:
                yield self._data(source, start, place)
            start = match.end()
            self._note(kept, place)
            for offset, kind, value in kept.tokens:
                yield Token(place + offset, kind, value)
        if "{" in source[start:]:
            yield from self.wrap(self._from(source, start))
            return
        end = self._end(source, start)
        if end > start:
            yield self._data(source, start, end)

    def _end(self, source: str, start: int) -> int:
        """Where the text ends that the template ends in, from `start` on."""
        return len(source) - (source.endswith("\n", start) and not self.keep_trailing_newline)

    def _note(self, kept: _Kept, place: int) -> None:
        """Notes the tokens of a tag that stands at `place`."""
        self.starts += [place + one for one in kept.starts]
        self.ends += [place + one for one in kept.ends]

    def _data(self, source: str, start: int, end: int) -> Token:
        self.starts.append(start)
        self.ends.append(end)
        return Token(start, "data", source[start:end])

    def _text(self, source: str, start: int, end: int) -> nodes.Node:
        self.starts.append(start)
        self.ends.append(end)
        return _node(nodes.TemplateData, data=source[start:end], lineno=start)

    def _tag(self, text: str) -> _Kept | None:
        """What is known of a tag; None where it is none by itself."""
        if text not in self._tags:
            if len(self._tags) >= TAGS_MAX:
                self._tags.clear()
            self._tags[text] = self._kept(text)
        return self._tags[text]

    def _kept(self, text: str) -> _Kept | None:
        raw = self._between(text)
        if not raw or raw[0][1] not in _BEGINNINGS:
            return None
        placed = list(_placed(raw, text, 0))
        try:
            tokens = self._parsed(placed) if raw[0][1] == "variable_begin" else list(self.wrap(iter(placed)))
        except (TemplateSyntaxError, ValueError, OverflowError, AssertionError, TypeError):
            return None
        places = [(at, at + len(value)) for at, _, value in placed]
        name = plain_name(_expression(tokens[1]), text) if raw[0][1] == "variable_begin" else None
        return _Kept([start for start, _ in places], [end for _, end in places], tokens, name)

    def _parsed(self, placed: Sequence[Raw]) -> list[Token]:
        """The tokens of an output whose expression is parsed. Raises what Jinja2 does."""
        parser = _Parser(self.environment, "")
        parser.stream = TokenStream(self.wrap(iter(placed)), None, None)
        (output,) = parser.parse().body
        assert isinstance(output, nodes.Output)
        known: Any = output.nodes[0]
        return [Token(0, "variable_begin", "{{"), Token(0, _KNOWN, known), Token(placed[-1][0], "variable_end", "}}")]

    def _between(self, text: str) -> list[Raw] | None:
        """What Jinja2 reads in `text`; nothing where that is text alone, None where it does not end at text again."""
        if "{" not in text:
            return []
        keep, self.keep_trailing_newline = self.keep_trailing_newline, True
        try:
            found = list(super().tokeniter(text, None))
        except TemplateSyntaxError:
            return None
        finally:
            self.keep_trailing_newline = keep
        return found if found and found[-1][1] in _AT_TEXT else None

    def _from(self, source: str, start: int) -> Iterator[Raw]:
        """What Jinja2 reads of `source` from `start` on."""
        tokens = super().tokeniter(source[start:], None)
        if start == 0 and _may_nest(source, self.environment):
            tokens = _nested(tokens, source, self.starts)
        position = start
        try:
            for position, token, value in self._placed(tokens, source, start):
                yield position, token, value
                position += len(value)
        except TemplateSyntaxError as error:
            # Raised by the lexer itself, whose line numbers are real ones.
            message = _COUNTED.sub("", error.message or "unexpected text")
            raise SyntaxProblem(message, min(position, len(source))) from None

    def _placed(self, tokens: Iterator[Raw] | Sequence[Raw], source: str, start: int) -> Iterator[Raw]:
        """`tokens`, noted with their places."""
        for position, token, value in _placed(tokens, source, start):
            if token == "comment":
                self.comments.append((position, value))
            self.starts.append(position)
            self.ends.append(position + len(value))
            yield position, token, value


def _placed(tokens: Iterator[Raw] | Sequence[Raw], source: str, position: int) -> Iterator[Raw]:
    """`tokens` of `source`, with the offset of each in place of its line; the first stands at `position` or behind."""
    for _, token, value in tokens:
        if token not in _PUNCTUATION:
            # Behind white space that a `-` of this token's tag has removed from the data before it.
            position = source.index(value, position)
        yield position, token, value
        position += len(value)


def _delimiters(environment: Environment) -> tuple[str | None, ...]:
    return (
        environment.block_start_string,
        environment.block_end_string,
        environment.variable_start_string,
        environment.variable_end_string,
        environment.comment_start_string,
        environment.comment_end_string,
        environment.line_statement_prefix,
        environment.line_comment_prefix,
    )


def _may_nest(source: str, environment: Environment) -> bool:
    """Whether tags or brackets may be nested deeper than NESTING_MAX: few templates have as many at all."""
    tags = filter(None, (environment.block_start_string, environment.line_statement_prefix))
    return sum(map(source.count, "([{")) > NESTING_MAX or sum(map(source.count, tags)) > NESTING_MAX


def _nested(tokens: Iterator[Raw], source: str, starts: list[int]) -> Iterator[Raw]:
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


def _node(kind: type[nodes.Node], **attributes: Any) -> nodes.Node:
    """A node with these attributes, made without Jinja2's checks of them."""
    found = kind.__new__(kind)
    found.__dict__.update(attributes, environment=None)
    return found


def _expression(token: Token) -> nodes.Node:
    """The expression that was parsed before, which a token holds."""
    known: Any = token.value
    found: nodes.Node = known
    return found


def plain_name(node: nodes.Node, text: str) -> Words | None:
    """The name that `node` of `text` is, written as most are; None of any other expression."""
    first, key = dotted(node)
    return None if first is None or not text.startswith(key, first.lineno) else (first.lineno, key, True)


def dotted(node: nodes.Node) -> tuple[nodes.Name | None, str]:
    """The name that `node` begins with and all of it as a template mostly writes it, `user.address.city`; None of any
    other expression."""
    words = ""
    while isinstance(node, nodes.Getattr):
        words = f".{node.attr}{words}"
        node = node.node
    return (node, node.name + words) if isinstance(node, nodes.Name) else (None, "")


def _moved(node: nodes.Node, by: int) -> nodes.Node:
    """A copy of an expression that stands so many characters further on."""
    kind = node.__class__
    found = kind.__new__(kind)
    attributes = found.__dict__
    attributes.update(node.__dict__)
    if node.lineno is not None:
        found.lineno = node.lineno + by
    for name in () if kind in _LEAVES else kind.fields:
        value = attributes[name]
        if isinstance(value, nodes.Node):
            attributes[name] = _moved(value, by)
        elif isinstance(value, list):
            attributes[name] = [_moved(one, by) if isinstance(one, nodes.Node) else one for one in value]
    return found


class _Parser(Parser):
    """Jinja2's parser, which takes an expression that was parsed before as it is."""

    def parse_tuple(self, *args: Any, **kwargs: Any) -> nodes.Tuple | nodes.Expr:
        token = self.stream.current
        if token.type != _KNOWN:
            return super().parse_tuple(*args, **kwargs)
        next(self.stream)
        return _moved(_expression(token), token.lineno)  # type: ignore[return-value]

    def parse(self) -> nodes.Template:
        """The tree; its nodes do not know their environment, as nothing of them runs."""
        return nodes.Template(self.subparse(), lineno=1)


class OffsetEnvironment(Environment):
    """An environment that only parses, with offsets for line numbers; `extended`: the tags of extensions too."""

    def __init__(self, settings: Mapping[str, Any], extended: bool) -> None:
        super().__init__(extensions=_EXTENSIONS if extended else (), **settings)
        self.offsets = OffsetLexer(self, apart=not extended)

    @property
    def lexer(self) -> Lexer:
        return self.offsets

    def read(self, text: str) -> nodes.Template:
        """The tree of the template `text`. Raises SyntaxProblem and NestedTooDeep."""
        lexer = self.offsets
        lexer.reset()
        flat = lexer.flat(text)
        if flat is not None:
            return nodes.Template(flat, lineno=1)
        lexer.reset()
        try:
            return _Parser(self, text).parse()
        except TemplateSyntaxError as error:
            raise SyntaxProblem(error.message or "unexpected text", min(error.lineno, len(text))) from None
        except RecursionError:
            raise NestedTooDeep(lexer.starts[-1] if lexer.starts else 0) from None
        except (ValueError, OverflowError, AssertionError, TypeError) as error:
            # A number too long to read, and whatever else Jinja2's parser lets through.
            raise SyntaxProblem(str(error), lexer.starts[-1] if lexer.starts else 0) from None
