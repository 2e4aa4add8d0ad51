"""`substitute`: characters of the literal text that should not be there, and what to write instead.

Options: `table`, the substitutes of the packs by character; with `outside: gsm7` every character is meant that makes a
message UCS-2, and what it costs is told; with `outside: gateway` every character that the gateway does not send as it
is; else the characters of the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from unicodedata import category, name, normalize

from smslint.checks.subject import Hit, Subject
from smslint.extents.extent import ends
from smslint.gsm.segments import Header, weight
from smslint.packs.rules import Rule
from smslint.tree.message import Message, Node, Slot, Span, Text, changed_leaves

if TYPE_CHECKING:
    from smslint.checks.tokens import Tokens
    from smslint.gsm.codings import Limits

# A letter of a script without capitals, or two of Greek, Cyrillic or Armenian (one may be a look-alike).
_OTHER_SCRIPT = (
    "[\u0590-\u1c7f\u1c90-\u1cff\u2e80-\u2fff\u3041-\ua4ff\ua800-\uab2f\uabc0-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc]"
    "|[\U00020000-\U0003ffff]|[\uff66-\uffdc]|[\u0370-\u058f\u1c80-\u1c8f\u1f00-\u1fff\u2de0-\u2dff\ua640-\ua69f]{2}"
)
# Invisible characters with which some scripts spell words and set their direction.
_SPELLING = "\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069"
_CONTROL_NAMES = {0: "NULL", 9: "TAB", 0x1B: "ESCAPE", 0xFEFF: "BYTE ORDER MARK"}


def substitute(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each run of such characters: its name, what could stand instead, and what it costs."""
    table = subject.packs.substitutes[rule.parameters["table"]]
    outside, gateway = rule.parameters["outside"], subject.facts.gateway
    if outside is not None and (outside == "gsm7") is not (gateway.outside == "ucs2"):
        return
    held = _as_sent(_held(gateway.coding), gateway.tokens) if outside else table.keys().isdisjoint
    gsm7 = held is _in_gsm7 or not (outside or any(map(_in_gsm7, table)))  # no text in GSM-7 has such characters
    texts = [node for node in (subject.outside if gsm7 else subject.literals) if not held(node.text)]
    if texts and outside == "gsm7" and _written_in_another_script(subject):
        return
    if texts and outside is None and _written_in_another_script(subject):
        held = {character for character in table if character not in _SPELLING}.isdisjoint
    found = list(_found(texts, held, table, outside == "gsm7"))
    cost = _cost(subject, held, len(found) - 1) if found and outside else ""
    for span, character, instead in found:
        yield Hit(span, {"character": character, "cost": cost, "instead": instead, "gateway": gateway.name})


def _found(texts: list[Text], held: Held, table: Mapping[str, str], latin: bool) -> Iterator[tuple[Span, str, str]]:
    """Each run of characters that are not `held`: where, its name, what to write; `latin`: not of other scripts."""
    seen: set[Span] = set()
    for node in texts:
        exact = len(node.text) == node.span.end - node.span.start
        for start, end in _runs(node.text, lambda character: not held(character)):
            span = Span(node.span.start + start, node.span.start + end) if exact else node.span
            run = node.text[start:end]
            if span not in seen and not (latin and re.search(_OTHER_SCRIPT, run)):
                seen.add(span)
                yield span, _named(run), _composed(node.text[:start], run, held) or _instead(run, table, held)


Held = Callable[[str], bool]  # whether a text is sent as it is, without UCS-2


def _held(limits: Limits) -> Held:
    return _in_gsm7 if isinstance(limits, Header) else (lambda text: all(map(limits.holds, text)))


def _as_sent(held: Held, tokens: Tokens) -> Held:
    """`held`, of a text as it is once the gateway has replaced the characters that it replaces by others."""
    replaced = {ord(token): text for token, text in tokens if len(token) == 1 and isinstance(text, str)}
    return (lambda text: held(text.translate(replaced))) if replaced else held


def _in_gsm7(text: str) -> bool:
    return weight(text).gsm7  # known already of a text that was counted


def _written_in_another_script(subject: Subject) -> bool:
    """Whether every path that sends something has a word of a script that GSM-7 has no letters of: such a message is
    UCS-2 whatever else stands in it."""
    sending = [path.text for path in subject.paths.paths if path.text.strip()]
    return subject.paths.complete and all(re.search(_OTHER_SCRIPT, text) for text in sending)


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


def _composed(before: str, run: str, held: Held) -> str | None:
    """What to write for combining marks that can be sent as one character with what stands before them."""
    whole = normalize("NFC", before[-1:] + run)
    if before and len(whole) == 1 and held(whole):
        return f"write `{whole}` as one character (U+{ord(whole):04X})"
    return None


def _instead(run: str, table: Mapping[str, str], held: Held) -> str:
    substitute = "".join(_substitute(character, table, held) for character in normalize("NFC", run))
    if "\0" in substitute:
        return "nothing in GSM-7 stands for it"
    if not substitute.strip():
        return "leave it out" if not substitute else "write a space"
    return f"write `{substitute}`"


def _substitute(character: str, table: Mapping[str, str], held: Held) -> str:
    if character in table and held(table[character]):
        return table[character]
    if held(character):
        return character
    if category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""  # invisible: a format character, or a choice between two looks of the one before
    plain = "".join(part for part in normalize("NFKD", character) if held(part))
    return plain or "\0"


def _cost(subject: Subject, held: Held, others: int) -> str:
    """What all such characters of the literal text cost together, one and the `others`, or what becomes of them."""
    gateway = subject.facts.gateway
    if gateway.outside != "ucs2":
        sent = f"`{gateway.replacement}` is sent in its place" if gateway.replacement else "it is left out"
        return "the message is refused" if gateway.outside == "refuse" else sent
    now, told = subject.extent, f", together with {others} other{'s' if others > 1 else ''}" if others else ""
    low, high = ends(_replaced(subject.sent, held), subject.lowered.variables, gateway.coding)
    if now.high is not None and high is not None and now.high > high:
        return f"{now.high} segments instead of {high}{told}"
    if now.low > low:
        return f"{now.low} segments instead of {low} at best{told}"
    limits = subject.facts.gateway.coding
    plain = limits.gsm7 if isinstance(limits, Header) else limits.codings[0].capacity
    fewer = f"a segment holds {limits.ucs2.single} characters instead of {plain.single}"
    return f"no more segments now, but {fewer}" if now.high == high and now.settled else fewer


def _replaced(message: Message, held: Held) -> Message:
    """`message` with a GSM-7 character for each literal one of the body outside it."""

    def change(node: Text | Slot) -> Iterable[Node]:
        if isinstance(node, Text) and node.origin == "body":
            return (node._replace(text="".join(c if held(c) else "?" for c in node.text)),)
        return (node,)

    return changed_leaves(message, change)
