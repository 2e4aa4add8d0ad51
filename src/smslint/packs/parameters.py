"""What each check takes, as a rule states it: one reader a check, in a literal dict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from smslint.matching.patterns import Pattern
from smslint.packs.limits import LIMITS
from smslint.reading.schema import Reader
from smslint.reading.yamltree import Mapping as MappingNode
from smslint.reading.yamltree import Node

CHECKS = (
    *("require", "forbid", "count", "implies", "limit", "substitute"),
    *("sender", "window", "variables", "split", "whitespace", "metadata", "translation", "problem"),
)
PROBLEMS = (
    "template-syntax",
    "file-too-large",
    "not-utf-8",
    "wrong-facts",
    "too-many-paths",
    "unbounded-length",
    "unknown-filter",
    "html-escape-in-sms",
    "template-not-found",
    "template-cycle",
    "translation-missing",
    "translation-broken",
    "unused-suppression",
    "suppression-leaks-newline",
    "example-outside-domain",
    "variable-misspelt",
)
SENDER_OPTIONS = ("matches", "code_matches", "matches_not", "is_not", "supported")
TARGETS = ("wording", "pattern", "brand", "limit")
SCOPES = ("message", "body", "suffix", "variable")
WRITTEN = ("literal", "comment")  # scopes of `forbid` alone, for a pattern: what the template writes, on whatever path
QUANTIFIERS = ("every", "some")
MEASURES = ("segments", "suffix_segments", "characters", "parts")
WHITESPACE = ("left-by-tags",)
METADATA = ("category", "brand", "consent", "send_window")
# What a message may tell in braces: of every finding, and what some check found.
TOLD = (
    *("path", "category", "append", "text", "owner", "limit", "note", "number", "max", "stop_code", "allowed"),
    *("segments", "detail", "with", "without", "units", "suffix", "why", "character", "cost", "instead", "gateway"),
    *("first", "last", "unit", "part", "problem", "rules", "remedy", "sender", "outside", "length", "variable"),
    *("left", "verb", "here", "there", "others", "opt_out"),
)
OUTSIDE = ("gsm7", "gateway")  # what makes a message UCS-2; what the gateway replaces, or refuses the message for
CHOICES = {"scope": SCOPES, "at": ("start", "end"), "hide": ("links",)}


class Known(NamedTuple):
    """What a rule may name: how to read a pattern, and the wordings and the tables of substitutes that are loaded."""

    pattern: Callable[[Node], Pattern | None]
    wordings: tuple[str, ...]
    tables: tuple[str, ...]


def _target(
    reader: Reader,
    node: Node,
    known: Known,
    base: Mapping[str, Any],
    also: tuple[str, ...] = (),
    scopes: tuple[str, ...] = SCOPES,
) -> dict[str, Any]:
    """What is looked for, and where. `also`: further keys, left to the caller; `base`: what the inherited rule says."""
    stated = list(reader.entries(node, "the check", (*TARGETS, "scope", "at", "closing", "hide", "except", *also)))
    replaced = TARGETS if any(key.text in TARGETS for key, _ in stated) else ()
    found: dict[str, Any] = {"scope": "message", **{k: v for k, v in base.items() if k not in replaced}}
    for key, value in stated:
        if key.text == "wording":
            found["wording"] = reader.choice(value, "`wording`", known.wordings)
        elif key.text in ("pattern", "closing"):
            found[key.text] = known.pattern(value)
        elif key.text == "brand":
            found["brand"] = reader.boolean(value, "`brand`")
        elif key.text == "limit":
            found["limit"] = reader.choice(value, "`limit`", tuple(LIMITS))
        elif key.text == "except":
            found["except"] = reader.choice(value, "`except`", ("stop_code",))
        elif key.text == "scope":
            found["scope"] = reader.choice(value, "`scope`", scopes) or "message"
        elif key.text in CHOICES:
            found[key.text] = reader.choice(value, f"`{key.text}`", CHOICES[key.text])
    if sum(key in TARGETS for key in found) != 1:
        reader.mistake(node, f"it takes exactly one of {' | '.join(TARGETS)}")
    if found["scope"] in WRITTEN and ("wording" in found or "brand" in found):
        reader.mistake(node, f"`scope: {found['scope']}` is for a `pattern` or a `limit`")
    return found


def _forbid(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    return _presence(reader, node, known, base, (*SCOPES, *WRITTEN))


def _presence(
    reader: Reader, node: Node, known: Known, base: Mapping[str, Any], scopes: tuple[str, ...] = SCOPES
) -> dict[str, Any]:
    found = _target(reader, node, known, base, ("paths",), scopes)
    paths = _entry(node, "paths")
    found["paths"] = base.get("paths") if paths is None else reader.choice(paths, "`paths`", QUANTIFIERS)
    return found


def _count(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    found = _target(reader, node, known, base, ("max",))
    most = _entry(node, "max")
    if most is None and "max" not in base:
        reader.mistake(node, "`count` has no `max`")
    found["max"] = base.get("max", 0) if most is None else reader.integer(most, "`max`", 0, 10_000)
    return found


def _implies(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(base)
    for key, value in reader.entries(node, "`implies`", ("if", "then")):
        found[key.text] = _target(reader, value, known, {})
    if len(found) != 2:
        reader.mistake(node, "`implies` takes `if` and `then`")
    return found


def _limit(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in reader.entries(node, "`limit`", MEASURES):
        if key.text == "segments" and reader.string(value, "`segments`") == "max_segments":
            found["segments"] = None
        elif key.text in ("characters", "parts"):
            found[key.text] = reader.choice(value, f"`{key.text}`", tuple(LIMITS))
        else:
            found[key.text] = reader.integer(value, f"`{key.text}`", 0, 255)
    if len(found) != 1:
        reader.mistake(node, f"`limit` takes exactly one of {' | '.join(MEASURES)}")
    return found


def _substitute(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"outside": None, "table": None, **base}
    for key, value in reader.entries(node, "`substitute`", ("outside", "table")):
        if key.text == "outside":
            found["outside"] = reader.choice(value, "`outside`", OUTSIDE)
        else:
            found["table"] = reader.choice(value, "`table`", known.tables)
    if found["table"] is None and _entry(node, "table") is None:
        reader.mistake(node, "`substitute` names no `table`")
    return found


def _sender(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        key.text: reader.choice(value, f"`{key.text}`", tuple(LIMITS))
        for key, value in reader.entries(node, "`sender`", SENDER_OPTIONS)
    }
    if len(found) != 1:
        reader.mistake(node, f"`sender` takes exactly one of {' | '.join(SENDER_OPTIONS)}")
    return found


def _metadata(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(node, MappingNode) and not node.entries:
        reader.mistake(node, "`metadata` takes `missing`")
    return {k.text: reader.choice(v, "`missing`", METADATA) for k, v in reader.entries(node, "the check", ("missing",))}


def _named_limit(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    return {"limit": reader.choice(node, "the limit", tuple(LIMITS))}


def _translation(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(node, MappingNode):
        for _, value in reader.entries(node, "`translation`", ("wording",)):
            return {"wording": reader.choice(value, "`wording`", known.wordings)}
    reader.choice(node, "`translation`", ("variables",))
    return {"wording": None}


def _split(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    given = {key.text: value for key, value in reader.entries(node, "`split`", ("pattern",))}
    if "pattern" not in given:
        reader.mistake(node, "`split` has no `pattern`")
        return {"pattern": base.get("pattern")}
    return {"pattern": known.pattern(given["pattern"])}


def _whitespace(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    return {"left": reader.choice(node, "`whitespace`", WHITESPACE)}


def _problem(reader: Reader, node: Node, known: Known, base: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": reader.choice(node, "`problem`", PROBLEMS)}


def _entry(node: Node, key: str) -> Node | None:
    return node.get(key) if isinstance(node, MappingNode) else None


PARAMETERS: dict[str, Callable[[Reader, Node, Known, Mapping[str, Any]], dict[str, Any]]] = {
    "require": _presence,
    "forbid": _forbid,
    "count": _count,
    "implies": _implies,
    "limit": _limit,
    "substitute": _substitute,
    "sender": _sender,
    "window": _named_limit,
    "variables": _named_limit,
    "metadata": _metadata,
    "translation": _translation,
    "split": _split,
    "whitespace": _whitespace,
    "problem": _problem,
}
