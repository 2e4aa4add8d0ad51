"""Rules: one YAML document each, with its reason, its source, its examples and the check that it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from smslint import gateways
from smslint.limits import CONFIDENCES, LIMITS
from smslint.patterns import Pattern
from smslint.schema import Reader
from smslint.yamltree import Mapping as MappingNode
from smslint.yamltree import Node

Severity = Literal["error", "warning", "info"]
SEVERITIES = ("error", "warning", "info", "off")
CHECKS = (
    *("require", "forbid", "count", "implies", "limit", "substitute"),
    *("sender", "window", "variables", "metadata", "translation", "problem"),
)
PROBLEMS = (
    "template-syntax",
    "file-too-large",
    "not-utf-8",
    "wrong-facts",
    "too-many-paths",
    "unbounded-length",
    "unknown-filter",
    "unused-suppression",
    "suppression-leaks-newline",
)
WHEN = ("category", "country", "language", "sender", "brand", "gateway", "first_message", "suffix_says", "asked")
TARGETS = ("wording", "pattern", "brand", "limit")
SCOPES = ("message", "body", "suffix", "literal", "variable")
QUANTIFIERS = ("every", "some")
MEASURES = ("segments", "suffix_segments", "characters")
METADATA = ("category", "brand", "consent", "send_window")

_CHOICES = {"scope": SCOPES, "at": ("start", "end"), "hide": ("links",)}

_EXAMPLE = ("ok", "bad", "at", "path", "facts", "variables", "encoding", "translations")
ENCODINGS = ("utf-8", "latin-1", "utf-16")
_KEYS = ("id", "summary", "severity", "when", *CHECKS, "message", "why", "source", "examples", "confidence")


class Example(NamedTuple):
    """A template that the rule accepts (`ok`) or reports (`bad`), with the facts and the place it must be reported at.

    `facts` is read like the `defaults` of a configuration; what `when` asks is filled in where it says nothing.
    `translations` are the same message in other languages.
    """

    template: str
    bad: bool
    line: int
    at: str | None = None
    path: str | None = None
    facts: Node | None = None
    variables: Node | None = None
    encoding: str = "utf-8"
    translations: Mapping[str, str] = MappingProxyType({})


class Rule(NamedTuple):
    """A rule: the check it asks, of which templates (`when`: a fact and the values it may have), and why."""

    id: str
    pack: str
    summary: str
    severity: str
    check: str
    parameters: Mapping[str, Any]
    message: str
    when: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    why: str = ""
    sources: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    confidence: str = ""
    where: str = ""


class Known(NamedTuple):
    """What a rule may name: how to read a pattern, the wordings and the tables of substitutes that are loaded."""

    pattern: Callable[[Node], Pattern | None]
    wordings: tuple[str, ...]
    tables: tuple[str, ...]


def read_rule(reader: Reader, node: Node, pack: str, known: Known) -> Rule | None:
    """The rule that `node` states; None, and mistakes in `reader`, where it is none."""
    given = {key.text: value for key, value in reader.entries(node, "a rule", _KEYS)}
    found = reader.mapping(node, "a rule")
    if found is None:
        return None
    for key in ("id", "summary", "message"):
        if key not in given:
            reader.mistake(node, f"the rule has no `{key}`")
    checks = [key for key in given if key in CHECKS]
    if len(checks) != 1 or "id" not in given:
        if len(checks) != 1:
            reader.mistake(node, f"a rule asks exactly one check: {' | '.join(CHECKS)}")
        return None
    text = {k: reader.string(given[k], f"`{k}`") for k in ("id", "summary", "message", "why") if k in given}
    severity = reader.choice(given["severity"], "`severity`", SEVERITIES) if "severity" in given else None
    parameters = _PARAMETERS[checks[0]](reader, given[checks[0]], known)
    return Rule(
        id=text["id"],
        pack=pack,
        summary=text.get("summary", ""),
        severity=severity or "warning",
        check=checks[0],
        parameters=parameters,
        message=text.get("message", "").strip(),
        when=_when(reader, given["when"]) if "when" in given else {},
        why=text.get("why", "").strip(),
        sources=reader.strings(given["source"], "`source`") if "source" in given else (),
        examples=_examples(reader, given["examples"]) if "examples" in given else (),
        confidence=reader.choice(given["confidence"], "`confidence`", CONFIDENCES) or ""
        if "confidence" in given
        else "",
        where=f"{reader.path}:{reader.line(node)}",
    )


def _when(reader: Reader, node: Node) -> dict[str, tuple[str, ...]]:
    found = {}
    for key, value in reader.entries(node, "`when`", WHEN):
        found[key.text] = tuple(_wanted(reader, key.text, item) for item in reader.items(value))
    return found


def _wanted(reader: Reader, fact: str, node: Node) -> str:
    what = f"`{fact}` of `when`"
    if fact == "category":
        return gateways.category(reader, node, what) or ""
    if fact == "sender":
        return reader.choice(node, what, ("alphanumeric", "numeric", "short-code", "number", "none")) or ""
    if fact == "brand":
        return reader.choice(node, what, ("declared", "undeclared")) or ""
    if fact == "first_message":
        return str(reader.boolean(node, what)).lower()
    if fact == "asked":
        return _asked(reader, node)
    text = reader.string(node, what)
    return text.upper() if fact == "country" else text.lower()


def _asked(reader: Reader, node: Node) -> str:
    """`opt_out: required` as `opt_out=required`, several values joined by `|`."""
    found = reader.mapping(node, "`asked`")
    if found is None or len(found.entries) != 1:
        reader.mistake(node, "`asked` names one limit")
        return ""
    ((key, value),) = found.entries
    reader.choice(key, "a limit", tuple(LIMITS))
    return f"{key.text}={'|'.join(reader.strings(value, 'the values'))}"


def _target(reader: Reader, node: Node, known: Known, also: tuple[str, ...] = ()) -> dict[str, Any]:
    """What is looked for, and where. `also`: further keys, left to the caller."""
    found: dict[str, Any] = {"scope": "message"}
    targets = 0
    for key, value in reader.entries(node, "the check", (*TARGETS, "scope", "at", "hide", "except", *also)):
        targets += key.text in TARGETS
        if key.text == "wording":
            found["wording"] = reader.choice(value, "`wording`", known.wordings)
        elif key.text == "pattern":
            found["pattern"] = known.pattern(value)
        elif key.text == "brand":
            found["brand"] = reader.boolean(value, "`brand`")
        elif key.text == "limit":
            found["limit"] = reader.choice(value, "`limit`", tuple(LIMITS))
        elif key.text == "except":
            found["except"] = reader.choice(value, "`except`", ("stop_code",))
        elif key.text in _CHOICES:
            found[key.text] = reader.choice(value, f"`{key.text}`", _CHOICES[key.text])
    if targets != 1:
        reader.mistake(node, f"it takes exactly one of {' | '.join(TARGETS)}")
    return found


def _presence(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    found = _target(reader, node, known, ("paths",))
    paths = _entry(node, "paths")
    found["paths"] = None if paths is None else reader.choice(paths, "`paths`", QUANTIFIERS)
    return found


def _count(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    found = _target(reader, node, known, ("max",))
    most = _entry(node, "max")
    if most is None:
        reader.mistake(node, "`count` has no `max`")
    found["max"] = 0 if most is None else reader.integer(most, "`max`", 0, 10_000)
    return found


def _implies(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    found = {
        key.text: _target(reader, value, known) for key, value in reader.entries(node, "`implies`", ("if", "then"))
    }
    if len(found) != 2:
        reader.mistake(node, "`implies` takes `if` and `then`")
    return found


def _limit(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in reader.entries(node, "`limit`", MEASURES):
        if key.text == "segments" and reader.string(value, "`segments`") == "max_segments":
            found["segments"] = None
        elif key.text == "characters":
            found["characters"] = reader.choice(value, "`characters`", tuple(LIMITS))
        else:
            found[key.text] = reader.integer(value, f"`{key.text}`", 0, 255)
    if len(found) != 1:
        reader.mistake(node, f"`limit` takes exactly one of {' | '.join(MEASURES)}")
    return found


def _substitute(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    found: dict[str, Any] = {"outside": None, "table": None}
    for key, value in reader.entries(node, "`substitute`", ("outside", "table")):
        if key.text == "outside":
            found["outside"] = reader.choice(value, "`outside`", ("gsm7",))
        else:
            found["table"] = reader.choice(value, "`table`", known.tables)
    if found["table"] is None:
        reader.mistake(node, "`substitute` names no `table`")
    return found


def _sender(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    found = {
        key.text: reader.choice(value, f"`{key.text}`", tuple(LIMITS))
        for key, value in reader.entries(node, "`sender`", ("matches", "matches_not", "is_not", "supported"))
    }
    if len(found) != 1:
        reader.mistake(node, "`sender` takes exactly one of matches | matches_not | is_not | supported")
    return found


def _metadata(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    return {k.text: reader.choice(v, "`missing`", METADATA) for k, v in reader.entries(node, "the check", ("missing",))}


def _named_limit(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    return {"limit": reader.choice(node, "the limit", tuple(LIMITS))}


def _translation(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    if isinstance(node, MappingNode):
        for _, value in reader.entries(node, "`translation`", ("wording",)):
            return {"wording": reader.choice(value, "`wording`", known.wordings)}
    reader.choice(node, "`translation`", ("variables",))
    return {"wording": None}


def _problem(reader: Reader, node: Node, known: Known) -> dict[str, Any]:
    return {"kind": reader.choice(node, "`problem`", PROBLEMS)}


def _entry(node: Node, key: str) -> Node | None:
    return node.get(key) if isinstance(node, MappingNode) else None


_PARAMETERS: dict[str, Callable[[Reader, Node, Known], dict[str, Any]]] = {
    "require": _presence,
    "forbid": _presence,
    "count": _count,
    "implies": _implies,
    "limit": _limit,
    "substitute": _substitute,
    "sender": _sender,
    "window": _named_limit,
    "variables": _named_limit,
    "metadata": _metadata,
    "translation": _translation,
    "problem": _problem,
}


def _examples(reader: Reader, node: Node) -> tuple[Example, ...]:
    found = []
    for item in reader.items(node):
        given = {k.text: v for k, v in reader.entries(item, "an example", _EXAMPLE)}
        kinds = [kind for kind in ("ok", "bad") if kind in given]
        if len(kinds) != 1:
            reader.mistake(item, "an example is `ok` or `bad`")
            continue
        found.append(
            Example(
                template=reader.string(given[kinds[0]], f"`{kinds[0]}`"),
                bad=kinds[0] == "bad",
                line=reader.line(item),
                at=reader.string(given["at"], "`at`") if "at" in given else None,
                path=reader.string(given["path"], "`path`") if "path" in given else None,
                facts=given.get("facts"),
                variables=given.get("variables"),
                translations=_translations(reader, given.get("translations")),
                encoding=reader.choice(given["encoding"], "`encoding`", ENCODINGS) or "utf-8"
                if "encoding" in given
                else "utf-8",
            )
        )
    return tuple(found)


def _translations(reader: Reader, node: Node | None) -> dict[str, str]:
    found = None if node is None else reader.mapping(node, "`translations`")
    return {key.text: reader.string(text, "a template") for key, text in found.entries} if found else {}


__all__ = ["CHECKS", "Example", "MappingNode", "Rule", "Severity", "read_rule"]
