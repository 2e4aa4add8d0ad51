"""`substitute`: characters of the literal text that should not be there, and what to write instead.

Options: `table`, the substitutes of the packs by character; with `outside: gsm7` every character outside GSM-7 is meant
and what it costs is told, else the characters of the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from unicodedata import category, name, normalize

from smslint.checks.subject import Hit, Subject
from smslint.extent import extent
from smslint.message import Choice, Message, Node, Repeat, Span, Text
from smslint.rules import Rule
from smslint.segments import is_gsm7, weight
from smslint.walk import nodes_of

# A letter of a script without capitals, or two of Greek, Cyrillic or Armenian (one may be a look-alike).
_OTHER_SCRIPT = re.compile(
    "[\u0590-\u1c7f\u1c90-\u1cff\u2e80-\u2fff\u3041-\ua4ff\ua800-\uab2f\uabc0-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc]"
    "|[\U00020000-\U0003ffff]|[\uff66-\uffdc]|[\u0370-\u058f\u1c80-\u1c8f\u1f00-\u1fff\u2de0-\u2dff\ua640-\ua69f]{2}"
)
_CONTROL_NAMES = {0: "NULL", 9: "TAB", 0x1B: "ESCAPE", 0xFEFF: "BYTE ORDER MARK"}


def substitute(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each run of such characters: its name, what could stand instead, and what it costs."""
    table = subject.packs.substitutes[rule.parameters["table"]]
    outside = rule.parameters["outside"] is not None
    meant = _outside_gsm7 if outside else (lambda character: character in table)
    literals = [node for node in nodes_of(subject.body) if isinstance(node, Text)]
    texts = [node for node in literals if not _clean(node.text, table, outside) and any(map(meant, node.text))]
    if texts and outside and _written_in_another_script(subject):
        return
    cost = _cost(subject) if texts and outside else ""
    seen: set[Span] = set()
    for node in texts:
        for start, end in _runs(node.text, meant):
            exact = len(node.text) == node.span.end - node.span.start
            span = Span(node.span.start + start, node.span.start + end) if exact else node.span
            if span not in seen and not (outside and _OTHER_SCRIPT.search(node.text[start:end])):
                seen.add(span)
                run = node.text[start:end]
                instead = _composed(node.text[:start], run) or _instead(run, table)
                yield Hit(span, {"character": _named(run), "cost": cost, "instead": instead})


def _clean(text: str, table: Mapping[str, str], outside: bool) -> bool:
    """Whether none of the characters can stand in the text, as far as one look at it tells."""
    return weight(text).gsm7 if outside else table.keys().isdisjoint(text)


def _outside_gsm7(character: str) -> bool:
    return not is_gsm7(character)


def _written_in_another_script(subject: Subject) -> bool:
    """Whether every path that sends something has a word of a script that GSM-7 has no letters of: such a message is
    UCS-2 whatever else stands in it."""
    sending = [path.text for path in subject.paths.paths if path.text.strip()]
    return subject.paths.complete and all(map(_OTHER_SCRIPT.search, sending))


def _runs(text: str, meant: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    start = None
    for position, character in enumerate(text):
        if meant(character):
            start = position if start is None else start
        elif start is not None:
            yield start, position
            start = None
    if start is not None:
        yield start, len(text)


def _named(run: str) -> str:
    first = run[0]
    code = ord(first)
    label = name(first, _CONTROL_NAMES.get(code, "no name")) if code != 0xFEFF else _CONTROL_NAMES[code]
    shown = f"`{first}` " if first.isprintable() else ""
    more = " is" if len(run) == 1 else f" and {len(run) - 1} more after it are"
    return f"{shown}(U+{code:04X} {label}){more}"


def _composed(before: str, run: str) -> str | None:
    """What to write for combining marks that GSM-7 has as one character with what stands before them."""
    whole = normalize("NFC", before[-1:] + run)
    if before and len(whole) == 1 and is_gsm7(whole):
        return f"write `{whole}` as one character (U+{ord(whole):04X})"
    return None


def _instead(run: str, table: Mapping[str, str]) -> str:
    substitute = "".join(_substitute(character, table) for character in normalize("NFC", run))
    if "\0" in substitute:
        return "nothing in GSM-7 stands for it"
    if not substitute.strip():
        return "leave it out" if not substitute else "write a space"
    return f"write `{substitute}`"


def _substitute(character: str, table: Mapping[str, str]) -> str:
    if character in table:
        return table[character]
    if is_gsm7(character):
        return character
    if category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""  # invisible: a format character, or a choice between two looks of the one before
    plain = "".join(part for part in normalize("NFKD", character) if is_gsm7(part))
    return plain or "\0"


def _cost(subject: Subject) -> str:
    """What all such characters of the literal text cost together."""
    now = subject.extent
    without = extent(_replaced(subject.sent), subject.lowered.variables, subject.facts.gateway.header)
    if now.high is not None and without.high is not None and now.high > without.high:
        return f"{now.high} segments instead of {without.high}"
    if now.low > without.low:
        return f"{now.low} segments instead of {without.low} at best"
    limits = subject.facts.gateway.header
    fewer = f"a segment holds {limits.ucs2.single} characters instead of {limits.gsm7.single}"
    return f"no more segments now, but {fewer}" if now.high == without.high and now.exact else fewer


def _replaced(message: Message) -> Message:
    """`message` with a GSM-7 character for each literal one of the body outside it."""
    return tuple(_plain(node) for node in message)


def _plain(node: Node) -> Node:
    if isinstance(node, Text) and node.origin == "body":
        return node._replace(text="".join(c if is_gsm7(c) else "?" for c in node.text))
    if isinstance(node, Choice):
        return node._replace(arms=tuple(arm._replace(body=_replaced(arm.body)) for arm in node.arms))
    return node._replace(body=_replaced(node.body)) if isinstance(node, Repeat) else node
