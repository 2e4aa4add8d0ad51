"""What a template says of itself in comments: `smslint: category=marketing`, `smslint: ignore[rule-id] reason`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from smslint.configuration.facts import KEYS, LISTS, Layer, layer
from smslint.packs.packs import Packs
from smslint.reading.schema import Reader, did_you_mean, signed
from smslint.reading.yamltree import Mapping, Mark, Node, Scalar, Sequence
from smslint.tree.lowering import Comment
from smslint.tree.message import Span

_PRAGMA = r"(?s)\s*smslint:(?P<said>.*)"
_IGNORE = r"(?s)\s*ignore\[(?P<rules>[^\]]*)\](?P<reason>.*)"
_NEARLY = r"(?i)\s*smslint\s*:?\s*(?:ignore\s*\[|\w+\s*=)"  # what is meant for smslint, and is no pragma
_SILENCING = r"(?i)(?:disable|off|noqa|allow|skip|suppress|silence)(?![a-z])"  # what other linters call `ignore`
_START = Mark(0, 0, 0)


class Suppression(NamedTuple):
    """A rule silenced in a template: its id, as it is and as it was `said`, the reason given, and where: at a span of
    the template's text, or (None) in the front matter, at `offset` of the file."""

    rule: str
    said: str
    reason: str
    span: Span | None = None
    offset: int = 0


class Pragmas(NamedTuple):
    """The facts, the suppressions, the comments that say something, and what was wrong with it."""

    facts: tuple[Layer, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    comments: tuple[Comment, ...] = ()
    mistakes: tuple[tuple[str, Span], ...] = ()


def read(comments: Iterable[Comment], path: str, line_of: dict[int, int], packs: Packs) -> Pragmas:
    """What `comments` say to smslint. `line_of` gives the line of a comment's start; `packs` know the ids of rules."""
    layers: list[Layer] = []
    suppressions: list[Suppression] = []
    said: list[Comment] = []
    mistakes: list[tuple[str, Span]] = []
    for comment in comments:
        found = re.fullmatch(_PRAGMA, comment.text)
        if found is None:
            if re.match(_NEARLY, comment.text):
                mistakes.append(
                    ("this is not read: begin the comment with `smslint:`, small letters and a colon", comment.span)
                )
            continue
        said.append(comment)
        ignore = re.fullmatch(_IGNORE, found["said"])
        if ignore is None:
            facts, apart, _ = found["said"].partition("ignore[")
            if apart:
                mistakes.append(
                    (
                        "`ignore[…]` stands in a comment of its own: {#- smslint: ignore[rule-id] reason -#}",
                        comment.span,
                    )
                )
            elif facts.split()[:1] == ["ignore"]:
                mistakes.append(("`ignore` names no rule: write ignore[rule-id] reason", comment.span))
                continue
            layers.append(_facts(facts, comment, path, line_of, mistakes))
            continue
        names = [part.strip() for part in ignore["rules"].split(",") if part.strip()]
        for name in names:
            rule = packs.rule(name)
            if rule is None:
                mistakes.append((unknown_rule(name, packs), comment.span))
            else:
                suppressions.append(Suppression(rule.id, name, ignore["reason"].strip(), comment.span))
        if not names:
            mistakes.append(("ignore[…] names no rule: write ignore[rule-id]", comment.span))
    return Pragmas(tuple(layers), tuple(suppressions), tuple(said), tuple(mistakes))


def unknown_rule(name: str, packs: Packs) -> str:
    """What is wrong with a suppression of a rule that no pack has."""
    return f"unknown rule `{name}` in ignore{did_you_mean(name, packs.ids)}"


def _facts(said: str, comment: Comment, path: str, line_of: dict[int, int], mistakes: list[tuple[str, Span]]) -> Layer:
    import shlex

    try:
        words = shlex.split(said)
    except ValueError as error:
        mistakes.append((f"the comment cannot be read: {error}", comment.span))
        return {}
    entries: dict[str, tuple[Scalar, Node]] = {}
    joined = [word for word in words if word.endswith(",")]
    if joined:
        wrong = f"`{joined[0]}` ends in a comma: facts are set apart by spaces alone, items of a list by commas alone"
        mistakes.append((f"{wrong} (country=FR,BE brand=Acme)", comment.span))
        return {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            if re.match(_SILENCING, word):
                mistakes.append((f"`{word}`: a rule is silenced by ignore[rule-id] reason", comment.span))
                break
            mistakes.append((f"`{word}` is not `fact=value`: the facts are {' | '.join(KEYS)}", comment.span))
            continue
        entries[key] = (Scalar(key, True, _START, _START), _value(key, value))
    reader = Reader(path, "", line_of.get(comment.span.start, 1) - 1)
    found = layer(reader, Mapping(tuple(entries.values()), _START, _START), "the comment")
    mistakes += [(mistake.message, comment.span) for mistake in reader.mistakes]
    return found


def _value(key: str, value: str) -> Node:
    if signed(key)[0] in LISTS and "," in value:
        return Sequence(tuple(Scalar(v.strip(), True, _START, _START) for v in value.split(",")), _START, _START)
    return Scalar(value, True, _START, _START)


def suppressed(reader: Reader, node: Node, start: int, packs: Packs) -> list[Suppression]:
    """The suppressions of front matter: `ignore: [rule-id]`, or `ignore: {rule-id: reason}`. `start`: its offset."""
    if isinstance(node, Mapping):
        pairs = [(key, reader.string(value, "the reason")) for key, value in node.entries]
    else:
        pairs = [(item, "") for item in reader.items(node) if isinstance(item, Scalar)]
    found = []
    for name, reason in pairs:
        rule = packs.rule(name.text)
        if rule is None:
            reader.mistake(name, unknown_rule(name.text, packs))
        else:
            found.append(Suppression(rule.id, name.text, reason, None, start + name.start.offset))
    return found
