"""Values from real life: contexts that templates are tried with, out of the configuration or a file of data.

A context is what a template would be rendered with: names to texts, numbers, booleans, null, lists and mappings. Each
value keeps its place, so that one which breaks its declaration is found again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smslint.configuration.globs import Globs, globs
from smslint.reading.schema import Reader, nothing
from smslint.reading.yamltree import SIZE_MAX, Node, Scalar, Sequence
from smslint.reading.yamltree import Mapping as MappingNode
from smslint.tree.variables import Variable

CONTEXTS_MAX = 1_000  # of one entry of `examples`
DATA_KINDS = (".yaml", ".yml", ".json", ".csv")
SET_KEYS = ("files", "contexts", "data")

_NULL = ("", "~", "null", "Null", "NULL")
_FLOAT = re.compile(r"-?\d{1,15}\.\d{1,15}")
_ESCAPED_PAIR = re.compile(r"((?<!\\)(?:\\\\)*)((?:\\u[dD][89a-fA-F][0-9a-fA-F]{2})+)")
_NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


class Place(NamedTuple):
    """Where a value stands: a file, line and column from 1, offset from 0."""

    path: str
    line: int
    column: int
    offset: int


class Example(NamedTuple):
    """One context: its values by name, where it stands, and where each value does, by `user.name`, `items[0]`."""

    values: Mapping[str, Any]
    place: Place
    places: Mapping[str, Place]

    def place_of(self, path: str) -> Place:
        """Where the value `path` stands; the context where it lacks it."""
        return self.places.get(path, self.place)


@dataclass(frozen=True)
class Examples:
    """One entry of `examples`: contexts, for the templates that `files` match (None: for those that they fit)."""

    contexts: tuple[Example, ...] = ()
    files: Globs | None = None
    data: Scalar | None = field(default=None, compare=False)


Open = Callable[[str], "tuple[str, str] | str"]  # a file by its path: where it is and its text, or what is wrong


def examples(reader: Reader, node: Node) -> tuple[Examples, ...]:
    """The entries of `examples`; those in files of data are still to be read (`with_data`)."""
    found: list[Examples] = []
    alone: list[Example] = []
    for item in reader.items(node):
        if isinstance(item, Scalar) and not nothing(item):
            found.append(Examples(data=item))
        elif isinstance(item, MappingNode) and (item.get("contexts") or item.get("data")):
            found.append(_entry(reader, item))
        else:
            alone += _contexts(reader, (item,))
    return (*([Examples(_bounded(reader, node, alone))] if alone else []), *found)


def _entry(reader: Reader, item: MappingNode) -> Examples:
    nodes = {key.text: value for key, value in reader.entries(item, "each of `examples`", SET_KEYS)}
    if "contexts" in nodes and "data" in nodes:
        reader.mistake(nodes["data"], "`data` stands beside `contexts`: make two entries of them")
    contexts = _contexts(reader, reader.items(nodes["contexts"])) if "contexts" in nodes else []
    files = Globs(globs(reader, nodes["files"])) if "files" in nodes else None
    data = nodes.get("data")
    if data is not None and not isinstance(data, Scalar):
        reader.mistake(data, "`data` is the path of a file")
        data = None
    return Examples(_bounded(reader, item, contexts), files, data)


def _bounded(reader: Reader, where: Node, found: list[Example]) -> tuple[Example, ...]:
    if len(found) > CONTEXTS_MAX:
        reader.mistake(where, f"more than {CONTEXTS_MAX:,} contexts: a few that differ tell as much")
    return tuple(found[:CONTEXTS_MAX])


def with_data(
    found: tuple[Examples, ...], reader: Reader, open_data: Open, variable: Callable[[str], Variable]
) -> Iterator[Examples]:
    """`found` with the contexts of their files of data, each in YAML, JSON or CSV. Mistakes are noted in `reader`."""
    for one in found:
        if one.data is None:
            yield one
            continue
        name = one.data.text
        if not name.lower().endswith(DATA_KINDS):
            reader.mistake(one.data, f"`{name}` is none of {', '.join(DATA_KINDS)}")
            continue
        opened = open_data(name)
        if isinstance(opened, str):
            reader.mistake(one.data, f"`{name}` {opened}")
            continue
        path, text = opened
        inner = Reader(path, text.removeprefix("\ufeff"))
        contexts = list(_rows(inner, variable)) if name.lower().endswith(".csv") else _document(inner)
        bounded = _bounded(reader, one.data, contexts)
        reader.mistakes += inner.mistakes
        yield Examples(bounded, one.files)


def _document(reader: Reader) -> list[Example]:
    json = reader.path.lower().endswith(".json")
    root = Reader(reader.path, _as_yaml(reader.text)) if json else reader
    node = root.document()
    reader.mistakes[:] = root.mistakes
    return [] if node is None else _contexts(reader, node.items if isinstance(node, Sequence) else (node,))


def _as_yaml(json: str) -> str:
    """JSON as YAML takes it: without tabs, which cannot stand in its texts, and with escaped pairs as one character."""
    return _ESCAPED_PAIR.sub(_one_escape, json.replace("\t", " "))


def _one_escape(match: re.Match[str]) -> str:
    whole = bytes.fromhex(match[2].replace("\\u", "")).decode("utf-16-be", "replace")
    return match[1] + "".join(f"\\U{ord(character):08x}" for character in whole)


def _contexts(reader: Reader, nodes: tuple[Node, ...]) -> list[Example]:
    found = []
    for node in nodes:
        mapping = reader.mapping(node, "each context")
        if mapping is not None:
            places: dict[str, Place] = {}
            value = _value(reader, mapping, "", places)
            found.append(Example(value, _place(reader, node), places))
    return found


def _place(reader: Reader, node: Node) -> Place:
    return Place(reader.path, reader.line(node), node.start.column + 1, node.start.offset)


def _value(reader: Reader, node: Node, path: str, places: dict[str, Place]) -> Any:
    places[path] = _place(reader, node)
    if isinstance(node, Sequence):
        return [_value(reader, item, f"{path}[{index}]", places) for index, item in enumerate(node.items)]
    if isinstance(node, MappingNode):
        dot = "." if path else ""
        return {key.text: _value(reader, value, f"{path}{dot}{key.text}", places) for key, value in node.entries}
    text = node.text
    if not node.plain:
        return text
    if text in _NULL:
        return None
    if text in ("true", "True", "false", "False"):
        return text in ("true", "True")
    if text.isascii() and text.removeprefix("-").isdigit() and str(int(text[:20])) == text:
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _rows(reader: Reader, variable: Callable[[str], Variable]) -> Iterator[Example]:
    """The rows of a CSV file, whose first line names the variables; a cell is a text, unless declared values or
    `true` and `false` say otherwise."""
    import csv
    import io

    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", reader.text))]
    head = reader.text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(reader.text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        names = [name.strip() for name in next(rows, [])]
        wrong = next((name for name in names if not _NAME.fullmatch(name) or names.count(name) > 1), None)
        if wrong is not None:
            reader.mistake_at(1, 1, f"the first line names the variables, and `{wrong}` is no name, or stands twice")
            return
        line = rows.line_num
        for cells in rows:
            place = Place(reader.path, line + 1, 1, starts[line])
            line = rows.line_num
            if len(cells) > len(names):
                reader.mistake_at(place.line, 1, f"{len(cells)} cells, and the first line names {len(names)}")
            elif cells:
                given = {name: _cell(cell, variable(name)) for name, cell in zip(names, cells, strict=False)}
                yield Example(_nested(given), place, dict.fromkeys(given, place))
    except csv.Error as error:
        reader.mistake_at(rows.line_num or 1, 1, f"no CSV: {error}")


def _cell(text: str, variable: Variable) -> Any:
    for value in variable.domain.values or (True, False):
        if not isinstance(value, str) and str(value).lower() == text.strip().lower():
            return value
    return text


def _nested(given: Mapping[str, Any]) -> dict[str, Any]:
    """`user.name` as a mapping in a mapping."""
    found: dict[str, Any] = {}
    for path, value in given.items():
        *outer, name = path.split(".")
        inner = found
        for step in outer:
            held = inner.setdefault(step, {})
            inner = held if isinstance(held, dict) else {}
        inner[name] = value
    return found


__all__ = ["CONTEXTS_MAX", "SIZE_MAX", "Example", "Examples", "Place", "examples", "with_data"]
