"""What a template changes by methods: the lists that it makes and appends to, and variables that it may change.

Theory of operation. A list is followed as it grows (`states`) where nothing but its name can stand for it: the template
sets the name to a literal list, appends to it by statements, reads it on the spot, and does nothing else with it. Where
all that a template changes is such lists, nothing else changes. Else a variable may be changed under any name that it
was handed on to, by `set`, a loop or a call; whatever may have been is taken to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from jinja2 import nodes

from smslint.dialects.jinja.offsets import MUTATING
from smslint.dialects.jinja.statements import if_at_all

# Filters that are done with a list when they return, and those that go through it only when their result is read.
_READING = frozenset(("count", "first", "join", "last", "length", "list", "max", "min", "sort", "string", "sum"))
_LAZY = frozenset(
    ("batch", "groupby", "map", "reject", "rejectattr", "reverse", "select", "selectattr", "slice", "unique")
)
_CALLED = (nodes.Macro, nodes.CallBlock, nodes.Block)  # run when they are called


class Mutations(NamedTuple):
    """`growing`: the names of lists that are followed as they grow. `changes`: whether anything else is changed.
    `changed`: the names of variables that may be."""

    growing: frozenset[str]
    changes: bool
    changed: frozenset[str]


def mutations(tree: nodes.Template) -> Mutations:
    """What the template `tree` changes."""
    found = _Uses()
    found.visit(tree, 0)
    growing = frozenset(found.appended)
    if not found.elsewhere and all(map(found.followed, growing)):
        return Mutations(growing, False, frozenset())
    return Mutations(frozenset(), True, frozenset(_changed(tree)))


def appended_to(node: nodes.Node) -> str | None:
    """The name in `name.append(x)`; None of anything else."""
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Getattr) or node.node.attr != "append":
        return None
    plain = len(node.args) == 1 and not node.kwargs and node.dyn_args is None and node.dyn_kwargs is None
    owner = node.node.node
    return owner.name if plain and isinstance(owner, nodes.Name) else None


def by_itself(node: nodes.Node) -> nodes.Node:
    """The call in `out.append(x) or ''`, which appends as it does by itself."""
    return node.left if isinstance(node, nodes.Or) and isinstance(node.right, nodes.Const) else node


class _Uses:
    """How a template uses its lists: where it makes them and appends to them, by the function around, and the names
    that it uses in other ways."""

    def __init__(self) -> None:
        self.made: dict[str, set[int]] = {}
        self.appended: dict[str, set[int]] = {}
        self.others: set[str] = set()
        self.elsewhere = False  # something is changed in another way

    def followed(self, name: str) -> bool:
        """Whether all that happens to the list `name` is known."""
        places = self.made.get(name, set()) | self.appended[name]
        return name in self.made and name not in self.others and len(places) == 1

    def visit(self, node: nodes.Node, function: int, read: bool = False) -> None:
        """Notes what `node` does; `read`: what it gives is only looked at."""
        node = if_at_all(node) or node
        if isinstance(node, _CALLED):
            function = id(node)
        if isinstance(node, nodes.Name):
            self.others |= set() if read else {node.name}
        elif isinstance(node, nodes.For):
            self._for(node, function)
        elif isinstance(node, nodes.Filter) and node.name in (_READING | _LAZY if read else _READING):
            self._filtered(node, function)
        elif not self._appends(node, function):
            self.others |= set(_named(node))
            self.elsewhere |= _is_mutating(node) or isinstance(node, nodes.Extends) or _shares(node)
            looked_at = _looked_at(node, read)
            for child in node.iter_child_nodes():
                self.visit(child, function, any(child is one for one in looked_at))

    def _filtered(self, node: nodes.Filter, function: int) -> None:
        """A filter that is done with its list when what it gives has been read."""
        self._visit_all((*node.args, *node.kwargs), function)
        if node.node is not None:
            self.visit(node.node, function, read=True)

    def _appends(self, node: nodes.Node, function: int) -> bool:
        """Whether `node` is a statement that makes a list or appends to one, which is noted."""
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name) and isinstance(node.node, nodes.List):
            self.made.setdefault(node.target.name, set()).add(function)
            self._visit_all(node.node.items, function)
            return True
        calls: list[nodes.Node] = []
        if isinstance(node, nodes.ExprStmt | nodes.Assign):
            calls = [node.node]
        elif isinstance(node, nodes.If) and not node.elif_ and not node.else_:
            calls = [node.test]
        elif isinstance(node, nodes.Output):
            calls = [by_itself(one) for one in node.nodes]
        names = [appended_to(call) for call in calls]
        for call, name in zip(calls, names, strict=True):
            if name is not None:
                assert isinstance(call, nodes.Call)
                self.appended.setdefault(name, set()).add(function)
                self._visit_all(call.args, function)
        if not any(names):
            return False
        if isinstance(node, nodes.Output):
            rest = [one for one, name in zip(node.nodes, names, strict=True) if name is None]
            self._visit_all(rest, function)
        elif isinstance(node, nodes.If):
            self._visit_all(node.body, function)
        elif isinstance(node, nodes.Assign):
            self.visit(node.target, function)
        return True

    def _visit_all(self, every: Iterable[nodes.Node], function: int) -> None:
        for node in every:
            self.visit(node, function)

    def _for(self, loop: nodes.For, function: int) -> None:
        self.visit(loop.iter, function, read=True)
        self.visit(loop.target, function)
        self._visit_all((*(() if loop.test is None else (loop.test,)), *loop.body, *loop.else_), function)
        inside = (appended_to(call) for part in loop.body for call in (part, *part.find_all(nodes.Call)))
        # A list that grows while it is gone through has no end that is known.
        self.others |= {name for name in inside if name is not None} & set(_names(loop.iter))


def _looked_at(node: nodes.Node, read: bool) -> Sequence[nodes.Node]:
    """The parts of `node` that are done with when it is."""
    if isinstance(node, nodes.Output):
        return node.nodes
    if isinstance(node, nodes.If | nodes.CondExpr):
        return (node.test,)
    if isinstance(node, nodes.Not | nodes.Getitem | nodes.Test):
        return (node.node,)
    if isinstance(node, nodes.Compare | nodes.Operand):
        return (node.expr,)
    return (node.left, node.right) if read and isinstance(node, nodes.And | nodes.Or) else ()


def _is_mutating(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in MUTATING


def _shares(node: nodes.Node) -> bool:
    """Whether `node` hands all names on to another template."""
    return isinstance(node, nodes.Include | nodes.Import | nodes.FromImport) and node.with_context


def _named(node: nodes.Node) -> Iterator[str]:
    """The names that `node` binds and that are no nodes."""
    if isinstance(node, nodes.Macro):
        yield node.name
    elif isinstance(node, nodes.Import):
        yield node.target
    elif isinstance(node, nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in node.names)


def _names(*every: nodes.Node) -> Iterator[str]:
    for node in every:
        for one in (node, *node.find_all((nodes.Name, nodes.NSRef))):
            if isinstance(one, nodes.Name | nodes.NSRef):
                yield one.name


# -- what may be changed under another name ----------------------------------------------------------------------------


def _changed(tree: nodes.Template) -> set[str]:
    """The names of what a method may change, and of all that may be handed on to them."""
    calls = list(tree.find_all(nodes.Call))
    mutating = [call for call in calls if _is_mutating(call)]
    found = {name for call in mutating for name in _names(call.node)}
    flows = list(_flows(tree, calls))
    owners = [call.node.node for call in mutating if isinstance(call.node, nodes.Getattr)]
    plain = {owner.name for owner in owners if isinstance(owner, nodes.Name)}
    if plain != found or any(not plain.isdisjoint(targets) for targets, _ in _flows(tree, calls, sets=False)):
        # What was put into a list may be changed there.
        flows += [(set(_names(call.node)), set(_names(*call.args))) for call in mutating]
    sources: dict[str, list[set[str]]] = {}
    for targets, handed_on in flows:
        for target in targets:
            sources.setdefault(target, []).append(handed_on)
    left = list(found)
    while left:
        for handed_on in sources.pop(left.pop(), ()):
            left += handed_on - found
            found |= handed_on
    return found


def _flows(tree: nodes.Template, calls: list[nodes.Call], sets: bool = True) -> Iterator[tuple[set[str], set[str]]]:
    """Names, and those that they may stand for; without `sets`, but for those that are set to one of these."""
    for node in tree.find_all((nodes.Assign, nodes.For, nodes.With) if sets else (nodes.For, nodes.With)):
        if isinstance(node, nodes.Assign):
            yield set(_names(node.target)), set(_names(node.node))
        elif isinstance(node, nodes.For):
            yield set(_names(node.target)), set(_names(node.iter))
        elif isinstance(node, nodes.With):
            yield set(_names(*node.targets)), set(_names(*node.values))
    macros = [node for node in tree.find_all((nodes.Macro, nodes.CallBlock)) if isinstance(node, _CALLED)]
    yield (
        {"varargs", "kwargs", *(name for macro in macros for name in _names(*getattr(macro, "args", ())))},
        {name for call in calls for name in _names(*call.args, *call.kwargs)},
    )
    for macro in macros:
        yield set(_names(*getattr(macro, "args", ()))), set(_names(*getattr(macro, "defaults", ())))
