"""What a check looks at: one template as one gateway sends it, with everything derived from it computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from smslint.configuration.facts import Facts
from smslint.extents.extent import Extent, extent, highest
from smslint.extents.independent import Independent, independent
from smslint.extents.path import Path, Reason
from smslint.extents.paths import Paths, paths, slot_texts
from smslint.gsm.segments import weight
from smslint.packs.limits import Limit
from smslint.packs.packs import Packs
from smslint.tree.domains import ALPHABETS, Domain
from smslint.tree.lowering import Lowered
from smslint.tree.message import Message, Node, Slot, Span, Text, nodes_of

if TYPE_CHECKING:
    from smslint.checks.translation import Translation

_ADDED = Span(0, 0)


class Hit(NamedTuple):
    """What a check found: where (offsets of the template's text), the words for the rule's message, and the
    conditions of the path that breaks the rule; `measure` says how bad, where that is a number."""

    span: Span
    words: Mapping[str, str] = MappingProxyType({})
    when: tuple[Reason, ...] = ()
    measure: int | None = None


class Held(NamedTuple):
    """Which of the packs' cues stand in the message on some path, and which in the template's own part of it."""

    message: frozenset[str]
    body: frozenset[str]

    def within(self, scope: str | None) -> frozenset[str]:
        return self.body if scope in ("body", "literal") else self.message


class Subject:
    """One template of one gateway. `text` is what spans speak of."""

    def __init__(self, text: str, facts: Facts, lowered: Lowered, packs: Packs) -> None:
        self.text = text
        self.facts = facts
        self.lowered = lowered
        self.packs = packs
        self.held: Held | None = None  # None: not known
        self.undecided: list[str] = []  # rules that could not be decided for too many paths,
        self.unsearched: dict[str, list[str]] = {}  # and those for a text that was not searched, by why
        self._said: dict[str, bool] = {}  # whether the suffix mentions a wording
        self.translations: Callable[[], Sequence[Translation]] = tuple  # the same message in other languages

    def limits(self, name: str) -> list[Limit]:
        """What the countries of the template, and its gateway, state of `name`."""
        owners = (*(self.packs.limits.get(country, {}) for country in self.facts.countries), self.facts.gateway.limits)
        stated = [owner[name] for owner in owners if name in owner]
        held = (one.of(self.facts.countries, self.facts.sender_kind) for one in stated)
        return [one for one in held if one is not None]

    @property
    def body(self) -> Message:
        return self.lowered.message or ()

    @cached_property
    def code(self) -> str | None:
        """The short code that an opt-out is sent to."""
        return self.facts.code

    @cached_property
    def literals(self) -> tuple[Text, ...]:
        """The texts that the template itself writes, wherever they stand."""
        return tuple([node for node in nodes_of(self.body) if isinstance(node, Text)])

    @cached_property
    def outside(self) -> tuple[Text, ...]:
        """Those of them that are not in GSM-7."""
        return tuple([node for node in self.literals if not weight(node.text).gsm7])

    @cached_property
    def message(self) -> Message:
        """Prefix, body and suffix as one message."""
        prefix = (Text(self.facts.gateway.prefix, _ADDED, "prefix"),) if self.facts.gateway.prefix else ()
        if not self.facts.appends:
            return (*prefix, *self.body)
        suffix = Text(self.facts.suffix, _ADDED, "suffix")
        if self.facts.gateway.skip_if_present:
            from smslint.checks.appended import where_missing

            character = self.packs.slots.character
            return (*prefix, *where_missing(self.body, suffix, self.lowered.variables, character))
        return (*prefix, *self.body, suffix)

    @cached_property
    def registered(self) -> dict[str, Domain]:
        """The placeholders that the operator or the gateway fills in, and with what at most."""
        stated = (pair for limit in self.limits("registered_variables") for pair in limit.value)
        return {name: Domain(0, length, ALPHABETS["gsm7"]) for name, length in stated}

    @cached_property
    def sent(self) -> Message:
        """The message with the gateway's tokens replaced, and what it does not send: what is counted. What is read is
        the message itself."""
        found, gateway = self.message, self.facts.gateway
        if tokens := (*gateway.tokens, *self.registered.items()):
            from smslint.checks.tokens import replaced  # few gateways have any

            found = replaced(found, tokens)
        if gateway.outside == "ucs2":
            return found
        from smslint.checks.outside import Replaced

        return Replaced(gateway.coding, gateway.replacement).message(found)

    @cached_property
    def independent(self) -> Independent | None:
        """What is known of the message if no choice depends on another."""
        last = self.message[-1] if self.message else None
        if not isinstance(last, Text) or last.origin != "suffix":
            return independent(self.message, self.lowered.variables)
        bare = self._independent_without_suffix
        return None if bare is None else bare.before(last.text)

    @cached_property
    def _independent_without_suffix(self) -> Independent | None:
        return independent(_bare(self.message), self.lowered.variables)

    @cached_property
    def extent(self) -> Extent:
        """The extent of the message as the gateway sends it."""
        known = self.independent if self.sent is self.message else None
        return extent(self.sent, self.lowered.variables, self.facts.gateway.coding, known)

    @cached_property
    def highest_without_suffix(self) -> int | None:
        """The largest segment count of the message without what the gateway appends."""
        known = self._independent_without_suffix if self.sent is self.message else None
        return highest(_bare(self.sent), self.lowered.variables, self.facts.gateway.coding, known)

    @cached_property
    def slot_texts(self) -> Callable[[Slot], list[str]]:
        """What a slot prints in the text of a path, as alternatives."""
        texts = slot_texts(self.packs.slots.character)
        return lambda slot: texts(slot, None)

    @cached_property
    def paths(self) -> Paths:
        """All paths of the message as the gateway sends it."""
        return paths(self.message, self.lowered.variables, self.packs.slots.character, self.independent)

    @property
    def some_path(self) -> Path | None:
        """One of its paths, where there are too many; None where there are not, or none is known."""
        if self.paths.complete or self.independent is None or self.independent.repeated:
            return None
        first = {choice: ways[:1] for choice, ways in self.independent.ways.items()}
        known = self.independent._replace(ways=first)
        found = paths(self.message, self.lowered.variables, self.packs.slots.character, known).paths
        return found[0] if found else None

    def suffix_says(self, wording: str) -> bool:
        """Whether the appended suffix mentions the wording of this name."""
        if wording not in self._said:
            words, suffix = self.packs.wording.get(wording), self.facts.suffix
            self._said[wording] = bool(words and suffix and words.mention(suffix))
        return self._said[wording]

    @cached_property
    def end(self) -> Span:
        """The end of the message, where a person would add to it."""
        return Span(len(self.text.rstrip()), len(self.text.rstrip()))

    @cached_property
    def whole(self) -> Span:
        """The whole message: from the first character that is sent, without the white space around it."""
        starts = (_visible_start(node) for node in nodes_of(self.body))
        start = next((start for start in starts if start is not None), 0)
        return Span(min(start, self.end.end), self.end.end)


def _bare(message: Message) -> Message:
    """`message` without a suffix that stands on every path."""
    return tuple(node for node in message if not (isinstance(node, Text) and node.origin == "suffix"))


def _visible_start(node: Node) -> int | None:
    """Where the first character of a text or slot stands that is not white space; None where there is none."""
    if isinstance(node, Slot):
        return node.span.start
    if not isinstance(node, Text) or not node.text.strip() or node.span == _ADDED:
        return None
    indented = len(node.text) - len(node.text.lstrip())
    return node.span.start + (indented if len(node.text) == node.span.end - node.span.start else 0)
