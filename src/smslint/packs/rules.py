"""Rules: one YAML document each, with its reason, its source, its examples and the check that it asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

from smslint.packs import gateways
from smslint.packs.extending import SEVERITIES
from smslint.packs.limits import CONFIDENCES, LIMITS
from smslint.packs.parameters import CHECKS, PARAMETERS, TOLD, Known
from smslint.reading.schema import Reader, combined, did_you_mean, nothing, signed
from smslint.reading.yamltree import Mapping as MappingNode
from smslint.reading.yamltree import Node, Scalar

Severity = Literal["error", "warning", "info"]
T = TypeVar("T")
ID = "[a-z0-9][a-z0-9/-]*"
# Those that a rule may inherit and take as `key+`, `key-`.
CHANGED = ("when", "source", "aliases", "yields_to", *CHECKS)
WHEN = ("category", "country", "language", "sender", "brand", "gateway", "first_message", "suffix_says", "asked")
WHEN_SENDER = ("alphanumeric", "numeric", "short-code", "number", "none")
WHEN_BRAND = ("declared", "undeclared")


_EXAMPLE = ("ok", "bad", "at", "path", "facts", "variables", "encoding", "translations", "contexts")
ENCODINGS = ("utf-8", "latin-1", "utf-16")
_TEXTS = ("summary", "message", "why")
_KEYS = (
    *("id", "aliases", "yields_to", "summary", "severity", "when", *CHECKS, "message", "why", "source", "confidence"),
    *("examples", "examples+"),
)


class Example(NamedTuple):
    """A template that the rule accepts (`ok`) or reports (`bad`), with the facts and the place it must be reported at.

    `facts` is read like the `defaults` of a configuration; what `when` asks is filled in where it says nothing.
    `translations` are the same message in other languages, `contexts` the `examples` of a configuration. It stands at
    `line` of `file`, which is another than the rule's where that is changed by a pack that extends its own.
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
    contexts: Node | None = None
    file: str = ""


class Rule(NamedTuple):
    """A rule: the check it asks, of which templates (`when`: a fact and the values it may have), and why.

    `pack` is the last that says something of it, at `where`; `severity_where`: what set its severity. `aliases` are ids
    that it had before, `yields_to` those of the rules that say enough where they report the same place.
    """

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
    examples: Sequence[Example] = ()
    confidence: str = ""
    where: str = ""
    severity_where: str = ""
    aliases: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()


_NEW = Rule("", "", "", "warning", "", {}, "")


def read_rule(reader: Reader, node: Node, pack: str, known: Known, inherited: Mapping[str, Rule]) -> Rule | None:
    """The rule that `node` states; None, and mistakes in `reader`, where it is none.

    With the id of one of `inherited`, the rules of the packs that its own pack extends, it changes that one: what it
    does not say stays.
    """
    given = {key.text: value for key, value in reader.entries(node, "a rule", _KEYS, CHANGED)}
    if reader.mapping(node, "a rule") is None:
        return None
    name = _id(reader, given["id"], "`id`") if "id" in given else ""
    base = inherited.get(name, _NEW)
    check = _check(reader, node, given, base)
    if base is _NEW:
        _whole(reader, node, given, name, inherited)
    where = f"{reader.path}:{reader.line(node)}"
    changed: dict[str, Any] = {"id": name, "pack": pack, "where": where, "check": check}
    if check is not None:
        changed["parameters"] = _parameters(reader, given, check, base, known)
    changed |= {key: reader.string(given[key], f"`{key}`").strip() for key in _TEXTS if key in given}
    for told in re.findall(r"\{(\w+)\}", changed.get("message", "")):
        if told not in TOLD:
            reader.mistake(given["message"], f"no check tells `{{{told}}}` to a message{did_you_mean(told, TOLD)}")
    if "severity" in given:
        changed["severity"] = reader.choice(given["severity"], "`severity`", SEVERITIES) or "warning"
    if "severity" in given or base is _NEW:
        changed["severity_where"] = f"{reader.path}:{reader.line(given.get('severity', node))}"
    if "confidence" in given:
        changed["confidence"] = reader.choice(given["confidence"], "`confidence`", CONFIDENCES) or ""
    changed["when"] = _changed_when(reader, given, base)
    changed["sources"] = _changed(given, "source", base.sources, lambda node: reader.strings(node, "`source`"))
    changed["aliases"] = _changed(given, "aliases", base.aliases, lambda node: _ids(reader, node, "aliases"))
    changed["yields_to"] = _changed(given, "yields_to", base.yields_to, lambda node: _ids(reader, node, "yields_to"))
    changed["examples"] = _changed(given, "examples", tuple(base.examples), lambda node: _examples(reader, node))
    return base._replace(**changed) if name and check is not None else None


def _id(reader: Reader, node: Node, what: str) -> str:
    text = reader.string(node, what)
    if isinstance(node, Scalar) and not nothing(node) and not re.fullmatch(ID, text):
        reader.mistake(node, f"{what} takes small letters, digits, `-` and `/`, not `{text}`")
    return text


