"""Jinja2's tree lowered to the message tree: what is escaped for HTML before it is sent.

Where autoescape is on, each output is escaped but what is safe: what a filter has marked or escaped, what a macro or a
block of `set` gives. A message is no HTML: nobody turns `&#39;` back into an apostrophe.
"""

from __future__ import annotations

from abc import abstractmethod

from jinja2 import nodes
from markupsafe import Markup, escape

from smslint.dialects.jinja.bindings import Alias, Binding, Value, python
from smslint.dialects.jinja.changes import changed
from smslint.dialects.jinja.expressions import Expressions
from smslint.dialects.jinja.filters import step
from smslint.tree.message import Arm, Choice, Message, Text

_ESCAPE = step("e", (), {}, True)


class Escaping(Expressions):
    """Lowers outputs."""

    def sent(self, node: nodes.Node) -> Message:
        """What an output of `node` sends."""
        if not self.autoescape:
            return self.value(node)
        binding = self.operand(node)
        if isinstance(binding, Value) and binding.opaque:
            return self.value(node)
        return self._escaped(binding, node)

    def sent_binding(self, binding: Binding, node: nodes.Node) -> Message:
        """What an output of `node` sends, which is `binding`."""
        return self._escaped(binding, node) if self.autoescape else self.message_of(binding, node)

    def _escaped(self, binding: Binding, node: nodes.Node) -> Message:
        if isinstance(binding, Alias) and self.variable(binding.key).items is not None:
            return self.value(node)
        if isinstance(binding, Value):
            if binding.safe:
                return binding.message
            if binding.constant is not None:
                return self._constant_escaped(binding, node)
            if binding.either:
                span = self.span(node)
                ways = ((condition, self._escaped(one, node)) for condition, one in binding.either)
                return (Choice(tuple(Arm(condition, body, span) for condition, body in ways), span),)
        message = self.message_of(binding, node)
        self.escapes(message, node, "autoescape is on, so")
        after = changed(_ESCAPE, message, self.span(node), self.variables)
        return message if after is None else after

    def _constant_escaped(self, value: Value, node: nodes.Node) -> Message:
        constant = python(value.constant)
        text = "" if not value.message else str(constant if isinstance(constant, Markup) else escape(str(constant)))
        if text == "".join(part.text for part in value.message if isinstance(part, Text)):
            return value.message
        self.escapes(value.message, node, "autoescape is on, so")
        return (Text(text, self.source.text_span(*self.span(node))),)

    def _scopedevalcontextmodifier(self, statement: nodes.ScopedEvalContextModifier) -> Message:
        before = self.autoescape
        for option in statement.options:
            if option.key == "autoescape":
                self.autoescape = self._switched(option.value)
        message = self.body(statement.body)
        self.autoescape = before
        return message

    def _switched(self, node: nodes.Expr) -> bool:
        constant = self.constant(node)
        if constant is None:
            self.problem(f"whether `{self.source_of(node)}` is true is not known: taken to be so", node)
            return True
        return bool(python(constant))

    @abstractmethod
    def body(self, statements: list[nodes.Node]) -> Message:
        """What `statements` send."""
