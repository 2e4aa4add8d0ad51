"""Jinja2's tree lowered to the message tree: what is asked of the names that Jinja2 itself has, its globals, filters
and tests, and whether a declared list is one. Those of the project are not known, unless they are declared."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.tests import TESTS

from smslint.dialects.jinja.deciding import Deciding
from smslint.tree.conditions import ALWAYS, NEVER, Condition

_OF_GLOBALS: dict[str, Condition] = {
    "defined": ALWAYS,
    "undefined": NEVER,
    "callable": ALWAYS,
    "none": NEVER,
    "string": NEVER,
}

# What a declared list is.
_OF_LISTS = {
    **dict.fromkeys(("iterable", "sequence"), True),
    **dict.fromkeys(
        ("boolean", "callable", "false", "float", "integer", "mapping", "none", "number", "string", "true"), False
    ),
}


class Builtin(Deciding):
    """Lowers conditions on Jinja2's own names."""

    def _condition(self, node: nodes.Node) -> Condition:
        return ALWAYS if self._is_global(node) else super()._condition(node)

    def _is(self, node: nodes.Test) -> Condition:
        if node.name in _OF_GLOBALS and self._is_global(node.node):
            return _OF_GLOBALS[node.name]
        if node.name in ("filter", "test") and isinstance(node.node, nodes.Const):
            known = {*FILTERS, *self.declared_filters} if node.name == "filter" else TESTS
            if node.node.value in known:
                return ALWAYS
        key = self.reference(node.node) if node.name in _OF_LISTS and not node.args else None
        if key is not None and self._is_list(key):
            return ALWAYS if _OF_LISTS[node.name] else NEVER
        return super()._is(node)

    def _is_list(self, key: str) -> bool:
        """Whether the variable is declared as a list, and always passed in."""
        variable = self.variable(key)
        return variable.items is not None and not variable.optional

    def _is_global(self, node: nodes.Node) -> bool:
        """Whether `node` is a function that Jinja2 has, and nothing that is passed in."""
        name = node.name if isinstance(node, nodes.Name) else ""
        return name in DEFAULT_NAMESPACE and name not in self.scope and not self.lookup(name).declared
