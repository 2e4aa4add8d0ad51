"""Jinja2's tree lowered to the message tree: where expressions stand, and what their names stand for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import nodes

from smslint.dialects.jinja.bindings import (
    CHANGES,
    NONE,
    Alias,
    Binding,
    Cycle,
    Frame,
    Grown,
    Module,
    Namespace,
    Round,
    Value,
)
from smslint.dialects.jinja.lexing import dotted
from smslint.dialects.jinja.offsets import Source
from smslint.tree.domains import UNDEFINED, UNKNOWN
from smslint.tree.lowering import Catalogue, Files, Lookup, Problem, ProblemKind
from smslint.tree.message import NOWHERE, Slot, Span, nodes_of
from smslint.tree.variables import Variable, printed

if TYPE_CHECKING:
    from smslint.dialects.jinja.mutations import Mutations

__all__ = ["NONE", "NOTHING", "Alias", "Binding", "Names", "Value"]

NOTHING = Value((), constant=UNDEFINED)
BOUND_MAX = 100_000  # nodes, of all values that names are bound to
_MISPLACED = (nodes.Compare, nodes.Operand)


class Given(NamedTuple):
    """What a template is lowered with: itself, what is declared of variables, the templates that it brings in (`parse`
    reads one), what the project's filters give, Jinja2's settings, and its translations."""

    source: Source
    lookup: Lookup
    files: Files
    parse: Callable[[str], Source]
    filters: Mapping[str, Variable]
    autoescape: bool
    newstyle: bool  # gettext fills its text in, and escapes what it fills in
    catalogue: Catalogue | None


class Names(ABC):
    """Keeps the names in scope, the variables that were met, and the problems."""

    def __init__(self, given: Given) -> None:
        self.source = given.source
        self.lookup = given.lookup
        self.declared_filters = given.filters
        self.autoescape = given.autoescape
        self.newstyle = given.newstyle
        self.frame = Frame({})
        self.attributes: dict[tuple[int, str], Binding] = {}  # of namespace objects, by their number
        self.written: list[tuple[int, str]] = []  # attributes, in the order in which they were set
        self.variables: dict[str, Variable] = {}
        self.problems: list[Problem] = []
        self.copies = 1  # how often the loops around the current statement are written out
        self.spent = 0  # nodes that names have been bound to
        self.changed: set[str] = set()  # variables that some template may change
        self._mutations: dict[int, tuple[Source, Mutations]] = {}
        self.note_changes(given.source)

    def note_changes(self, source: Source) -> None:
        """From now on, nothing is known of what `source` may change."""
        if source.mutates:
            self.changed |= self.mutations(source).changed

    def mutations(self, source: Source) -> Mutations:
        """What `source` changes."""
        known = self._mutations.get(id(source.tree))
        if known is None:
            from smslint.dialects.jinja.mutations import mutations  # most templates change nothing

            known = self._mutations[id(source.tree)] = source, mutations(source.tree)
        return known[1]

    def changes_lists(self) -> bool:
        """Whether the template at hand changes more than the lists that are followed."""
        return self.source.mutates and self.mutations(self.source).changes

    @property
    def scope(self) -> dict[str, Binding]:
        """The names of the current frame."""
        return self.frame.names

    @scope.setter
    def scope(self, names: dict[str, Binding]) -> None:
        self.frame.names = names

    # -- places ----------------------------------------------------------------------------------------------------

    def span(self, node: nodes.Node) -> Span:
        """Where `node` stands; if that is in another file, where the template brings that in."""
        return self.source.place or self._span(node)

    def _span(self, node: nodes.Node) -> Span:
        """Where `node` stands in its own text, closing brackets included."""
        text = self.source.text
        first, words = dotted(node)
        if first is not None and text.startswith(words, first.lineno):
            return Span(first.lineno, first.lineno + len(words))
        # An operand has no offset of its own, or that of its tag, and a comparison that of what follows it.
        found = [inner for inner in (node, *node.find_all(nodes.Node)) if not isinstance(inner, _MISPLACED)]
        offsets = [inner.lineno for inner in found if inner.lineno is not None]
        start, end = min(offsets), max(map(self.source.token_end, offsets))
        for inner in found:
            if isinstance(inner, nodes.Getattr | nodes.Test):  # its offset is that of the dot, or of `is`
                word = inner.attr if isinstance(inner, nodes.Getattr) else inner.name
                name = text.find(word, self.source.token_end(inner.lineno))
                end = max(end, name + len(word))
        if start > 0 and isinstance(node, nodes.Tuple | nodes.List) and text[start - 1] in "([":
            start -= 1
        while end < len(text) and _unbalanced(text[start:end]) and text[end] in " \t\n)]}:,":
            end += 1
        while start > 0 and _unopened(text[start:end]) and text[start - 1] in " \t\n([{":
            start -= 1
        return Span(start, end)

    def source_of(self, node: nodes.Node) -> str:
        """`node` as the template says it, on one line."""
        span = self._span(node)
        return " ".join(self.source.text[span.start : span.end].split())

    def problem(self, message: str, node: nodes.Node, kind: ProblemKind = "unbounded-length") -> None:
        where = "" if self.source.name is None else f"in `{self.source.name}`: "
        found = Problem(kind, where + message, self.span(node))
        if found not in self.problems:
            self.problems.append(found)

    # -- names -----------------------------------------------------------------------------------------------------

    def bind(self, target: nodes.Node, binding: Binding) -> None:
        """Binds the target of an assignment or a loop; of several names, each to what nothing is known of."""
        if isinstance(target, nodes.Name):
            self.scope[target.name] = binding
            return
        if isinstance(target, nodes.NSRef):
            holder = self.scope.get(target.name)
            if isinstance(holder, Value) and isinstance(holder.holds, Namespace):
                self.attributes[holder.holds.number, target.attr] = binding
                self.written.append((holder.holds.number, target.attr))
            return
        parts = target.items if isinstance(target, nodes.Tuple) else []
        items = binding.items if isinstance(binding, Value) else None
        if items is not None and len(items) == len(parts):
            for one, item in zip(parts, items, strict=True):
                self.bind(one, item)
            return
        told = self.place(binding)
        for name in target.find_all(nodes.Name):
            self.scope[name.name] = Value((Slot(name.name, UNKNOWN, self.span(name)),), opaque=True, told=told)

    def alias(self, key: str, variable: Variable) -> Alias:
        self.variables[key] = variable
        return Alias(key)

    def opaque(self, node: nodes.Node) -> Value:
        """A binding of which nothing is known."""
        return Value((Slot(self.name_of(node), UNKNOWN, self.span(node)),), opaque=True)

    def kept(self, value: Value, node: nodes.Node) -> Value:
        """`value`, as long as what names are bound to has not grown out of all bounds (`set` of a name to itself,
        twice, over and over)."""
        left = BOUND_MAX - self.spent
        size = sum(1 for _ in islice(nodes_of(value.message), max(left, 0) + 1))
        self.spent += size
        if size <= left:
            return value
        self.problem("what is set here is too large to be followed", node)
        return self.opaque(node)

    def name_of(self, node: nodes.Node) -> str:
        """The name by which a person knows the value: that of the variable inside, where there is one."""
        inner: nodes.Node | None = node
        while isinstance(inner, nodes.Filter | nodes.Call | nodes.MarkSafe | nodes.MarkSafeIfAutoescape):
            inner = inner.expr if hasattr(inner, "expr") else inner.node
        key = None if inner is None else self.reference(inner)
        return key or self.source_of(node)

    def slot(self, key: str, span: Span) -> Slot:
        """The slot that prints the variable `key`."""
        return Slot(key, printed(self.variable(key)), span, key)

    def variable(self, key: str) -> Variable:
        """What is declared of the variable `key`, an item's attribute by its item's declaration."""
        if key not in self.variables:
            base, _, attribute = key.rpartition(".")
            parent = self._of_item(base)
            known = parent.field(attribute) if parent else None
            self.variables[key] = known or self.lookup(key if parent is None else attribute)
        return self.variables[key]

    def _of_item(self, key: str) -> Variable | None:
        """What is declared of an item of a list, or of a field of one (`items[0].to`); None of any other variable."""
        if "[" not in key:
            return None
        if key in self.variables:
            return self.variables[key]
        base, _, attribute = key.rpartition(".")
        parent = self._of_item(base)
        return parent and parent.field(attribute)

    def reference(self, node: nodes.Node) -> str | None:
        """The key of the variable that `node` names: `user.name`, `items[0].name`; None where it is none."""
        if isinstance(node, nodes.Name):
            binding = self.scope.get(node.name) or self.free_name(node.name)
            return binding.key if isinstance(binding, Alias) else None
        if isinstance(node, nodes.Getattr):
            return self._attribute(node.node, node.attr)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            return self._attribute(node.node, str(node.arg.value), type(node.arg.value) is int)
        if isinstance(node, nodes.Filter) and node.name in self.declared_filters:
            return self._declared(node)
        return None

    def free_name(self, name: str) -> Binding:
        """A name that nothing is bound to: a variable of the message; in what is imported without it, one of the
        environment, if there is any. Of `loop` outside of loops there is none."""
        if name == "loop" and not self.lookup(name).declared:
            return NOTHING
        if name in self.changed and self._is_changeable(self.lookup(name)):
            return Value((Slot(name, UNKNOWN, NOWHERE),), opaque=True, told=frozenset((CHANGES,)))
        if not self.frame.alone:
            return Alias(name)
        declared = self.lookup(name)
        hidden = declared._replace(optional=True, domain=replace(declared.domain, exact=False))
        return self.alias(f"{name} of the environment", hidden)

    def _is_changeable(self, variable: Variable) -> bool:
        """Whether a variable may have methods that change it."""
        return not variable.declared or variable.items is not None or bool(variable.fields)

    def _declared(self, node: nodes.Filter) -> str:
        """The key of what a filter gives whose effect is declared: a variable of its own."""
        places = " ".join(sorted(self.told(node)))
        inner = None if node.node is None else self.reference(node.node)
        key = f"{inner}|{node.name}" if inner and not node.args and not node.kwargs else self.source_of(node)
        if places and key != f"{inner}|{node.name}":
            key = f"{key} {places}"
        self.variables.setdefault(key, self.declared_filters[node.name])
        return key

    @abstractmethod
    def told(self, node: nodes.Node) -> frozenset[str]:
        """What tells `node` from others of the same words."""

    @abstractmethod
    def place(self, binding: Binding) -> frozenset[str]:
        """What tells `binding` from others that the same name has elsewhere."""

    @abstractmethod
    def fresh(self) -> frozenset[str]:
        """What tells something from all else."""

    def _attribute(self, node: nodes.Node, name: str, index: bool = False) -> str | None:
        held = self.held(node, name)
        if held is not None:
            return held.key if isinstance(held, Alias) else None
        base = self.reference(node)
        return None if base is None or (index and self._has_items(base)) else f"{base}.{name}"

    def _has_items(self, key: str) -> bool:
        """Whether the variable is declared as a text or a list, so that a number picks from it."""
        variable = self.variable(key)
        return variable.declared and not variable.fields

    def held(self, node: nodes.Node, name: str) -> Binding | None:
        """The attribute `name` of what `node` names, if that is a module, a namespace or `loop`."""
        if not isinstance(node, nodes.Name | nodes.Getattr):
            return None
        value = self.value_of(node)
        if value is None or value.holds is None:
            return None
        if isinstance(value.holds, Module | Round):
            found: Binding = value.holds.names.get(name, NOTHING)
            return found
        if isinstance(value.holds, Cycle):
            return self.held_cycle(value.holds, name, node)
        if isinstance(value.holds, Namespace):
            found = self.attributes.get((value.holds.number, name), NOTHING)
            return found
        return None

    @abstractmethod
    def held_cycle(self, cycle: Cycle, name: str, node: nodes.Node) -> Binding | None:
        """The attribute `name` of a cycler."""

    def value_of(self, node: nodes.Node) -> Value | None:
        """The value that a name, or an attribute of it, is bound to."""
        binding: Binding | None = None
        if isinstance(node, nodes.Name):
            binding = self.scope.get(node.name)
            if binding is None and (node.name == "loop" or node.name in self.changed):
                binding = self.free_name(node.name)
        elif isinstance(node, nodes.Getattr):
            binding = self.held(node.node, node.attr)
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            binding = self.held(node.node, node.arg.value)
        if isinstance(binding, Value) and isinstance(binding.holds, Grown):
            binding = self.attributes.get((binding.holds.number, ""))
        return binding if isinstance(binding, Value) else None


def _unbalanced(text: str) -> bool:
    """Whether a bracket of `text` is not closed in it."""
    return _brackets(text)[0] > 0


def _unopened(text: str) -> bool:
    """Whether a bracket is closed in `text` that it does not open."""
    return _brackets(text)[1] > 0


def _brackets(text: str) -> tuple[int, int]:
    """How many brackets of `text` are not closed in it, and how many that it closes it does not open."""
    opened = unopened = 0
    for character in text:
        if character in "([{":
            opened += 1
        elif character in ")]}":
            opened, unopened = (opened - 1, unopened) if opened else (0, unopened + 1)
    return opened, unopened
