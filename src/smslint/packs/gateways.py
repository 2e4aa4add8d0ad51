"""Gateway profiles: what the sending platform adds to a message, and how it cuts it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from smslint.gsm.segments import HEADER_OCTETS, USER_DATA_OCTETS, Capacity, Header, header, is_gsm7
from smslint.packs.limits import Limit, limits
from smslint.reading.data import RULES
from smslint.reading.schema import Mistake, MistakesFound, Reader, combined, did_you_mean, read, signed
from smslint.reading.yamltree import Mapping as MappingNode
from smslint.reading.yamltree import Node, Scalar

if TYPE_CHECKING:
    from smslint.gsm.codings import Limits

CATEGORIES = ("marketing", "informational", "otp")
CATEGORY_ALIASES = {"promotional": "marketing", "transactional": "informational", "service": "informational"}
SENDERS = ("any", "alphanumeric")
SETTINGS = (
    *("prefix", "suffix", "append_to", "append_when_sender", "skip_if_present"),
    *("first_message_only", "short_code", "header_octets", "capacity", "tokens"),
    *("alphabet", "outside", "replacement", "tables"),
)
LISTS = ("append_to", "tokens", "tables")  # those that take `key+` and `key-`
ALPHABETS = ("gsm7", "ascii", "gsm7-ascii")  # what a message can be sent in before UCS-2; see `codings`
OUTSIDE = ("ucs2", "replace", "refuse")  # what becomes of a character that is in none of them
TOKEN_LENGTH_MAX = 200
HEADER_OCTETS_MAX = 100
_NUMBER = re.compile(r"[-+]?[0-9][0-9_.]*")
CAPACITY_KEYS = ("gsm7_single", "gsm7_part", "ucs2_single", "ucs2_part")


class Gateway(NamedTuple):
    """What a gateway does to a message. `prefix` or `suffix` None: it adds one whose text only its customer knows.

    The suffix is appended to the categories `append_to`, where the sender is of the kind `append_when_sender`, with
    `first_message_only` to the first message alone, and, with `skip_if_present`, not to a message that holds the suffix
    text already. `short_code` is where an opt-out is sent to, in `short_code_countries` if it says so. `tokens` are
    texts that the gateway replaces: by another text, or by that many digits. `capacity` are the units of a message
    alone and of each part, by `CAPACITY_KEYS`, where the gateway counts otherwise than its header leaves room for.
    `alphabet` and `tables` (of national languages, `codings.kinds()`) are what it sends in; a character `outside` them
    makes the message UCS-2, is sent as `replacement`, or has the message refused, in which case it is counted as the
    replacement.
    """

    name: str = "none"
    prefix: str | None = ""
    suffix: str | None = ""
    append_to: tuple[str, ...] = ("marketing",)
    append_when_sender: str = "any"
    skip_if_present: bool = False
    first_message_only: bool = False
    short_code: str = ""
    short_code_countries: tuple[str, ...] = ()
    header_octets: int = HEADER_OCTETS
    capacity: tuple[tuple[str, int], ...] = ()
    tokens: tuple[tuple[str, str | int], ...] = ()
    alphabet: str = "gsm7"
    outside: str = "ucs2"
    replacement: str = "?"
    tables: tuple[str, ...] = ()
    summary: str = ""
    limits: Mapping[str, Limit] = MappingProxyType({})
    notes: Mapping[str, str] = MappingProxyType({})

    @property
    def coding(self) -> Limits:
        """What this gateway sends a text in, and how many units a message and its parts hold."""
        return _coding(self.header_octets, self.capacity, self.alphabet, self.tables)

    def appends_to(self, category: str | None, sender: str | None, first: bool) -> bool:
        """Whether the suffix is appended to a message of this category from this sender; `first` of a programme."""
        if category not in self.append_to or (self.first_message_only and not first):
            return False
        return self.append_when_sender == "any" or alphanumeric(sender)


@lru_cache
def _coding(octets: int, capacity: tuple[tuple[str, int], ...], alphabet: str, tables: tuple[str, ...]) -> Limits:
    usual = header(octets)
    if capacity:
        known = {"gsm7_single": usual.gsm7.single, "gsm7_part": usual.gsm7.part}
        known |= {"ucs2_single": usual.ucs2.single, "ucs2_part": usual.ucs2.part, **dict(capacity)}
        gsm7_single, gsm7_part, ucs2_single, ucs2_part = (known[key] for key in CAPACITY_KEYS)
        usual = Header(octets, Capacity(gsm7_single, gsm7_part), Capacity(ucs2_single, ucs2_part))
    if alphabet == "gsm7" and not tables:
        return usual
    from smslint.gsm.codings import codings

    return codings(alphabet, tables, usual)


def alphanumeric(sender: str | None) -> bool:
    """Whether a sender ID is a name: has a letter. A number, a short code and no sender are not."""
    return sender is not None and any(character.isalpha() for character in sender)


NONE = Gateway()


def names() -> tuple[str, ...]:
    """The names of the profiles that smslint ships."""
    return tuple(sorted(path.stem for path in (RULES / "gateways").glob("*.yaml")))


@lru_cache
def profile(name: str) -> Gateway:
    """The shipped profile `name`, one of `names()`. Raises MistakesFound where its file is wrong."""
    path = RULES / "gateways" / f"{name}.yaml"
    return read(path.as_posix(), path.read_text(encoding="utf-8"), lambda reader, root: _profile(reader, root, name))


def _profile(reader: Reader, root: MappingNode | None, name: str) -> Gateway:
    known = ("version", "gateway", "summary", "country", "limits", *SETTINGS)
    values: dict[str, Any] = {"name": name}
    notes: dict[str, str] = {}
    for key, node in reader.entries(root, "a gateway profile", known):
        if key.text == "summary":
            values["summary"] = reader.string(node, "`summary`")
        elif key.text == "limits":
            values["limits"] = limits(reader, node, name)
        elif key.text in SETTINGS:
            known_keys = ("value", "source", "note", "unknown", *(("country",) if key.text == "short_code" else ()))
            fact = {k.text: v for k, v in reader.entries(node, f"`{key.text}`", known_keys)}
            if "source" not in fact:
                reader.mistake(key, f"`{key.text}` states no source")
            notes[key.text] = _note(reader, fact)
            values[key.text] = None if "unknown" in fact else setting(reader, key.text, fact.get("value", node))
            if "country" in fact:
                values["short_code_countries"] = reader.strings(fact["country"], "`country`")
    return Gateway(**values, notes=notes)


def _note(reader: Reader, fact: dict[str, Node]) -> str:
    parts = [reader.string(fact[key], key) for key in ("unknown", "note", "source") if key in fact]
    return "; ".join(part.strip() for part in parts)


def setting(reader: Reader, key: str, node: Node) -> Any:
    """The value of one gateway setting, as profiles and configurations write it."""
    what = f"`{key}`"
    if key in ("prefix", "suffix", "short_code"):
        return reader.words(node, what)
    if key == "append_to":
        return tuple(c for item in reader.items(node) if (c := category(reader, item, f"each of {what}")))
    if key == "append_when_sender":
        return reader.choice(node, what, SENDERS) or "any"
    if key in ("skip_if_present", "first_message_only"):
        return bool(reader.boolean(node, what))
    if key == "tokens":
        return _tokens(reader, node)
    if key == "capacity":
        return _capacity(reader, node)
    if key in ("alphabet", "outside"):
        known = ALPHABETS if key == "alphabet" else OUTSIDE
        return reader.choice(node, what, known) or known[0]
    if key == "replacement":
        return _replacement(reader, node)
    if key == "tables":
        return _tables(reader, node)
    return reader.integer(node, what, HEADER_OCTETS, HEADER_OCTETS_MAX) or HEADER_OCTETS


def _capacity(reader: Reader, node: Node) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for key, value in reader.entries(node, "`capacity`", CAPACITY_KEYS):
        units = reader.integer(value, f"`{key.text}`", *capacity_bounds(key.text))
        if units is not None:
            found.append((key.text, units))
    return tuple(found)


def _replacement(reader: Reader, node: Node) -> str:
    text = reader.string(node, "`replacement`")
    if text.isascii() and text.isprintable() and is_gsm7(text):
        return text
    reader.mistake(node, "`replacement` must be of printable characters that both ASCII and GSM-7 have")
    return "?"


def _tables(reader: Reader, node: Node) -> tuple[str, ...]:
    from smslint.gsm.codings import kinds, languages

    found = []
    for item in reader.items(node):
        name = reader.string(item, "each of `tables`")
        if name in kinds():
            found.append(name)
        elif isinstance(item, Scalar):
            near = did_you_mean(name, kinds()) or f": expected {' | '.join(languages())}"
            reader.mistake(item, f"no language has the table `{name}`{near}")
    return tuple(found)


def capacity_bounds(key: str) -> tuple[int, int]:
    """The fewest and the most units that `key` of `capacity` can be: from one character to what 140 octets hold."""
    return 2, USER_DATA_OCTETS * 8 // 7 if key.startswith("gsm7") else USER_DATA_OCTETS // 2


def _tokens(reader: Reader, node: Node) -> tuple[tuple[str, str | int], ...]:
    found = reader.mapping(node, "`tokens`")
    tokens: list[tuple[str, str | int]] = []
    for key, value in found.entries if found else ():
        if isinstance(value, Scalar) and value.plain and _NUMBER.fullmatch(value.text):
            tokens.append((key.text, reader.integer(value, f"`{key.text}`", 0, TOKEN_LENGTH_MAX) or 0))
        else:
            tokens.append((key.text, reader.string(value, f"`{key.text}`")))
        if not key.text:
            reader.mistake(key, "a token is empty")
    return tuple(token for token in tokens if token[0])


def category(reader: Reader, node: Node, what: str) -> str | None:
    """A category by its name or alias."""
    found = reader.choice(node, what, (*CATEGORIES, *CATEGORY_ALIASES))
    return None if found is None else CATEGORY_ALIASES.get(found, found)


def gateway(reader: Reader, node: Node) -> Gateway | None:
    """A gateway as a configuration states it: a profile's name, or settings alone or over a profile."""
    if isinstance(node, Scalar):
        return _named(reader, node)
    found = NONE
    changes: dict[str, Any] = {}
    for key, value in reader.entries(node, "`gateway`", ("profile", *SETTINGS), LISTS):
        if key.text == "profile":
            found = _named(reader, value) or NONE
        else:
            changes[key.text] = setting(reader, signed(key.text)[0], value)
    if found is NONE:
        changes["name"] = "custom"
    for name in LISTS:
        changes[name] = combined(getattr(found, name), changes, name)
    if "short_code" in changes:
        changes["short_code_countries"] = ()
    return found._replace(**{key: value for key, value in changes.items() if not signed(key)[1]})


def _named(reader: Reader, node: Node) -> Gateway | None:
    name = reader.string(node, "`gateway`").replace("_", "-")
    if name in names():
        return profile(name)
    if name.lower() in ("none", "no"):
        reader.mistake(node, f"`gateway` cannot be `{name}`: take it out where nothing is added to a message")
        return None
    longer = [known for known in names() if name and known.startswith(name)]
    hint = f": did you mean `{longer[0]}`?" if longer else did_you_mean(name, names())
    reader.mistake(node, f"unknown gateway `{name}`" + (hint or f": expected {' | '.join(names())}"))
    return None


__all__ = ["NONE", "Gateway", "Mistake", "MistakesFound", "Path", "alphanumeric", "gateway", "names", "profile"]
