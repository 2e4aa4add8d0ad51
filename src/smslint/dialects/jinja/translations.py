"""Jinja2's tree lowered to the message tree: what is translated.

Theory of operation. `trans` is parsed to a call of gettext, with its variables as a mapping behind `%`, or as keywords
in the newstyle. The text of the call is looked up in the catalogue of the template's language. A plural is a choice of
its forms: by the value of the number, where its values or its constant are known; else any form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from jinja2 import nodes

from smslint.dialects.jinja.inheritance import Inheritance
from smslint.dialects.jinja.names import Given, Value
from smslint.tree.conditions import AnyOf, Condition, Test, any_of
from smslint.tree.domains import UNKNOWN
from smslint.tree.lowering import Catalogue
from smslint.tree.message import Message, Node, Slot, Span, Text
from smslint.tree.variables import FREE

NUMBERS_TRIED = 1_000  # to see which form stands for most of them
SINGLED_OUT_MAX = 4  # numbers that have a form for themselves


class Places(NamedTuple):
    """Where the arguments of a call stand, and how many there are."""

    context: int | None
    text: int
    plural: int | None
    number: int


_CALLS = {
    **dict.fromkeys(("_", "gettext"), Places(None, 0, None, 1)),
    "ngettext": Places(None, 0, 1, 3),
    "pgettext": Places(0, 1, None, 2),
    "npgettext": Places(0, 1, 2, 4),
}
_PIECE = r"%(?:\((?P<name>[^()]*)\))?(?P<kind>s|%)|%"


class Called(NamedTuple):
    """A call of gettext, where its arguments stand, and whether what it gives is safe where autoescape is on."""

    node: nodes.Call
    places: Places
    marked: bool


class Translated(NamedTuple):
    """A call of gettext: its texts, the number that chooses one, and what their placeholders stand for. `marked`: where
    autoescape is on its texts are safe, and what fills them is escaped."""

    context: str | None
    text: str
    plural: str | None
    number: nodes.Expr | None
    values: Mapping[str, nodes.Expr] | None
    marked: bool


class Translations(Inheritance):
    """Lowers `trans` and calls of gettext."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.catalogue = given.catalogue
        self.translates = False

    def translated(self, node: nodes.Node) -> Value | None:
        """What a translation sends; None where `node` is none, or its texts are not known."""
        found = self._translation(node)
        return self._translated_each(node) if found is None else self._sent_as(found, node)

    def _translated_each(self, node: nodes.Node) -> Value | None:
        """A call whose text is one of several that are known, `_(label)`: the translation of each."""
        called = self._called(node)
        if called is None or called.places.plural is not None:
            return None
        argument = called.node.args[called.places.text]
        ways = None if _text(argument) is not None else self.ways_of(self.operand(argument))
        if ways is None or not all(isinstance(way.value, str) and way.value for way in ways):
            return None
        each: list[tuple[Condition | None, Value]] = []
        for way in ways:
            found = self._translation(node, way.value)
            if found is None:
                return None
            each.append((way.condition, self._sent_as(found, node)))
        if len(each) == 1:
            return each[0][1]
        either = (*each[:-1], (None, each[-1][1]))
        return self._either(either, tuple(value.message for _, value in either), self._tag(node))

    def _sent_as(self, found: Translated, node: nodes.Node) -> Value:
        """What the translation `found`, which `node` is, sends."""
        self.translates = True
        span = self._tag(node)
        forms, form_of = self._looked_up(found, node)
        safe = found.marked and self.autoescape
        plain = found.values is None and not safe
        values = [
            Value(self._filled(form, found, span, node), constant=form if plain else None, text=True, safe=safe)
            for form in forms
        ]
        ways = [(None, 0)] if found.number is None else self._numbered(found.number, form_of, len(forms))
        if len(ways) == 1:
            return values[ways[0][1]]
        either = tuple((condition, values[form]) for condition, form in ways)
        return self._either(either, tuple(value.message for _, value in either), span)

    def texts_of(self, node: nodes.Node) -> tuple[tuple[Condition | None, str], ...] | None:
        found = None if self.newstyle or isinstance(node, nodes.Mod) else self._translation(node)
        if found is None or found.values is not None or found.marked:
            return None
        self.translates = True
        forms, form_of = self._looked_up(found, node)
        ways = [(None, 0)] if found.number is None else self._numbered(found.number, form_of, len(forms))
        return tuple((condition, forms[form]) for condition, form in ways)

    def _called(self, node: nodes.Node) -> Called | None:
        """The call of gettext that `node` is; None where it is none."""
        call = node.left if isinstance(node, nodes.Mod) else node
        marked = self.newstyle or isinstance(call, nodes.MarkSafeIfAutoescape)
        if isinstance(call, nodes.MarkSafeIfAutoescape):
            call = call.expr
        if not isinstance(call, nodes.Call) or not isinstance(call.node, nodes.Name) or call.node.name in self.scope:
            return None
        places = _CALLS.get(call.node.name)
        if places is None or call.dyn_args or call.dyn_kwargs or len(call.args) != places.number:
            return None
        return Called(call, places, marked)

    def _translation(self, node: nodes.Node, text: str | None = None) -> Translated | None:
        """The translation that `node` is, of `text` where that is not written in it; None where it is none."""
        called = self._called(node)
        if called is None:
            return None
        call, places, marked = called
        values = _mapping(node.right) if isinstance(node, nodes.Mod) else None
        if isinstance(node, nodes.Mod) and values is None:
            return None
        number = call.args[-1] if places.plural is not None else None
        if self.newstyle or call.kwargs:
            values = {"num": number} if number is not None else {}
            values |= {pair.key: pair.value for pair in call.kwargs}
        texts = [None if place is None else _text(call.args[place]) for place in places[:3]]
        texts[1] = text or texts[1]
        if places.number == 1 and texts[1] == "" and self.catalogue is not None:
            return None  # gettext gives the head of the catalogue for it
        if any(text is None and place is not None for text, place in zip(texts, places, strict=False)):
            return None
        return Translated(texts[0], texts[1] or "", texts[2], number, values, marked)

    # -- texts -----------------------------------------------------------------------------------------------------

    def _looked_up(self, found: Translated, node: nodes.Node) -> tuple[list[str], Callable[[Any], int | None]]:
        """The forms of a text, and which of them a number takes (None: it is no number, and nothing is sent)."""
        source = [found.text] if found.plural is None else [found.text, found.plural]
        catalogue = self.catalogue
        if catalogue is None:
            return source, _source_form
        forms = self._entry(found, catalogue)
        if forms is None:
            text = " ".join(found.text.split())[:60]
            words = f"`{text}` has no translation in `{catalogue.path}`: the text itself is sent"
            self.problem(words, node, "translation-missing")
            return source, _source_form
        if found.plural is None:
            return [forms[0]], _source_form

        def form_of(number: Any) -> int | None:
            if not isinstance(number, int):
                return None
            form = catalogue.plural(int(number))
            return form if 0 <= form < len(forms) else len(forms) + _source_form(number)

        return [*forms, *source], form_of

    def _entry(self, found: Translated, catalogue: Catalogue) -> tuple[str, ...] | None:
        """The forms in the catalogue; what has no variables may stand there as it is extracted for the newstyle."""
        forms = self._stands(found, found.text, catalogue)
        if forms is None and found.values is None and "%" in found.text:
            doubled = self._stands(found, found.text.replace("%", "%%"), catalogue)
            forms = None if doubled is None else tuple(form.replace("%%", "%") for form in doubled)
        return forms

    def _stands(self, found: Translated, text: str, catalogue: Catalogue) -> tuple[str, ...] | None:
        """The forms of `text`; of one with a plural where none is asked for, that of the number 1, as gettext does."""
        if found.plural is not None:
            return catalogue.messages.get((found.context, text, True))
        forms = catalogue.messages.get((found.context, text, False))
        if forms is None:
            plural = catalogue.messages.get((found.context, text, True))
            forms = plural and plural[catalogue.plural(1) :][:1]
        return forms or None

    def _filled(self, text: str, found: Translated, span: Span, node: nodes.Node) -> Message:
        """`text` with its placeholders filled; where it is the template's own, its parts stand in the tag in order."""
        at = span
        if text is found.plural:
            at = Span(max(span.start, self.source.text.find("pluralize", span.start, span.end)), span.end)
        if found.values is None:
            return (self._literal_in(at, text, span),) if text else ()
        pieces: list[Node] = []
        position = 0
        for match in (*re.finditer(_PIECE, text), None):
            literal = text[position : match.start() if match else len(text)]
            if literal:
                pieces.append(self._literal_in(at, literal, span))
                at = Span(max(at.start, pieces[-1].span.end), at.end) if pieces[-1].span != span else at
            if match:
                pieces += self._placeholder(match, found, span, node)
                position = match.end()
        return tuple(pieces)

    def _placeholder(self, match: re.Match[str], found: Translated, span: Span, node: nodes.Node) -> Message:
        if match[0] == "%%":
            return (Text("%", self.source.text_span(span.start, span.end)),)
        value = (found.values or {}).get(match["name"] or "") if match["kind"] == "s" else None
        if value is not None:
            return self.sent(value) if found.marked else self.value(value)
        here = match.string[match.start() : match.start() + 20]
        where = "" if self.catalogue is None else f" (see `{self.catalogue.path}`)"
        words = f"`{here}` in a text to translate stands for nothing that is passed{where}: write `%(name)s`, or `%%`"
        self.problem(words, node, "translation-broken")
        return (Slot("translation", UNKNOWN, span),)

    def _literal_in(self, at: Span, text: str, span: Span) -> Text:
        """`text` where it stands at `at` in the tag; else, as of a translation, with the span of the whole tag."""
        own = self.catalogue is None and self.source.place is None
        start = self.source.text.find(text, at.start, at.end) if own else -1
        if start >= 0:
            return Text(text, Span(start, start + len(text)))
        return Text(text, Span(span.start, span.end - 1) if len(text) == span.end - span.start else span)

    def _tag(self, node: nodes.Node) -> Span:
        """The whole of a `trans`, or the call."""
        span = self.span(node)
        text, start = self.source.text, node.lineno
        if self.source.place is None and text.startswith("trans", start):
            end = text.find("endtrans", start)
            return Span(start, end + len("endtrans") if end >= 0 else span.end)
        return span

    # -- numbers ---------------------------------------------------------------------------------------------------

    def _numbered(
        self, number: nodes.Expr, form_of: Callable[[Any], int | None], forms: int
    ) -> list[tuple[Condition | None, int]]:
        """Which form is sent, under which condition; the last has none."""
        known = self.ways_of(self.operand(number))
        if known is None:
            return self._open_number(number, form_of)
        by_form: dict[int, list[Condition]] = {}
        for condition, value in known:
            form = form_of(value)
            if form is not None:
                by_form.setdefault(form, []).append(condition)
        ways: list[tuple[Condition | None, int]] = [(any_of(found), form) for form, found in by_form.items()]
        return [*ways[:-1], (None, ways[-1][1])] if ways else [(None, 0)]

    def _open_number(
        self, number: nodes.Expr, form_of: Callable[[Any], int | None]
    ) -> list[tuple[Condition | None, int]]:
        """The forms for a number of which no values are declared: the form of most numbers is the last; one that a few
        numbers have stands under the condition that it is one of them, any other under one that is open."""
        taking: dict[int, list[int]] = {}
        for n in range(NUMBERS_TRIED):
            taking.setdefault(form_of(n) or 0, []).append(n)
        *others, usual = sorted(taking, key=lambda form: len(taking[form]))
        binding = self.operand(number)
        ways: list[tuple[Condition | None, int]] = []
        for form in others:
            few = taking[form] if len(taking[form]) <= SINGLED_OUT_MAX else []
            equal = [condition for n in few if (condition := self._is_constant(binding, n)) is not None]
            ways.append(
                (AnyOf(tuple(equal)) if few and len(equal) == len(few) else self._open_form(number, form), form)
            )
        return [*ways, (None, usual)]

    def _open_form(self, number: nodes.Expr, form: int) -> Test:
        """A test of its own for a form, about the number."""
        test = self.free(number)
        key = f"{test.variable} takes plural form {form}"
        self.variables[key] = FREE
        about = tuple(key if name == test.variable else name for name in test.about)
        return Test(key, "free", None, f"{test.source} takes plural form {form}", about)


def _source_form(number: Any) -> int:
    return 0 if number == 1 else 1


def _mapping(node: nodes.Expr) -> dict[str, nodes.Expr] | None:
    """A mapping of constant names; None for anything else."""
    if not isinstance(node, nodes.Dict):
        return None
    found = {pair.key.value: pair.value for pair in node.items if isinstance(pair.key, nodes.Const)}
    return found if len(found) == len(node.items) else None


def _text(node: nodes.Expr) -> str | None:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None
