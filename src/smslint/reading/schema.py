"""YAML nodes read into typed values, with every mistake reported at its place.

A Reader never stops at a mistake: it notes it and gives a value to go on with, so that one run reports them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Mapping_
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from smslint.reading.yamltree import Mapping, Mark, Node, Scalar, Sequence, YamlProblem, parse

T = TypeVar("T")

WORDS_MAX = 480  # characters, three segments
TRUE = ("true", "yes", "on")
FALSE = ("false", "no", "off")
_NOTHING = ("", "~", "null", "Null", "NULL")  # what YAML takes for no value, unless it is quoted


class Mistake(NamedTuple):
    """One thing wrong in a YAML file: where (line and column from 1, code points), what, and what stands there."""

    path: str
    line: int
    column: int
    message: str
    source: str = ""
    offset: int = 0

    def __str__(self) -> str:
        head = f"{self.path}:{self.line}:{self.column}: {self.message}"
        if not self.source.strip():
            return head
        from smslint.reading.positions import caret

        return f"{head}\n{caret(self.source, self.column - 1, self.column)}"


class MistakesFound(Exception):
    """A configuration or pack that cannot be used, with all of its mistakes."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def nothing(node: Node) -> bool:
    """Whether a key or an item has no value: `brand:`, `brand: null`."""
    return isinstance(node, Scalar) and node.plain and node.text in _NOTHING


class Reader:
    """Reads the nodes of one YAML text; `mistakes` fills up as it goes. `line_offset`: lines before the text."""

    def __init__(self, path: str, text: str, line_offset: int = 0) -> None:
        self.path = path
        self.text = text
        self.line_offset = line_offset
        self.mistakes: list[Mistake] = []
        self._noted: set[Mistake] = set()
        self._unread: set[int] = set()  # where no YAML stands, so that nothing more need be said of it

    def root(self) -> Mapping | None:
        """The top mapping; None where the text is empty or no mapping."""
        node = self.document()
        return None if node is None else self.mapping(node, "the file")

    def document(self) -> Node | None:
        """What the text is, a mapping, a list or a value; None where it is empty, or no YAML."""
        noted: list[YamlProblem] = []
        try:
            node = parse(self.text, noted)
        except YamlProblem as fatal:
            noted, node = [*noted, fatal], None
        for problem in noted:
            first = problem.first
            before = "" if first is None else f" (first on line {first.line + 1 + self.line_offset})"
            self.mistake(problem.mark, problem.message + before)
            self._unread.add(problem.mark.offset)
        return node

    def mistake(self, where: Node | Mark, message: str) -> None:
        """Notes a mistake, once."""
        found = self.told(where, message)
        if found not in self._noted and found.offset not in self._unread:
            self._noted.add(found)
            self.mistakes.append(found)

    def told(self, where: Node | Mark, message: str) -> Mistake:
        """A mistake at its place, which is not noted."""
        mark = where if isinstance(where, Mark) else where.start
        lines = self.text.split("\n")
        source = lines[mark.line].rstrip("\r") if mark.line < len(lines) else ""
        line = mark.line + 1 + self.line_offset
        return Mistake(self.path, line, mark.column + 1, message, source, mark.offset)

    def mistake_at(self, line: int, column: int, message: str) -> None:
        """A mistake in a text that is no YAML; `line` and `column` from 1."""
        self.mistake(Mark(0, line - 1 - self.line_offset, column - 1), message)

    def inside(self, node: Node, position: int) -> Mark:
        """Where the character `position` of a scalar's text stands; its start where that cannot be told."""
        start = node.start
        if not isinstance(node, Scalar):
            return start
        if self.text.startswith("|", start.offset):
            before = node.text[:position]
            line, column = start.line + 1 + before.count("\n"), position - (before.rfind("\n") + 1)
            lines = self.text.split("\n")
            text = node.text.split("\n")[before.count("\n")]
            if line < len(lines) and text and lines[line].rstrip("\r").endswith(text):
                return Mark(start.offset, line, lines[line].index(text) + column)
        quote = 0 if node.plain else 1
        if self.text.startswith(node.text, start.offset + quote):
            return Mark(start.offset + quote + position, start.line, start.column + quote + position)
        return start

    def line(self, node: Node) -> int:
        return node.start.line + 1 + self.line_offset

    def mapping(self, node: Node, what: str, like: str = "") -> Mapping | None:
        """`node`, if it is a mapping, or nothing; `like`: what one looks like."""
        if isinstance(node, Mapping):
            return node
        if not nothing(node):
            self.mistake(node, f"{what} must be a mapping of keys to values{f', like {like}' if like else ''}")
        return None

    def entries(
        self,
        node: Node | None,
        what: str,
        known: tuple[str, ...],
        changed: tuple[str, ...] = (),
        stray: Mapping_[str, str] = MappingProxyType({}),
    ) -> Iterator[tuple[Scalar, Node]]:
        """The entries of a mapping whose keys are `known`, those of `changed` also as `key+` and `key-`; any other is a
        mistake. `stray`: what to say of keys that stand elsewhere."""
        found = None if node is None else self.mapping(node, what)
        for key, value in found.entries if found else ():
            name, sign = signed(key.text)
            if key.text in known or (sign and name in changed):
                yield key, value
            elif sign and name in known:
                self.mistake(key, f"`{key.text}`: `{name}` is no list, so nothing is added or removed: write `{name}`")
            else:
                told = f": it is {stray[name]}" if name in stray else did_you_mean(key.text, known)
                self.mistake(key, f"unknown key `{key.text}` in {what}{told}")

    def items(self, node: Node) -> tuple[Node, ...]:
        """The items of a list; a single value is a list of one."""
        if isinstance(node, Sequence):
            for item in filter(nothing, node.items):
                self.mistake(item, "this item has no value: write one, or take it out")
            return tuple(item for item in node.items if not nothing(item))
        return () if nothing(node) else (node,)

    def string(self, node: Node, what: str) -> str:
        if isinstance(node, Scalar) and not nothing(node):
            return node.text
        if isinstance(node, Scalar):
            instead = f', or "{node.text}" in quotes where that is the text'
            self.mistake(node, f"{what} has no value: write one{instead}, or take it out")
        else:
            kind = "a list" if isinstance(node, Sequence) else "a mapping of keys to values"
            self.mistake(node, f"{what} must be a single value, not {kind}")
        return ""

    def words(self, node: Node, what: str) -> str:
        """A text that a message may hold, or that is compared with one."""
        text = self.string(node, what)
        if len(text) > WORDS_MAX:
            self.mistake(node, f"{what} has {len(text):,} characters; more than {WORDS_MAX} fit no message")
        return text[:WORDS_MAX]

    def strings(self, node: Node, what: str) -> tuple[str, ...]:
        return tuple(self.string(item, f"each of {what}") for item in self.items(node))

    def choice(self, node: Node, what: str, known: tuple[str, ...]) -> str | None:
        text = self.string(node, what)
        if text in known:
            return text
        if isinstance(node, Scalar) and not nothing(node):
            meant = ": did you mean `off`?" if text.lower() in FALSE and "off" in known else did_you_mean(text, known)
            meant = meant if known else ": there is nothing to take out"
            self.mistake(node, f"{what} cannot be `{text}`{meant}")
        return None

    def integer(self, node: Node, what: str, low: int, high: int) -> int | None:
        text = self.string(node, what)
        if isinstance(node, Scalar) and not nothing(node):
            digits = text.removeprefix("-")
            if digits.isdigit() and digits[0] == "0" != digits:
                words = f"{what} is `{text}`, which some readers of YAML take for an octal number"
                self.mistake(node, f"{words}: write `{digits.lstrip('0') or '0'}`")
                return None
            if not node.plain and digits.isdigit():
                self.mistake(node, f'{what} must be a whole number, not the text "{text[:60]}": take the quotes away')
                return None
            if node.plain and text.isascii() and digits.isdigit() and len(text) < 12 and low <= int(text) <= high:
                return int(text)
            wanted = f"a whole number from {low:,} to {high:,}" if low < high else str(low)
            self.mistake(node, f"{what} must be {wanted}, not `{text}`")
        return None

    def boolean(self, node: Node, what: str) -> bool | None:
        text = self.string(node, what).lower()
        if text in TRUE or text in FALSE:
            return text in TRUE
        if isinstance(node, Scalar) and not nothing(node):
            self.mistake(node, f"{what} must be true or false, not `{text}`")
        return None


