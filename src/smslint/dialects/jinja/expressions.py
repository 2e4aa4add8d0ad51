"""Jinja2's tree lowered to the message tree: expressions, as what they are and what they print."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from jinja2 import nodes
from markupsafe import Markup, escape

from smslint.dialects.jinja import formats
from smslint.dialects.jinja.arithmetic import Arithmetic
from smslint.dialects.jinja.calculator import STREAMS, Stream
from smslint.dialects.jinja.cases import FAILED, python
from smslint.dialects.jinja.changes import as_text, changed, deeper, whole
from smslint.dialects.jinja.filters import METHODS, PARAMETERS, Step, step
from smslint.dialects.jinja.formats import Field
from smslint.dialects.jinja.lists import CHOICES_MAX
from smslint.dialects.jinja.names import NONE, NOTHING, Alias, Binding, Value
from smslint.dialects.jinja.telling import CHANGES, nameless
from smslint.tree.conditions import ALWAYS, NEVER, Condition, Not
from smslint.tree.domains import UNKNOWN, can_hold, widest
from smslint.tree.message import Arm, Choice, Message, Node, Slot, Span, Text, nodes_of

__all__ = ["Alias", "Binding", "Expressions", "Value"]


class Expressions(Arithmetic):
    """Lowers expressions: `binding` gives what one is, `value` what it prints, `condition` what it decides."""

    def value(self, node: nodes.Node) -> Message:
        """What `node` prints."""
        key = self.reference(node)
        if key is not None:
            if self.variable(key).items is not None:
                return (
                    self.unknown(node, None, f"`{self.source_of(node)}` is a list, and what it prints is not known"),
                )
            return (self.slot(key, self.span(node)),)
        known = self.value_of(node)
        if known is None:
            known = self.lowered(node)
            shapeless = known.opaque and (known.items is not None or known.either)
            if shapeless or isinstance(known.constant, Stream):
                return (self.unknown(node, None, f"what `{self.source_of(node)}` prints is not known"),)
        elif known.opaque and known.either:
            self.problem(f"what `{self.source_of(node)}` prints is not always known", node)
        elif known.opaque:
            return (self.unknown(node, None, f"what `{self.source_of(node)}` prints is not known"),)
        return known.message

    def binding(self, node: nodes.Node) -> Binding:
        """What a name stands for that is set to `node`."""
        key = self.reference(node)
        if key is not None:
            return Alias(key)
        known = self.value_of(node)
        value = self.lowered(node) if known is None else known
        if _is_list(value) and (isinstance(node, nodes.Filter) or self.source.mutates):
            value = self.opaque(node)  # an iterator is empty when it is read again; a list may be changed
        if value.opaque and value.holds is None:
            told = frozenset((CHANGES,)) if self._may_change(node) else value.told
            value = value._replace(told=told, about=tuple(dict.fromkeys(self.about(node))))
        return self.kept(self.marked(value, node), node)

    def _may_change(self, node: nodes.Node) -> bool:
        """Whether what `node` gives may be another when it is read again."""
        return (isinstance(node, nodes.Filter) and node.name in STREAMS) or self.source.mutates

    def lowered(self, node: nodes.Node) -> Value:
        """What `node` is; with a problem where that is not known."""
        found = self._lowered(node)
        if found is not None:
            return found
        name = _filter_name(node)
        if name is not None:
            return Value((self.unknown_filter(node, name),), opaque=True)
        return Value((self.unknown(node, None, f"what `{self.source_of(node)}` prints is not known"),), opaque=True)

    def lowered_quietly(self, node: nodes.Node) -> Value | None:
        before = len(self.problems)
        found = self._lowered(node)
        del self.problems[before:]
        return found

    def _lowered(self, node: nodes.Node) -> Value | None:
        method = _METHODS.get(type(node))
        found = None if method is None else method(self, node)
        return self.finite(node) if found is None else found

    def operand(self, node: nodes.Node) -> Binding:
        """What a part of an expression is."""
        key = self.reference(node)
        if key is not None:
            return Alias(key)
        return self.value_of(node) or self.lowered(node)

    def message_of(self, binding: Binding, node: nodes.Node) -> Message:
        """What `binding` prints where `node` stands."""
        return binding.message if isinstance(binding, Value) else (self.slot(binding.key, self.span(node)),)

    # -- kinds of expressions --------------------------------------------------------------------------------------

    def _const(self, node: nodes.Const) -> Value:
        value = NONE if node.value is None else node.value
        text = isinstance(node.value, str)
        return Value((self._literal(node),), constant=value, text=text)

    def _literal(self, node: nodes.Const) -> Text:
        start, end = node.lineno, self.source.token_end(node.lineno)
        text = str(node.value)
        if isinstance(node.value, str) and self.source.text[start + 1 : end - 1] == text:
            start, end = start + 1, end - 1
        return Text(text, self.source.text_span(start, end))

    def _concat(self, node: nodes.Concat) -> Value | None:
        if self.autoescape:
            return self._safe_concat(node)
        return Value(tuple(part for operand in node.nodes for part in self.value(operand)), text=True)

    def _safe_concat(self, node: nodes.Concat) -> Value | None:
        """Where one part is safe, the others are escaped, and the whole is safe."""
        bindings = [self.operand(part) for part in node.nodes]
        every = {self.safety(binding) for binding in bindings}
        if every == {False}:
            return Value(tuple(part for operand in node.nodes for part in self.value(operand)), text=True)
        if None in every:
            return None
        return Value(tuple(part for operand in node.nodes for part in self.sent(operand)), text=True, safe=True)

    def sent(self, node: nodes.Node) -> Message:
        """What an output of `node` sends."""
        raise NotImplementedError

    def _conditional(self, node: nodes.CondExpr) -> Value:
        test = self.condition(node.test)
        one = self.operand(node.expr1)
        other = NOTHING if node.expr2 is None else self.operand(node.expr2)
        messages = self.message_of(one, node.expr1), self.message_of(other, node.expr2 or node)
        return self._either(((test, one), (None, other)), messages, self.span(node))

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

    def _junction(self, node: nodes.And | nodes.Or) -> Value:
        """`a or b or c`, `a and b`: the first that decides, else the last."""
        parts: list[nodes.Node] = [node.right]
        first: nodes.Node = node.left
        while type(first) is type(node) and isinstance(first, nodes.And | nodes.Or):
            parts.append(first.right)
            first = first.left
        parts = [first, *reversed(parts)]
        values = [self.operand(part) for part in parts]
        tests = [self._decides(part, value) for part, value in zip(parts[:-1], values, strict=False)]
        conditions = tests if isinstance(node, nodes.Or) else [Not(test) for test in tests]
        messages = tuple(self.message_of(value, part) for value, part in zip(values, parts, strict=True))
        return self._either(tuple(zip((*conditions, None), values, strict=True)), messages, self.span(node))

    def _decides(self, node: nodes.Node, binding: Binding) -> Condition:
        """Whether `node`, which is `binding`, is true."""
        once = isinstance(binding, Value) and self.moves(node)
        return self.truth(binding, node) if isinstance(binding, Value) and once else self.condition(node)

    def _filter(self, node: nodes.Filter) -> Value | None:
        if node.node is None:
            return None
        if node.name in ("default", "d"):
            return self._default(node)
        if isinstance(node.node, nodes.Const):
            return self._format(node) if node.name == "format" else self.finite(node)
        found = self.of_list(node)
        if found is not None:
            return found
        return self._changed(node, node.node, node.name, node)

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

    def applied(self, change: Step, binding: Binding, node: nodes.Node, span: Span) -> Value | None:
        """`binding`, which `node` is, after a filter."""
        if isinstance(binding, Value) and binding.constant is not None:
            return None
        if isinstance(binding, Value) and binding.either:
            return self._applied_to_either(change, binding, node, span)
        if isinstance(binding, Value) and binding.items is not None:
            return None
        text = self.message_of(binding, node)
        if isinstance(binding, Value) and binding.text:
            text = as_text(text)
        if not self.autoescape and all(isinstance(part, Text) for part in text):
            return self.running(change, "".join(part.text for part in text if isinstance(part, Text)), span)
        safe = self.safety(binding) is True
        if safe and change.name in ("e", "escape"):
            return binding if isinstance(binding, Value) else None
        if safe and self.autoescape and not change.plain:
            return None  # its arguments are escaped too
        message = changed(change, text, span, self.variables)
        kept = change.name in MAKING_SAFE or (safe and change.name in KEEPING_SAFE)
        return None if message is None else Value(message, safe=kept)

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

    def _applied_to_either(self, change: Step, value: Value, node: nodes.Node, span: Span) -> Value | None:
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
        from smslint.dialects.jinja.calculator import TooMuch
        from smslint.tree.domains import Failed

        try:
            return self.known(change.exactly(constant), span)
        except (Failed, TooMuch):
            return None

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

    def translated(self, node: nodes.Node) -> Value | None:
        """What a translation sends; None where `node` is none."""
        return None

    def called(self, call: nodes.Call) -> Value | None:
        """What a call of something that the template defines gives; None where it is no such call."""
        return None

    def _list(self, node: nodes.List | nodes.Tuple) -> Value | None:
        found = self.finite(node)
        if found is not None and found.constant is not None:
            return found
        return (found or self.opaque(node))._replace(items=tuple(map(self.operand, node.items)))

    def _call(self, node: nodes.Call) -> Value | None:
        found = self.called(node)
        if found is not None:
            return found._replace(safe=found.safe or self.autoescape)
        found = self.translated(node)
        if found is not None:
            return found._replace(safe=self.autoescape and self.newstyle)
        if isinstance(node.node, nodes.Getattr):
            if isinstance(node.node.node, nodes.Name) and node.node.node.name == "loop":
                return self._loop_call(node, node.node.attr)
            return self._method(node, node.node)
        return None

    def _loop_call(self, node: nodes.Call, name: str) -> Value | None:
        index = self.scope.get("loop.index0")
        if name != "cycle" or not node.args or node.kwargs or node.dyn_args or index is None:
            return None
        if not isinstance(index, Value) or index.constant is None:
            return self.any_of(tuple(map(self.operand, node.args)), node, exact=False)
        chosen = self.operand(node.args[index.constant % len(node.args)])
        return chosen if isinstance(chosen, Value) else Value(self.message_of(chosen, node))

    def _format(self, node: nodes.Filter) -> Value | None:
        """`'%s'|format(x)`."""
        text = node.node.value if isinstance(node.node, nodes.Const) else None
        if node.dyn_args is not None or node.dyn_kwargs is not None or (node.args and node.kwargs):
            return None
        fields: dict[str | int, nodes.Node] = dict(enumerate(node.args))
        fields.update({str(pair.key): pair.value for pair in node.kwargs})
        return self._formatted(formats.percent(text), fields, node) if isinstance(text, str) else None

    def _percent(self, node: nodes.Mod) -> Value | None:
        """`'%s' % x`."""
        found = self.translated(node)
        if found is not None:
            return found
        if not isinstance(node.left, nodes.Const) or not isinstance(node.left.value, str):
            return self.calculated(node)
        right = node.right
        if isinstance(right, nodes.Dict):
            fields: dict[str | int, nodes.Node] = {
                pair.key.value: pair.value for pair in right.items if isinstance(pair.key, nodes.Const)
            }
        else:
            fields = dict(enumerate(right.items if isinstance(right, nodes.Tuple) else [right]))
        return self._formatted(formats.percent(node.left.value), fields, node)

    def _formatted(
        self, parts: list[str | Field] | None, fields: dict[str | int, nodes.Node], node: nodes.Node
    ) -> Value | None:
        """A format string whose fields are these; None where it takes others, or not all of them."""
        known = self.finite(node)
        if known is not None and known.constant is not None:
            return known
        wanted = [part.key for part in parts or () if isinstance(part, Field)]
        numbers = [key for key in fields if isinstance(key, int)]
        if parts is None or not fields.keys() >= set(wanted) or any(key not in wanted for key in numbers):
            return known
        found: Message = ()
        for part in parts:
            field = (Text(part, self.span(node)),) if isinstance(part, str) else self._field(part, fields[part.key])
            if field is None:
                return known
            found += field
        return Value(found, text=True)

    def _field(self, field: Field, node: nodes.Node) -> Message | None:
        """What a field of a format string prints of `node`; None where that is not known."""
        binding = self.operand_quietly(node)
        if binding is None or (isinstance(binding, Value) and _is_list(binding)):
            return None
        if field.spec is not None:
            binding = self.stepped(step("%", (field.spec,), {}, False), binding, node)
        return None if binding is None else self.message_of(binding, node)

    def _method(self, node: nodes.Call, method: nodes.Getattr) -> Value | None:
        """`value.upper()` as its filter; `'{}'.format(x)`."""
        if method.attr == "format" and isinstance(method.node, nodes.Const) and isinstance(method.node.value, str):
            fields: dict[str | int, nodes.Node] = dict(enumerate(node.args))
            fields.update({str(pair.key): pair.value for pair in node.kwargs})
            dynamic = node.dyn_args is not None or node.dyn_kwargs is not None
            return None if dynamic else self._formatted(formats.braces(method.node.value), fields, node)
        name = METHODS.get(method.attr)
        if name is None or (len(node.args) > len(PARAMETERS.get(name, ())) or node.kwargs):
            return None
        if isinstance(method.node, nodes.Const):
            return None
        return self._changed(node, method.node, name, node)

    def _subscript(self, node: nodes.Getitem) -> Value | None:
        if isinstance(node.arg, nodes.Slice):
            listing = self.listing(node)
            if listing is not None:
                return self.value_of_listing(node, listing)
            parts = [None if p is None else self.constant(p) for p in (node.arg.start, node.arg.stop, node.arg.step)]
            given = [python(part) for part in parts]
            if any(p is not None and type(v) is not int for p, v in zip(_parts(node.arg), given, strict=True)):
                return None
            change = step("[:]", tuple(given), {}, False)
        else:
            index = self.constant(node.arg)
            if type(index) is not int:
                return None
            picked = self.picked(node, index)
            if picked is not None:
                return picked
            change = step("[]", (index,), {}, False)
        binding = self.operand_quietly(node.node)
        return None if binding is None else self.applied(change, binding, node.node, self.span(node))

    # -- filters of what is already lowered ------------------------------------------------------------------------

    def filtered(self, node: nodes.Filter, message: Message) -> Message:
        """`message` after the filter `node`, whose own operand is left out."""
        if node.name not in self.declared_filters:
            found = self.step(node.name, node)
            if node.name in ESCAPES:
                if self.autoescape and node.name != "forceescape":
                    return message
                self.escapes(message, node, f"`{node.name}` writes HTML, so")
            after = None if found is None else changed(found, as_text(message), self.span(node), self.variables)
            if after is not None:
                return after
        else:
            told = self.place(Value(message)) | (self.fresh() if any(map(nameless, nodes_of(message))) else frozenset())
            key = " ".join((self.source_of(node), *sorted(told)))
            self.variables[key] = self.declared_filters[node.name]
            return (self.slot(key, self.span(node))._replace(name=node.name),)
        return (self.unknown_filter(node, node.name),)

    # -- what is not known -----------------------------------------------------------------------------------------

    def unknown(self, node: nodes.Node, name: str | None, why: str) -> Slot:
        """A slot of unknown content, and the problem that says so."""
        self.problem(f"{why}: pass it in as a variable with a declared `max_length`", node)
        return Slot(name or self.name_of(node), UNKNOWN, self.span(node))

    def unknown_filter(self, node: nodes.Node, name: str) -> Slot:
        """A slot of unknown content, and the problem, once for each filter, that says what to declare."""
        if not any(p.kind == "unknown-filter" and f"`{name}`" in p.message for p in self.problems):
            self.problem(
                f"what the filter `{name}` gives here is not known: say what it can be, under `filters` of the "
                f"configuration: `{name}: {{max_length: …, alphabet: gsm7}}`",
                node,
                "unknown-filter",
            )
        return Slot(self.name_of(node), UNKNOWN, self.span(node))


def _parts(node: nodes.Slice) -> tuple[nodes.Node | None, ...]:
    return node.start, node.stop, node.step


ESCAPES = ("e", "escape", "forceescape")
SPECIAL = "'&<>\""
MAKING_SAFE = frozenset((*ESCAPES, "safe", "tojson", "urlize"))
KEEPING_SAFE = frozenset(
    ("upper", "lower", "trim", "capitalize", "center", "truncate", "string", "indent", "replace", "[:]", "[]")
)


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


def _is_list(value: Value) -> bool:
    held = value.items is not None or isinstance(value.constant, list | tuple | dict)
    return held or any(isinstance(one, Value) and one.items is not None for _, one in value.either)


def _filter_name(node: nodes.Node) -> str | None:
    """The last filter of a chain, or of what is asked of it."""
    while isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Call):
        node = node.node
    return node.name if isinstance(node, nodes.Filter) else None


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


def _translated(expressions: Expressions, node: nodes.Node) -> Value | None:
    found = expressions.translated(node)
    return None if found is None else found._replace(safe=expressions.autoescape)


_METHODS: dict[type[nodes.Node], Callable[[Expressions, Any], Value | None]] = {
    nodes.Const: Expressions._const,
    nodes.Concat: Expressions._concat,
    nodes.CondExpr: Expressions._conditional,
    nodes.And: Expressions._junction,
    nodes.Or: Expressions._junction,
    nodes.Filter: Expressions._filter,
    nodes.Call: Expressions._call,
    nodes.Getitem: Expressions._subscript,
    nodes.Mod: Expressions._percent,
    nodes.Add: Expressions.calculated,
    nodes.Sub: Expressions.calculated,
    nodes.Mul: Expressions.calculated,
    nodes.FloorDiv: Expressions.calculated,
    nodes.Neg: Expressions.calculated,
    nodes.Pos: Expressions.calculated,
    nodes.List: Expressions._list,
    nodes.MarkSafeIfAutoescape: _translated,
    nodes.Tuple: Expressions._list,
}
