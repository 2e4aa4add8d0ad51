"""Jinja2's tree lowered to the message tree: filters, and what is not known."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from jinja2 import nodes
from jinja2.filters import FILTERS
from markupsafe import Markup, escape

from smslint.dialects.jinja.bindings import python
from smslint.dialects.jinja.cases import FAILED
from smslint.dialects.jinja.changes import TO_NUMBERS, as_text, changed, deeper, guessed, is_text
from smslint.dialects.jinja.filters import Step, step
from smslint.dialects.jinja.formatting import Formatting
from smslint.dialects.jinja.lists import CHOICES_MAX
from smslint.dialects.jinja.names import NONE, Alias, Binding, Value
from smslint.dialects.jinja.plain import Stream, TooMuch
from smslint.dialects.jinja.telling import nameless
from smslint.tree.conditions import ALWAYS, NEVER, Condition
from smslint.tree.domains import UNKNOWN, Failed, can_hold, widest
from smslint.tree.message import Arm, Choice, Message, Node, Slot, Span, Text, nodes_of, whole

_UNNAMED = "\0"  # the name of what a filter block sends
ESCAPES = ("e", "escape", "forceescape")
SPECIAL = "'&<>\""
NOT_FOLLOWED = ("attr", "pprint", "random", "tojson", "urlize", "xmlattr")  # Jinja2's own, of any operand
MAKING_SAFE = frozenset((*ESCAPES, "safe", "tojson", "urlize"))
KEEPING_SAFE = frozenset(
    (
        "upper",
        "lower",
        "trim",
        "capitalize",
        "center",
        "truncate",
        "string",
        "indent",
        "replace",
        "reverse",
        "[:]",
        "[]",
    )
)


class Filtering(Formatting):
    """Lowers filters of expressions, and of what is already lowered."""

    def _filter(self, node: nodes.Filter) -> Value | None:
        if node.node is None:
            return None
        if node.name in ("default", "d"):
            return self._default(node)
        if isinstance(node.node, nodes.Const):
            return self._format(node) if node.name == "format" else self.finite(node)
        found = self._format(node) if node.name == "format" else self.of_list(node)
        if found is not None:
            return found
        if node.name in ("first", "last") and isinstance(node.node, nodes.Call):
            return self.split_at(node.node, -1 if node.name == "last" else 0, node)
        return self._changed(node, node.node, node.name, node)

    def split_at(self, call: nodes.Call, index: int, node: nodes.Node) -> Value | None:
        """`text.split(' ')[index]`, which `node` is; None of any other call."""
        if not isinstance(call.node, nodes.Getattr) or call.node.attr != "split" or call.kwargs or len(call.args) > 1:
            return None
        separators = [self.constant(arg) for arg in call.args]
        if call.dyn_args is not None or call.dyn_kwargs is not None or None in separators:
            return None
        base = call.node.node
        binding = self.operand_quietly(base)
        change = step("split[]", (index, *map(python, separators)), {}, self.autoescape)
        return None if binding is None else self.applied(change, binding, base, self.span(node))

    def _changed(self, node: nodes.Node, base: nodes.Node, name: str, call: nodes.Filter | nodes.Call) -> Value | None:
        """`base` after a filter whose arguments are constants."""
        found = self.step(name, call)
        if found is None:
            return None
        binding = self.operand_quietly(base)
        if name in ESCAPES and binding is not None and self.safety(binding) is not True:
            self.escapes(self.message_of(binding, base), node, f"`|{name}` writes HTML, so")
        return None if binding is None else self.applied(found, binding, base, self.span(node))

    def operand_quietly(self, node: nodes.Node) -> Binding | None:
        """What a part of an expression is, None where that is not known."""
        key = self.reference(node)
        if key is not None:
            return None if self.variable(key).items is not None else Alias(key)
        known = self.value_of(node)
        if known is None:
            known = self.lowered_quietly(node)
        return None if known is None or known.opaque else known

    def step(self, name: str, call: nodes.Filter | nodes.Call) -> Step | None:
        """The filter `name` with constant arguments; None where it has others."""
        if call.dyn_args is not None or call.dyn_kwargs is not None:
            return None
        args = [self.constant(arg) for arg in call.args]
        kwargs = {str(pair.key): self.constant(pair.value) for pair in call.kwargs}
        if None in args or None in kwargs.values():
            return None
        given = tuple(map(python, args)), {key: python(value) for key, value in kwargs.items()}
        if not all(isinstance(one, str | bool | int | float | None) for one in (*given[0], *given[1].values())):
            return None
        return step(name, *given, self.autoescape)

    def constant(self, node: nodes.Node) -> Any:
        """The value of `node` (NONE for None), where it has only one; else None."""
        if isinstance(node, nodes.Const):
            return NONE if node.value is None else node.value
        found = self.evaluations(node)
        if found is None or len(found[1]) != 1 or found[1][0][1] is FAILED:
            return None
        value = found[1][0][1]
        return NONE if value is None else value

    # -- applied to what an expression is ------------------------------------------------------------------------------

    def applied(self, change: Step, binding: Binding, node: nodes.Node, span: Span) -> Value | None:
        """`binding`, which `node` is, after a filter."""
        if isinstance(binding, Value) and binding.constant is not None:
            return None
        if isinstance(binding, Value) and binding.either:
            return self._applied_to_either(change, binding, node, span)
        if isinstance(binding, Value) and binding.items is not None:
            return None
        if isinstance(binding, Value) and change.name in TO_NUMBERS:
            ways = _ways(binding)
            if ways:
                return self._applied_to_either(change, binding._replace(either=ways), node, span)
        text = self.message_of(binding, node)
        texts = isinstance(binding, Value) and binding.text
        if texts:
            text = as_text(text)
        if not self.autoescape and all(isinstance(part, Text) for part in text):
            return self.running(change, "".join(part.text for part in text if isinstance(part, Text)), span)
        safe = self.safety(binding) is True
        if safe and change.name in ("e", "escape"):
            return binding if isinstance(binding, Value) else None
        if safe and self.autoescape and not change.plain:
            return None  # its arguments are escaped too
        message = changed(change, text, span, self.variables)
        kept = change.name in MAKING_SAFE or (safe and (change.method or change.name in KEEPING_SAFE))
        return None if message is None else Value(message, text=is_text(change, texts), safe=kept)

    def _applied_to_either(self, change: Step, value: Value, node: nodes.Node, span: Span) -> Value | None:
        if not self.affords(len(value.either)):
            return None
        ways, messages = [], []
        for condition, binding in value.either:
            inner = self.stepped(change, binding, node)
            if inner is None:
                return None
            ways.append((condition, inner))
            messages.append(inner.message)
        return self._either(tuple(ways), tuple(messages), span)

    def stepped(self, change: Step, binding: Binding, node: nodes.Node) -> Value | None:
        if isinstance(binding, Value) and binding.constant is not None:
            return self.running(change, python(binding.constant), self.span(node))
        return self.applied(change, binding, node, self.span(node))

    def running(self, change: Step, constant: Any, span: Span) -> Value | None:
        """A constant after a filter."""
        try:
            return self.known(change.exactly(constant), span)
        except (Failed, TooMuch):
            return None

    def safety(self, binding: Binding) -> bool | None:
        """Whether `binding` is not escaped again; None where it is in some cases only."""
        if isinstance(binding, Alias):
            return False
        if binding.constant is not None or not binding.either:
            return binding.safe or isinstance(binding.constant, Markup)
        every = {self.safety(one) for _, one in binding.either}
        return every.pop() if len(every) == 1 else None

    def escapes(self, message: Message, node: nodes.Node, why: str) -> None:
        """Notes that escaping writes entities into the SMS, if it does; once for each place, for autoescape once."""
        character = next((one for one in SPECIAL if any(map(partial(_holds, one), nodes_of(message)))), None)
        once = "autoescape" in why and any(p.message.startswith("autoescape") for p in self.problems)
        if character is not None and not once:
            self.problem(
                f"{why} {character} in `{self.source_of(node)}` is sent as {escape(character)}",
                node,
                "html-escape-in-sms",
            )

    # -- of several ----------------------------------------------------------------------------------------------------

    def _either(self, ways: tuple[tuple[Any, Binding], ...], messages: tuple[Message, ...], span: Span) -> Value:
        """One of `ways`; where the last is again one of several, those follow at once, as chains may be long."""
        if any(deeper(message, CHOICES_MAX) for message in messages):
            return Value((Slot("…", widest([whole(message) for message in messages]), span),))
        arms = tuple(Arm(condition, body, span) for (condition, _), body in zip(ways, messages, strict=True))
        condition, last = ways[-1]
        inner = messages[-1]
        if condition is None and len(inner) == 1 and isinstance(inner[0], Choice):
            arms = (*arms[:-1], *inner[0].arms)
        if condition is None and isinstance(last, Value) and last.either:
            ways = (*ways[:-1], *last.either)
        return Value((Choice(arms, span),), either=ways)

    def _decides(self, node: nodes.Node, binding: Binding) -> Condition:
        """Whether `node`, which is `binding`, is true."""
        once = isinstance(binding, Value) and self.moves(node)
        return self.truth(binding, node) if isinstance(binding, Value) and once else self.condition(node)

    def _default(self, node: nodes.Filter) -> Value | None:
        assert node.node is not None
        given = _arguments(node, ("default_value", "boolean"))
        if given is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return None
        fallback = given.get("default_value")
        other = Value((), constant="", text=True) if fallback is None else self.operand(fallback)
        boolean = given.get("boolean")
        constant = False if boolean is None else self.constant(boolean)
        if constant is None:
            return None
        value = self.operand(node.node)
        test = self._decides(node.node, value) if python(constant) else self.defined(value)
        if test is None:
            test = self.free(node.node) if python(constant) else self.free_defined(node.node)
        if test == ALWAYS:
            return value if isinstance(value, Value) else None
        messages = self.message_of(value, node.node), self.message_of(other, fallback or node)
        if test == NEVER:
            return other if isinstance(other, Value) else Value(messages[1], either=((None, other),))
        return self._either(((test, value), (None, other)), messages, self.span(node))

    # -- filters of what is already lowered ----------------------------------------------------------------------------

    def filtered(self, node: nodes.Filter, message: Message) -> Message:
        """`message` after the filter `node`, whose own operand is left out, and after those before it in its chain."""
        if isinstance(node.node, nodes.Filter):
            message = self.filtered(node.node, message)
        if node.name not in self.declared_filters:
            found = self.step(node.name, node)
            if node.name in ESCAPES:
                if self.autoescape and node.name != "forceescape":
                    return message
                self.escapes(message, node, f"`{node.name}` writes HTML, so")
            if found is not None and self.autoescape and not found.plain:
                found = None  # its arguments are escaped too
            after = None if found is None else changed(found, as_text(message), self.span(node), self.variables)
            if after is None or guessed(after):
                known = self._filtered_name(node, message)
                after = after if known is None else known
            if after is not None:
                return after
        else:
            told = self.place(Value(message)) | (self.fresh() if any(map(nameless, nodes_of(message))) else frozenset())
            key = " ".join((self.source_of(node), *sorted(told)))
            self.variables[key] = self.declared_filters[node.name]
            return (self.slot(key, self.span(node))._replace(name=node.name),)
        return (self.unknown_filter(node, node.name),)

    def _filtered_name(self, node: nodes.Filter, message: Message) -> Message | None:
        """`message` after a filter, as if it were set to a name that is filtered; None where that is not known."""
        named = nodes.Name(_UNNAMED, "load", lineno=node.lineno)
        outer, self.frame = self.frame, self.frame.inner()
        self.scope[_UNNAMED] = Value(message, text=True, safe=self.autoescape)
        call = nodes.Filter(
            named, node.name, node.args, node.kwargs, node.dyn_args, node.dyn_kwargs, lineno=node.lineno
        )
        found = self.lowered_quietly(call)
        self.frame = outer
        if found is None or found.opaque or found.items is not None or isinstance(found.constant, Stream):
            return None
        return found.message

    # -- what is not known ---------------------------------------------------------------------------------------------

    def unknown(self, node: nodes.Node, name: str | None, why: str) -> Slot:
        """A slot of unknown content, and the problem that says so."""
        self.problem(f"{why}: pass it in as a variable with a declared `max_length`", node)
        return Slot(name or self.name_of(node), UNKNOWN, self.span(node))

    def unknown_filter(self, node: nodes.Node, name: str) -> Slot:
        """A slot of unknown content, and the problem, once for each filter, that says what to declare."""
        if name in FILTERS and name not in NOT_FOLLOWED:
            instead = "pass it in as a variable with a declared `max_length`"
            self.problem(f"what `{self.source_of(node)}` gives is not known: {instead}", node, "unknown-filter")
        elif not any(p.kind == "unknown-filter" and f"`{name}`" in p.message for p in self.problems):
            close = _nearest_filter(name)
            meant = f"did you mean `{close}`? Else say" if close else "say"
            self.problem(
                f"what the filter `{name}` gives here is not known: {meant} what it can be, under `filters` of the "
                f"configuration: `{name}: {{max_length: …, alphabet: gsm7}}`",
                node,
                "unknown-filter",
            )
        return Slot(self.name_of(node), UNKNOWN, self.span(node))


def _ways(value: Value) -> tuple[tuple[Condition | None, Binding], ...]:
    """What `value` is, each under its condition, where it is one choice; else nothing."""
    choice = value.message[0] if len(value.message) == 1 else None
    if not isinstance(choice, Choice) or choice.arms[-1].condition is not None:
        return ()
    return tuple((arm.condition, Value(arm.body, text=value.text, safe=value.safe)) for arm in choice.arms)


@lru_cache(maxsize=1024)
def _nearest_filter(name: str) -> str | None:
    """The filter of Jinja2's own that is probably meant by `name`, if one is."""
    if name in FILTERS:
        return None
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, FILTERS, n=1, cutoff=0.85)), None)


def _holds(character: str, node: Node) -> bool:
    """Whether `character` can stand in what a text or a slot sends."""
    if isinstance(node, Text):
        return character in node.text
    if not isinstance(node, Slot):
        return False
    found = node.domains()
    written = (str(value) for domain in found for value in domain.values or ())
    return any(character in text for text in written) or any(
        domain.values is None and domain.length_max != 0 and can_hold(domain.alphabet, character) for domain in found
    )


def _arguments(node: nodes.Filter, names: tuple[str, ...]) -> dict[str, nodes.Expr] | None:
    """The arguments of a filter by name; None where there are more, or others."""
    found: dict[str, nodes.Expr] = dict(zip(names, node.args, strict=False))
    if len(node.args) > len(names):
        return None
    for pair in node.kwargs:
        if pair.key not in names:
            return None
        found[str(pair.key)] = pair.value
    return found