def signed(key: str) -> tuple[str, str]:
    """A key without its sign, and the sign: `include+` is `include` and `+`."""
    return (key[:-1], key[-1]) if key[-1:] in ("+", "-") else (key, "")


def combined(base: tuple[T, ...], given: Mapping_[str, tuple[T, ...]], key: str) -> tuple[T, ...]:
    """`base` as `key` (in place of it), `key+` (what it lacks is added) and `key-` (taken out) of `given` change it."""
    found = given.get(key, base)
    found = (*found, *(item for item in given.get(f"{key}+", ()) if item not in found))
    return tuple(item for item in found if item not in given.get(f"{key}-", ()))


def did_you_mean(text: str, known: tuple[str, ...]) -> str:
    """`: did you mean …?`, or what is expected where nothing is close."""
    from difflib import get_close_matches

    close = get_close_matches(text, known, n=1, cutoff=0.6)
    if close:
        return f": did you mean `{close[0]}`?"
    return f": expected {' | '.join(known)}" if 0 < len(known) <= 16 else ""


def read(path: str, text: str, build: Callable[[Reader, Mapping | None], T]) -> T:
    """What `build` makes of a YAML text; raises MistakesFound with all of its mistakes."""
    reader = Reader(path, text)
    value = build(reader, reader.root())
    if reader.mistakes:
        raise MistakesFound(sorted(reader.mistakes, key=lambda m: (m.line, m.column)))
    return value
