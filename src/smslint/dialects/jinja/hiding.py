"""Names that Jinja2 hides before they are set.

Jinja2 compiles each scope to a function. A name that a scope sets, and does not read before, is a local variable of it
from the start, so inside of the scopes within, which find that variable, it is undefined until it is set, whatever the
message's variable of that name is: `{% set name %}{{ name }}!{% endset %}` sends `!`. Jinja2's own analysis says which.
"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import nodes
from jinja2.idtracking import VAR_LOAD_UNDEFINED, Symbols

Hidden = Mapping[tuple[int, str], frozenset[str]]  # by the id of the node of the scope, and the branch of a loop

_SCOPES = (nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.With, nodes.AssignBlock, nodes.Scope)
_INNER = (nodes.For, nodes.Block, *_SCOPES)


WORK_MAX = 3_000_000  # names times the ways of conditions: Jinja2's analysis copies all names for each way


def hidden_names(tree: nodes.Template) -> Hidden | None:
    """The names that each scope of a template hides; None where there are too many names and conditions to tell."""
    found: dict[tuple[int, str], frozenset[str]] = {}
    every = list(tree.find_all(nodes.Node))
    if not any(isinstance(node, _INNER) for node in every):
        return found
    names = len({node.name for node in every if isinstance(node, nodes.Name)})
    if names * sum(isinstance(node, nodes.If) for node in every) > WORK_MAX:
        return None
    _enter(tree, "", Symbols(), found)
    return found


def _enter(node: nodes.Node, branch: str, symbols: Symbols, found: dict[tuple[int, str], frozenset[str]]) -> None:
    """Notes what the scope of `node` hides, and those in it."""
    if branch:
        symbols.analyze_node(node, for_branch=branch)
    else:
        symbols.analyze_node(node)
    undefined = {target for target, load in symbols.loads.items() if load == (VAR_LOAD_UNDEFINED, None)}
    found[id(node), branch] = frozenset(name for name, target in symbols.refs.items() if target in undefined)
    inside = {"body": "body", "else": "else_", "test": "test"}.get(branch)
    for child in node.iter_child_nodes(only=None if inside is None else (inside,)):
        _within(child, symbols, found)


def _within(node: nodes.Node, symbols: Symbols, found: dict[tuple[int, str], frozenset[str]]) -> None:
    if isinstance(node, nodes.For):
        for branch in ("body", "else", "test"):
            _enter(node, branch, Symbols(parent=symbols), found)
    elif isinstance(node, nodes.Block):
        _enter(node, "", Symbols(), found)
    elif isinstance(node, _SCOPES):
        _enter(node, "", Symbols(parent=symbols), found)
    elif isinstance(node, nodes.Stmt):
        for child in node.iter_child_nodes():
            _within(child, symbols, found)
