"""Iterators, and names that are read once. What `map`, `select` and the like give is an iterator, which is empty when
it is read again: where a name for one is gone through in one place only, `{% set names = items|map('upper') %}` and
then `{{ names|join }}`, it is as good as a list."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import nodes

from smslint.dialects.jinja.calculator import STREAMS

# Filters that go through what they are given, whether it is a list or an iterator.
_READERS = frozenset(
    (
        *("batch", "first", "groupby", "join", "list", "map", "max", "min", "reject", "rejectattr", "select"),
        *("selectattr", "slice", "sort", "sum", "unique"),
    )
)
_AGAIN = (nodes.Macro, nodes.CallBlock, nodes.Block, nodes.For)  # what may be sent several times
_SCOPES = (*_AGAIN, nodes.Template, nodes.With, nodes.FilterBlock, nodes.AssignBlock, nodes.Scope)
_SHARING = (nodes.Include, nodes.Import, nodes.FromImport)  # with context, another file reads names too


class _Region:
    """A scope: of each of its names, whether each place that reads it goes through it, and once. `open`: other scopes
    may read its names; `whole`: it is that of the template."""

    def __init__(self, whole: bool) -> None:
        self.reads: dict[str, list[bool]] = {}
        self.open = False
        self.whole = whole


class Reads:
    """Where a template reads its names."""

    def __init__(self, tree: nodes.Template) -> None:
        self._of: dict[int, _Region] = {}
        self._walk(tree, [], False)

    def once(self, name: str, by: nodes.Node, imported: bool) -> bool:
        """Whether `name`, which `by` binds (`set`, `with`, a macro), is gone through in one place, and read in no
        other; of an `imported` template others may read the names."""
        region = self._of.get(id(by))
        if region is None or region.open or (region.whole and imported):
            return False
        return region.reads.get(name) == [True]

    def _walk(self, node: nodes.Node, within: list[tuple[_Region, bool]], through: bool) -> None:
        """Notes what `node` reads, which stands `within` these scopes, once in each or again and again; `through`: what
        holds it goes through it."""
        if isinstance(node, nodes.Name):
            for region, once in within if node.ctx == "load" else ():
                region.reads.setdefault(node.name, []).append(once and through)
            return
        if isinstance(node, nodes.Extends | nodes.Block) or (isinstance(node, _SHARING) and node.with_context):
            for region, _ in within:
                region.open = True
        inner = within
        if isinstance(node, nodes.Assign):
            self._of[id(node)] = within[-1][0]
        elif isinstance(node, _SCOPES):
            region = self._of[id(node)] = _Region(isinstance(node, nodes.Template))
            inner = [*((one, once and not isinstance(node, _AGAIN)) for one, once in within), (region, True)]
        for field, value in node.iter_fields():
            looped = field == "iter" and isinstance(node, nodes.For)
            filtered = field == "node" and isinstance(node, nodes.Filter) and node.name in _READERS
            asked = field == "expr" and isinstance(node, nodes.Operand) and node.op in ("in", "notin")
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, nodes.Node):
                    self._walk(child, within if looped else inner, looped or filtered or asked)


reads = lru_cache(maxsize=8)(Reads)


def is_stream(node: nodes.Node | None) -> bool:
    """Whether `node`, a list, gives an iterator, which is true, has no length, and no item by number."""
    return isinstance(node, nodes.Filter) and (node.name in STREAMS or node.name == "reverse")


def may_be_stream(node: nodes.Node | None) -> bool:
    """Whether `node` may give an iterator, or a list or mapping that holds one."""
    passed: list[nodes.Expr | None] = []
    if isinstance(node, nodes.CondExpr):
        passed = [node.expr1, node.expr2]
    elif isinstance(node, nodes.And | nodes.Or):
        passed = [node.left, node.right]
    elif isinstance(node, nodes.List | nodes.Tuple):
        passed = [*node.items]
    elif isinstance(node, nodes.Dict):
        passed = [pair.value for pair in node.items]
    elif isinstance(node, nodes.Filter) and node.name in ("default", "d"):
        passed = [node.node, *node.args]
    return is_stream(node) or any(map(may_be_stream, passed))
