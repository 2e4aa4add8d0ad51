"""Jinja2's tree lowered to the message tree: format strings, `'%s' % x`, `'%s'|format(x)`, `'{}'.format(x)`
and `date.strftime('%d/%m')`."""

from __future__ import annotations

from abc import abstractmethod

from jinja2 import nodes

from smslint.dialects.jinja import formats
from smslint.dialects.jinja.arithmetic import Arithmetic
from smslint.dialects.jinja.bindings import Value
from smslint.dialects.jinja.filters import step
from smslint.dialects.jinja.formats import Field
from smslint.dialects.jinja.lists import is_list
from smslint.tree.conditions import Condition
from smslint.tree.domains import ALPHABETS, Domain
from smslint.tree.message import Message, Slot, Text


class Formatting(Arithmetic):
    """Lowers what fills in a text."""

    @abstractmethod
    def translated(self, node: nodes.Node) -> Value | None:
        """What a translation sends; None where `node` is none."""

    @abstractmethod
    def texts_of(self, node: nodes.Node) -> tuple[tuple[Condition | None, str], ...] | None:
        """The texts that a call of gettext can give, each under its condition; None where `node` is none."""

    def _format(self, node: nodes.Filter) -> Value | None:
        """`'%s'|format(x)`."""
        if node.node is None or node.dyn_args is not None or node.dyn_kwargs is not None or (node.args and node.kwargs):
            return None
        fields: dict[str | int, nodes.Node] = dict(enumerate(node.args))
        fields.update({str(pair.key): pair.value for pair in node.kwargs})
        return self._filled_in(node.node, fields, node)

    def _filled_in(self, text: nodes.Node, fields: dict[str | int, nodes.Node], node: nodes.Node) -> Value | None:
        """`text`, a constant or a translation, after `%` with these fields."""
        if isinstance(text, nodes.Const):
            known = isinstance(text.value, str)
            return self._formatted(formats.percent(text.value), fields, node) if known else None
        ways: list[tuple[Condition | None, Value]] = []
        for condition, one in self.texts_of(text) or ():
            filled = self._formatted(formats.percent(one), fields, node)
            if filled is None:
                return None
            ways.append((condition, filled))
        return self.either(tuple(ways), node) if ways else None

    def _percent(self, node: nodes.Mod) -> Value | None:
        """`'%s' % x`."""
        found = self.translated(node)
        if found is not None:
            return found
        constant = isinstance(node.left, nodes.Const)
        if not isinstance(getattr(node.left, "value", None), str) if constant else self.texts_of(node.left) is None:
            return self.calculated(node)
        right = node.right
        if isinstance(right, nodes.Dict):
            fields: dict[str | int, nodes.Node] = {
                pair.key.value: pair.value for pair in right.items if isinstance(pair.key, nodes.Const)
            }
        else:
            fields = dict(enumerate(right.items if isinstance(right, nodes.Tuple) else [right]))
        return self._filled_in(node.left, fields, node)

    def braces(self, node: nodes.Call, text: str) -> Value | None:
        """`'{}'.format(x)`."""
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return None
        fields: dict[str | int, nodes.Node] = dict(enumerate(node.args))
        fields.update({str(pair.key): pair.value for pair in node.kwargs})
        return self._formatted(formats.braces(text), fields, node)

    def dated(self, node: nodes.Call, date: nodes.Node) -> Value | None:
        """`date.strftime('%d/%m')`; None where its length depends on more than the format."""
        text = node.args[0].value if len(node.args) == 1 and isinstance(node.args[0], nodes.Const) else None
        parts = formats.date(text) if isinstance(text, str) and not node.kwargs else None
        if parts is None or node.dyn_args is not None or node.dyn_kwargs is not None or isinstance(date, nodes.Const):
            return None
        name, span = self.name_of(date), self.span(node)
        found: Message = ()
        for part in parts:
            if isinstance(part, str):
                found += (Text(part, span),)
            else:
                digits = Domain(part.number, part.number, ALPHABETS["digits"])
                found += (Slot(f"{name}.strftime('{part.directive}')", digits, span),)
        return Value(found, text=True)

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
        if binding is None or (isinstance(binding, Value) and is_list(binding)):
            return None
        if self.autoescape and self.safety(binding) is not False:
            return None  # in a text that is not safe it is escaped once more
        if field.spec is not None:
            binding = self.stepped(step("{}" if field.spec[0] == "{" else "%", (field.spec,), {}, False), binding, node)
        return None if binding is None else self.message_of(binding, node)