def _ids(reader: Reader, node: Node, key: str) -> tuple[str, ...]:
    return tuple(_id(reader, item, f"each of `{key}`") for item in reader.items(node))


def _check(reader: Reader, node: Node, given: Mapping[str, Node], base: Rule) -> str | None:
    """The name of the one check that the rule asks; None, and a mistake, where that is not clear."""
    asked = list(dict.fromkeys(signed(key)[0] for key in given if signed(key)[0] in CHECKS))
    if not asked:
        return base.check or None
    if len(asked) > 1:
        reader.mistake(node, f"a rule asks exactly one check: {' | '.join(CHECKS)}")
        return None
    if base.check and asked[0] != base.check and asked[0] not in given:
        reader.mistake(node, f"the rule `{base.id}` of `{base.pack}` asks `{base.check}`, not `{asked[0]}`")
        return None
    return asked[0]


def _whole(reader: Reader, node: Node, given: Mapping[str, Node], name: str, inherited: Iterable[str]) -> None:
    """Says what a new rule lacks; it may also be meant for an inherited one."""
    from difflib import get_close_matches

    missing = [f"`{key}`" for key in ("id", "summary", "message") if key not in given]
    if not any(signed(key)[0] in CHECKS for key in given):
        missing.append(f"check ({' | '.join(CHECKS)})")
    if missing:
        close = get_close_matches(name, list(inherited), n=1, cutoff=0.8)
        also = f": did you mean the inherited `{close[0]}`?" if close else ""
        reader.mistake(node, f"the rule has no {', no '.join(missing)}{also}")
    for key in (key for key in given if signed(key)[1] and not missing):
        words = f"`{key}`: no pack that this one extends has the rule `{name}`: write `{signed(key)[0]}`"
        reader.mistake(given[key], words)


def _parameters(reader: Reader, given: Mapping[str, Node], check: str, base: Rule, known: Known) -> Mapping[str, Any]:
    found = dict(base.parameters) if check == base.check else {}
    read = PARAMETERS[check]
    if check in given:
        found = read(reader, given[check], known, {})
    removed, added = given.get(f"{check}-"), given.get(f"{check}+")
    for item in () if removed is None else reader.items(removed):
        found.pop(reader.choice(item, f"each of `{check}-`", tuple(found)) or "", None)
    if removed is not None and added is None:
        added = MappingNode((), removed.start, removed.end)
    return found if added is None else read(reader, added, known, found)


def _changed_when(reader: Reader, given: Mapping[str, Node], base: Rule) -> dict[str, tuple[str, ...]]:
    found = _when(reader, given["when"]) if "when" in given else dict(base.when)
    if "when+" in given:
        found |= _when(reader, given["when+"])
    for item in reader.items(given["when-"]) if "when-" in given else ():
        found.pop(reader.choice(item, "each of `when-`", tuple(found)) or "", None)
    return found


def _changed(
    given: Mapping[str, Node], key: str, base: tuple[T, ...], read: Callable[[Node], tuple[T, ...]]
) -> tuple[T, ...]:
    """The list `key` of a rule, as it stands there or as it changes that of the inherited rule."""
    stated = {one: read(given[one]) for one in (key, f"{key}+", f"{key}-") if one in given}
    return combined(base, stated, key)


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
        return reader.choice(node, what, WHEN_SENDER) or ""
    if fact == "brand":
        return reader.choice(node, what, WHEN_BRAND) or ""
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


_CALLED = {
    **dict.fromkeys(("good", "right", "valid", "pass", "passes", "accepted"), "called `ok`"),
    **dict.fromkeys(("wrong", "invalid", "ko", "fail", "fails", "reported"), "called `bad`"),
    **dict.fromkeys(("line", "where", "position"), 'called `at`, like "1:5"'),
}


def _examples(reader: Reader, node: Node) -> tuple[Example, ...]:
    found = []
    for item in reader.items(node):
        given = {k.text: v for k, v in reader.entries(item, "an example", _EXAMPLE, (), _CALLED)}
        kinds = [kind for kind in ("ok", "bad") if kind in given]
        if len(kinds) != 1:
            if isinstance(item, MappingNode) and (kinds or all(key.text in _EXAMPLE for key, _ in item.entries)):
                reader.mistake(item, "an example is `ok` or `bad`")
            continue
        found.append(
            Example(
                template=reader.string(given[kinds[0]], f"`{kinds[0]}`"),
                bad=kinds[0] == "bad",
                line=reader.line(item),
                file=reader.path,
                at=reader.string(given["at"], "`at`") if "at" in given else None,
                path=reader.string(given["path"], "`path`") if "path" in given else None,
                facts=given.get("facts"),
                variables=given.get("variables"),
                translations=_translations(reader, given.get("translations")),
                contexts=given.get("contexts"),
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
