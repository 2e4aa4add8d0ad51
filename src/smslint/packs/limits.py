"""What a country or a gateway asks of a message, as facts in their packs: each with its source and confidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from smslint.matching.patterns import Fragments, Pattern, PatternProblem, compile_pattern
from smslint.packs.windows import window
from smslint.reading.schema import Reader, combined, signed
from smslint.reading.yamltree import Node, Scalar

CONFIDENCES = ("A", "B", "C")  # a law or the gateway's own document; a secondary source; public code. Never memory.

LISTS = ("send_window", "sender_generic")  # those that take `key+` and `key-`
NUMBER_MAX = 40_000
_KEYS = ("value", "source", "confidence", "note", "country", "examples")


class BySender(NamedTuple):
    """A text for senders that are names, and another for numbers and short codes."""

    alphanumeric: str
    numeric: str

    def __str__(self) -> str:
        return f"{self.alphanumeric} (under a name), {self.numeric} (under a number)"


class Limit(NamedTuple):
    """One fact: its value, whose it is (`FR`, `ovhcloud`), and where it was read. `examples` are read when they are run
    (`limittests`); `where` is the line that states it; `countries`, those in which alone it holds."""

    owner: str
    value: Any
    sources: tuple[str, ...]
    confidence: str
    note: str = ""
    examples: Node | None = None
    where: str = ""
    countries: tuple[str, ...] = ()

    def of(self, countries: tuple[str, ...], sender: str) -> Limit | None:
        """The limit as it holds in these countries for a sender of this kind; None where it does not."""
        if self.countries and not set(self.countries) & set(countries):
            return None
        if not isinstance(self.value, BySender):
            return self
        if sender == "none":
            return None
        return self._replace(value=self.value.alphanumeric if sender == "alphanumeric" else self.value.numeric)


def limits(
    reader: Reader, node: Node, owner: str, base: Mapping[str, Limit] = MappingProxyType({})
) -> dict[str, Limit]:
    """The limits that a pack states, by name; `base` are those that it adds to or takes from."""
    found = {}
    for key, stated in reader.entries(node, "`limits`", tuple(LIMITS), LISTS):
        name = signed(key.text)[0]
        given = {k.text: v for k, v in reader.entries(stated, f"`{key.text}`", _KEYS)}
        for needed in ("value", "source", "confidence"):
            if needed not in given:
                reader.mistake(key, f"the limit `{key.text}` has no `{needed}`")
        if "value" not in given:
            continue
        confidence = None
        if "confidence" in given:
            confidence = reader.choice(given["confidence"], "`confidence`", CONFIDENCES)
        value = LIMITS[name](reader, given["value"], f"`{key.text}`")
        if name in LISTS:
            value = combined(base[name].value if name in base else (), {key.text: value}, name)
        found[name] = Limit(
            owner,
            value,
            reader.strings(given["source"], "`source`") if "source" in given else (),
            confidence or "C",
            reader.string(given["note"], "`note`").strip() if "note" in given else "",
            given.get("examples"),
            f"{reader.path}:{reader.line(key)}",
            tuple(map(str.upper, reader.strings(given["country"], "`country`"))) if "country" in given else (),
        )
    return found


# The limits that are one of some words.
CHOSEN = {
    # Whether a marketing message must say how to opt out (`or-link`: itself, or on a page that it links to), and
    # whether an opt-out that is a link alone is one.
    "opt_out": ("required", "or-link", "practice", "not-required"),
    "opt_out_link": ("enough", "not-enough"),
    # Whether a marketing message must name the sender: in its text, or the sender ID may do it.
    "identity": ("required", "sender", "recommended"),
    # Whether sender IDs that are names are shown, or replaced by a code. Whether one is registered no template tells:
    # `sender_registration` is for the reader.
    "sender_registration": ("required",),
    "sender_alphanumeric": ("supported", "replaced", "unsupported"),
    # Links under a sender that is a short code.
    "link_with_short_code": ("allowed", "blocked"),
    # HELP and rates on the first message of a programme.
    "help": ("required", "not-required"),
}


def _one_of(name: str) -> Callable[[Reader, Node, str], Any]:
    return lambda reader, node, what: reader.choice(node, what, CHOSEN[name])


def _text(reader: Reader, node: Node, what: str) -> str:
    return reader.string(node, what)


def _text_by_sender(reader: Reader, node: Node, what: str) -> str | BySender:
    if isinstance(node, Scalar):
        return reader.string(node, what)
    stated = {k.text: reader.string(v, what) for k, v in reader.entries(node, what, BySender._fields)}
    return BySender(stated.get("alphanumeric", ""), stated.get("numeric", ""))


def _words(reader: Reader, node: Node, what: str) -> tuple[str, ...]:
    return reader.strings(node, what)


def _pattern(reader: Reader, node: Node, what: str) -> Pattern | None:
    text = reader.string(node, what)
    try:
        Fragments({}, {}, {}).compose(text)
        compile_pattern(text)
    except PatternProblem as problem:
        reader.mistake(node, f"the pattern cannot be used: {problem.message}")
        return None
    return Pattern(what.strip("`"), text)


def _windows(reader: Reader, node: Node, what: str) -> Any:
    return tuple(one for item in reader.items(node) if (one := window(reader, item, what)) is not None)


def _number(reader: Reader, node: Node, what: str) -> int | None:
    return reader.integer(node, what, 1, NUMBER_MAX)


def _lengths(reader: Reader, node: Node, what: str) -> tuple[tuple[str, int], ...]:
    mapping = reader.mapping(node, what)
    found = [(k.text, reader.integer(v, f"`{k.text}`", 1, NUMBER_MAX)) for k, v in mapping.entries] if mapping else []
    return tuple((name, length) for name, length in found if name and length is not None)


def _shapes(reader: Reader, node: Node, what: str) -> tuple[str, ...]:
    """Placeholders with `name` for the name of the variable: `#name#`, `{name}`."""
    found = tuple(reader.strings(node, what))
    for shape in found:
        before, name, after = shape.partition("name")
        if not (before and name and after) or "name" in after:
            reader.mistake(
                node, f"{what} must have the word `name` once, between other characters: `#name#`, `{{name}}`"
            )
            return ()
    return found


LIMITS: dict[str, Callable[[Reader, Node, str], Any]] = {
    **{name: _one_of(name) for name in CHOSEN},
    # What a marketing message must begin with, and spellings of it that are refused.
    "label": _text,
    "label_forbidden": _pattern,
    # When marketing may be sent.
    "send_window": _windows,
    # Sender IDs: the form that a name must have, in any message and in marketing, and a short code; forms that are
    # refused, names that say nothing.
    "sender": _pattern,
    "sender_marketing": _pattern,
    "short_code": _pattern,
    "short_code_marketing": _pattern,
    "sender_forbidden": _pattern,
    "sender_generic": _words,
    # The exact words that must stand in a marketing message, case and all.
    "opt_out_text": _text_by_sender,
    # What asks for an answer that the gateway takes for an opt-out, beyond the keywords that all do.
    "reserved_answer": _pattern,
    # Numbers that cost extra.
    "premium_number": _pattern,
    # Characters that a message may hold, and segments; characters that the text may not hold, and how long the values
    # of its variables may be.
    "characters_max": _number,
    "segments_max": _number,
    "characters_forbidden": _pattern,
    "variable_length_max": _number,
    # Placeholders that the operator's platform fills in, and the most characters of their values.
    "registered_variables": _lengths,
    # Placeholders that it fills in with values that nobody bounds but who declares them: variables of the message.
    "placeholders": _shapes,
}
NUMBERS = tuple(name for name, read in LIMITS.items() if read is _number)

# What holds of a template of no known country, and of a country whose pack does not say.
DEFAULTS = {"opt_out": "required", "identity": "sender", "sender_alphanumeric": "supported"}
