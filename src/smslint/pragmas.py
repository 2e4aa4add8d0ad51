"""What a template says of itself in comments: `smslint: category=marketing`, `smslint: ignore[rule-id] reason`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import NamedTuple

from smslint.facts import KEYS, Layer, layer
from smslint.lowering import Comment
from smslint.message import Span
from smslint.schema import Reader, did_you_mean
from smslint.yamltree import Mapping, Mark, Node, Scalar, Sequence

_PRAGMA = re.compile(r"\s*smslint:(?P<said>.*)", re.DOTALL)
_IGNORE = re.compile(r"\s*ignore\[(?P<rules>[^\]]*)\](?P<reason>.*)", re.DOTALL)


class Pragmas(NamedTuple):
    """The facts, the silenced rules, and what was wrong with what the comments say."""

    facts: tuple[Layer, ...] = ()
    ignored: frozenset[str] = frozenset()
    mistakes: tuple[tuple[str, Span], ...] = ()


def read(comments: Iterable[Comment], path: str, line_of: dict[int, int], rules: tuple[str, ...]) -> Pragmas:
    """What `comments` say to smslint. `line_of` gives the line of a comment's start; `rules` are the known ids."""
    layers: list[Layer] = []
    ignored: set[str] = set()
    mistakes: list[tuple[str, Span]] = []
    for comment in comments:
        found = _PRAGMA.fullmatch(comment.text)
        if found is None:
            continue
        ignore = _IGNORE.fullmatch(found["said"])
        if ignore is None:
            layers.append(_facts(found["said"], comment, path, line_of, mistakes))
            continue
        for name in filter(None, (part.strip() for part in ignore["rules"].split(","))):
            if name in rules:
                ignored.add(name)
            else:
                mistakes.append((f"unknown rule `{name}` in ignore[…]{did_you_mean(name, rules)}", comment.span))
        if not ignore["rules"].strip():
            mistakes.append(("ignore[…] names no rule: write ignore[rule-id]", comment.span))
    return Pragmas(tuple(layers), frozenset(ignored), tuple(mistakes))


def _facts(said: str, comment: Comment, path: str, line_of: dict[int, int], mistakes: list[tuple[str, Span]]) -> Layer:
    try:
        words = shlex.split(said)
    except ValueError as error:
        mistakes.append((f"the comment cannot be read: {error}", comment.span))
        return {}
    start = Mark(0, 0, 0)
    entries: dict[str, tuple[Scalar, Node]] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            mistakes.append((f"`{word}` is not `fact=value`: the facts are {' | '.join(KEYS)}", comment.span))
            continue
        entries[key] = (Scalar(key, True, start, start), _value(key, value, start))
    reader = Reader(path, "", line_of.get(comment.span.start, 1) - 1)
    found = layer(reader, Mapping(tuple(entries.values()), start, start), "the comment")
    mistakes += [(mistake.message, comment.span) for mistake in reader.mistakes]
    return found


def _value(key: str, value: str, start: Mark) -> Node:
    if key in ("country", "brand") and "," in value:
        return Sequence(tuple(Scalar(v.strip(), True, start, start) for v in value.split(",")), start, start)
    return Scalar(value, True, start, start)
