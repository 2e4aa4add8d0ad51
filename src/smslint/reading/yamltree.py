"""YAML as nodes with positions, for files that people write by hand and get wrong.

Built from the parser's events, not from its values: a loader turns `off` into False and `1:30` into 90, keeps the
last of two equal keys without a word, and crashes on brackets nested a hundred thousand deep. Nothing is ever
constructed: no tags, no aliases.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import yaml

NESTING_MAX = 40
SIZE_MAX = 1_000_000  # characters of one YAML file


class Mark(NamedTuple):
    """A place in a file: offset, line and column, all from 0."""

    offset: int
    line: int
    column: int


class Scalar(NamedTuple):
    """A value as it is written; `plain` unless quoted or a block."""

    text: str
    plain: bool
    start: Mark
    end: Mark


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    start: Mark
    end: Mark


class Mapping(NamedTuple):
    """Keys and values in the order of the file. Keys are scalars; an equal key twice is an error before this."""

    entries: tuple[tuple[Scalar, Node], ...]
    start: Mark
    end: Mark

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = "Scalar | Sequence | Mapping"


class YamlProblem(Exception):
    """The text is no YAML that smslint takes: `message`, at `mark`; `first` is what it stands in the way of."""

    def __init__(self, message: str, mark: Mark, first: Mark | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.mark = mark
        self.first = first


_START = Mark(0, 0, 0)
_BRACES = "`{{` begins a mapping to YAML: put the text that has it in quotes"


def parse(text: str, noted: list[YamlProblem] | None = None) -> Node | None:
    """The only document of `text`, None where it is empty. Raises YamlProblem; where `noted` is given, what can be read
    past is put there instead."""
    found: list[YamlProblem] = []
    root = _parsed(text, found)
    if noted is not None:
        noted += found
    elif found:
        raise found[0]
    return root


def _parsed(text: str, noted: list[YamlProblem]) -> Node | None:
    if len(text) > SIZE_MAX:
        raise YamlProblem(f"larger than {SIZE_MAX:,} characters", _START)
    global yaml
    import yaml  # only where there is YAML to read: a run without a configuration has none

    try:
        return _document(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), noted)
    except yaml.MarkedYAMLError as error:
        mark = _mark(error.problem_mark or error.context_mark)
        tab = text.startswith("\t", mark.offset)
        raise YamlProblem("a tab: YAML is indented with spaces" if tab else _reason(error), mark) from None
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        before = text[:position]
        place = Mark(position, before.count("\n"), position - (before.rfind("\n") + 1))
        raise YamlProblem(f"U+{ord(text[position]):04X} may not stand in YAML", place) from None


def _reason(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return ", ".join(parts) or "not YAML"


def _mark(mark: Any) -> Mark:
    """A mark of PyYAML's, of the C parser or the Python one."""
    return _START if mark is None else Mark(mark.index, mark.line, mark.column)


def _document(events: Iterator[yaml.Event], noted: list[YamlProblem]) -> Node | None:
    root: Node | None = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise YamlProblem("a second document: one file holds one", _mark(event.start_mark))
        elif isinstance(event, yaml.NodeEvent):
            root = _node(event, events, 0, noted)
    return root


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int, noted: list[YamlProblem]) -> Node:
    start = _mark(event.start_mark)
    if depth > NESTING_MAX:
        raise YamlProblem(f"nested deeper than {NESTING_MAX} levels", start)
    if isinstance(event, yaml.AliasEvent):
        raise YamlProblem(f"the alias `*{event.anchor}` is not followed: write the value itself", start)
    if isinstance(event, yaml.ScalarEvent):
        # The C parser gives an empty style where the Python one gives none.
        return Scalar(event.value, not event.style, start, _mark(event.end_mark))
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, start, depth, noted)
    return _mapping(events, start, depth, noted)


def _sequence(events: Iterator[yaml.Event], start: Mark, depth: int, noted: list[YamlProblem]) -> Sequence:
    items: list[Node] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return Sequence(tuple(items), start, _mark(event.end_mark))
        items.append(_node(event, events, depth + 1, noted))
    raise AssertionError("the parser closes every sequence")


def _mapping(events: Iterator[yaml.Event], start: Mark, depth: int, noted: list[YamlProblem]) -> Node:
    braces = False
    entries: dict[str, tuple[Scalar, Node]] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            end = _mark(event.end_mark)
            return Scalar("", True, start, end) if braces else Mapping(tuple(entries.values()), start, end)
        key = _node(event, events, depth + 1, noted)
        value = _node(next(events), events, depth + 1, noted)
        if not isinstance(key, Scalar):
            braces = isinstance(key, Mapping) and (key.start.line, key.start.column) == (start.line, start.column + 1)
            noted.append(YamlProblem(_BRACES if braces else "a key must be a word", start if braces else key.start))
        elif key.text in entries:
            first = entries[key.text][0].start
            noted.append(YamlProblem(f"`{key.text}` stands here a second time", key.start, first))
        else:
            entries[key.text] = (key, value)
    raise AssertionError("the parser closes every mapping")
