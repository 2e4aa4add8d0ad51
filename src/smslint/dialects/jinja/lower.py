"""Jinja2's tree lowered to the message tree: statements."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from jinja2 import nodes

from smslint.conditions import ALWAYS, NEVER, Condition, Not, Test
from smslint.dialects.jinja.expressions import Binding, Expressions, Value
from smslint.dialects.jinja.offsets import EXTENDED, NestedTooDeep, OffsetEnvironment, Source, SyntaxProblem
from smslint.domains import ALPHABETS, UNKNOWN, Domain
from smslint.lowering import Comment, Lookup, Lowered, Problem
from smslint.message import Arm, Choice, Message, Node, Repeat, Span, Text
from smslint.variables import Items, Variable

UNROLL_MAX = 12  # rounds of a loop that are written out, so that loop.last and each item are exact
NODES_MAX = 20_000  # nodes that loops are written out to


def lower(
    text: str, lookup: Lookup, settings: Mapping[str, Any], filters: Mapping[str, Variable] = MappingProxyType({})
) -> Lowered:
    """The message tree of a Jinja2 template. `settings` are Jinja2's own (trim_blocks, delimiters …), `filters` what
    filters of the project give. Never raises."""
    environment = _environment(tuple(sorted(settings.items())), EXTENDED.search(text) is not None)
    try:
        source = Source(environment, text)
        statements = _Statements(source, lookup, filters)
        message = statements.body(source.tree.body)
    except SyntaxProblem as problem:
        return _failed(Problem("template-syntax", problem.message, _word(text, problem.offset)))
    except NestedTooDeep as problem:
        words = "tags or brackets are nested too deep to be read: make the template flatter"
        return _failed(Problem("file-too-large", words, _word(text, problem.offset)))
    except RecursionError:
        words = "an expression is nested too deep to be read: split it"
        return _failed(Problem("file-too-large", words, Span(0, 0)))
    comments = tuple(Comment(value, Span(at, at + len(value))) for at, value in source.comments)
    return Lowered(message, statements.variables, tuple(statements.problems), comments)


@lru_cache(maxsize=8)
def _environment(settings: tuple[tuple[str, Any], ...], extended: bool) -> OffsetEnvironment:
    return OffsetEnvironment(dict(settings), extended)


def _failed(problem: Problem) -> Lowered:
    return Lowered(None, problems=(problem,))


def _word(text: str, offset: int) -> Span:
    """The word at `offset`, for an error that knows only where it begins."""
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return Span(min(offset, len(text)), max(end, min(offset + 1, len(text))))


class _Statements(Expressions):
    """Lowers statements. One method for each of Jinja2's that sends something or binds a name."""

    def body(self, statements: list[nodes.Node]) -> Message:
        found: list[Node] = []
        for statement in statements:
            method = getattr(self, f"_{type(statement).__name__.lower()}", None)
            found += self._not_understood(statement) if method is None else method(statement)
        return tuple(found)

    def _not_understood(self, statement: nodes.Node) -> Message:
        name = type(statement).__name__.lower()
        return (self.unknown(statement, name, f"what `{name}` sends is not known"),)

    def _output(self, statement: nodes.Output) -> Message:
        found: list[Node] = []
        for node in statement.nodes:
            if isinstance(node, nodes.TemplateData):
                found.append(Text(node.data, Span(node.lineno, node.lineno + len(node.data))))
            else:
                found += self.value(node)
        return tuple(found)

    def _if(self, statement: nodes.If) -> Message:
        before = self.scope
        arms: list[Arm] = []
        scopes: list[dict[str, Binding]] = []
        for branch in (statement, *statement.elif_):
            arms.append(self._arm(self.condition(branch.test), branch.body, before, scopes))
        arms.append(self._arm(None, statement.else_, before, scopes))
        self.scope = self._joined(before, arms, scopes)
        return (Choice(tuple(arms), Span(statement.lineno, statement.lineno)),)

    def _arm(
        self,
        condition: Condition | None,
        body: list[nodes.Node],
        before: dict[str, Binding],
        scopes: list[dict[str, Binding]],
    ) -> Arm:
        self.scope = dict(before)
        message = self.body(body)
        scopes.append(self.scope)
        return Arm(condition, message, extent_of(message))

    def _joined(
        self, before: dict[str, Binding], arms: list[Arm], scopes: list[dict[str, Binding]]
    ) -> dict[str, Binding]:
        """The names after an `if`: one that its arms set differently is a choice between their values."""
        after = dict(before)
        for name in dict.fromkeys(name for scope in scopes for name in scope):
            bindings = [scope.get(name) for scope in scopes]
            if all(binding is before.get(name) for binding in bindings):
                continue
            values = [self.bound(name, binding) for binding in bindings]
            choice = tuple(Arm(a.condition, v, a.span) for a, v in zip(arms, values, strict=True))
            after[name] = Value((Choice(choice, arms[0].span),))
        return after

    def _for(self, loop: nodes.For) -> Message:
        if loop.recursive or next(loop.find_all((nodes.Break, nodes.Continue)), None) is not None:
            return (self.unknown(loop, "for", "how often a recursive loop, or one with break, goes on is not known"),)
        outer, self.scope = self.scope, dict(self.scope)
        try:
            literal = self._literal_items(loop)
            return self._over_variable(loop) if literal is None else self._over_literal(loop, literal)
        finally:
            self.scope = outer

    def _literal_items(self, loop: nodes.For) -> list[nodes.Expr] | None:
        """The items of a loop over a written-out list, as long as no condition picks among them."""
        if isinstance(loop.iter, nodes.List | nodes.Tuple) and loop.test is None:
            return loop.iter.items if isinstance(loop.target, nodes.Name) else None
        return None

    def _over_literal(self, loop: nodes.For, items: list[nodes.Expr]) -> Message:
        if not items:
            return self.body(loop.else_)
        if not self._affordable(loop, len(items)):
            return self._over_one_of(loop, items)
        found: list[Node] = []
        self.copies *= len(items)
        for index, item in enumerate(items):
            found += self._round(loop, Value(self.value(item)), index, len(items))
        self.copies //= len(items)
        return tuple(found)

    def _over_one_of(self, loop: nodes.For, items: list[nodes.Expr]) -> Message:
        """The loop over a list too long to be written out: each round takes any of the items."""
        known = all(isinstance(item, nodes.Const) for item in items)
        values = tuple(str(item.value) for item in items if isinstance(item, nodes.Const))
        item = Variable(Domain(values=values, exact=False) if known else UNKNOWN)
        return self._repeated(loop, None, Items(len(items), len(items), item))

    def _affordable(self, loop: nodes.For, rounds: int) -> bool:
        """Whether `rounds` copies of the loop's body may be written out, within the loops that are already."""
        size = sum(1 for part in loop.body for _ in part.find_all(nodes.Node)) + 1
        return size * max(rounds, 1) * self.copies <= NODES_MAX

    def _round(self, loop: nodes.For, item: Binding, index: int, rounds: int) -> Message:
        """The body of one round; what it sets is gone after it."""
        outer, self.scope = self.scope, dict(self.scope)
        self.bind(loop.target, item)
        self._count_rounds(index, rounds)
        body = self.body(loop.body)
        self.scope = outer
        return body

    def _over_variable(self, loop: nodes.For) -> Message:
        key = self.reference(loop.iter)
        declared = None if key is None else self.variable(key).items
        if key is None or declared is None:
            words = f"`{self.source_of(loop.iter)}`"
            if key is not None:
                words += f" has no declared bound: declare `{key}: {{max_items: …}}` under `variables`"
            else:
                words += " has no known length: loop over a variable with declared `max_items`"
            self.problem(f"the loop over {words}", loop.iter)
            declared = Items(0, None, self.lookup("")) if declared is None else declared
        if declared.high is None or declared.high > UNROLL_MAX or loop.test is not None or key is None:
            return self._repeated(loop, key, declared)
        copies = declared.high * (declared.high + 1) // 2
        if not self._affordable(loop, copies):
            return self._repeated(loop, key, declared)
        self.copies *= max(copies, 1)
        message = self._written_out(loop, key, declared)
        self.copies //= max(copies, 1)
        return message

    def _written_out(self, loop: nodes.For, key: str, items: Items) -> Message:
        assert items.high is not None
        arms = []
        for rounds in range(items.low, items.high + 1):
            body = self.body(loop.else_) if rounds == 0 else self._rounds(loop, key, items, rounds)
            condition = Test(key, "items", rounds, f"{key}|length == {rounds}")
            arms.append(Arm(condition, body, extent_of(body)))
        if self.variable(key).optional and items.low > 0:
            arms.insert(0, Arm(Not(Test(key, "defined", None, f"{key} is defined")), self.body(loop.else_), _NOWHERE))
        return (Choice(tuple(arms), self.span(loop.iter)),)

    def _rounds(self, loop: nodes.For, key: str, items: Items, rounds: int) -> Message:
        found: list[Node] = []
        for index in range(rounds):
            found += self._round(loop, self.alias(f"{key}[{index}]", items.item), index, rounds)
        return tuple(found)

    def _count_rounds(self, index: int, rounds: int) -> None:
        here = {"index": index + 1, "index0": index, "revindex": rounds - index, "revindex0": rounds - index - 1}
        flags = {"first": index == 0, "last": index == rounds - 1}
        for name, value in {**here, "length": rounds, **flags}.items():
            self.scope[f"loop.{name}"] = Value((Text(str(value), _NOWHERE),), constant=value)

    def _repeated(self, loop: nodes.For, key: str | None, items: Items) -> Message:
        before = set(self.variables)
        prefix = f"{key or self.source_of(loop.iter)}[]"
        self.bind(loop.target, self.alias(prefix, items.item))
        number = Variable(Domain(1, len(str(items.high or 10**5)), ALPHABETS["digits"], exact=False))
        for name in ("index", "index0", "revindex", "revindex0", "length", "first", "last"):
            self.scope[f"loop.{name}"] = self.alias(f"{prefix}.loop.{name}", number)
        body = self.body(loop.body)
        own = frozenset(name for name in set(self.variables) - before if prefix in name)
        low = 0 if loop.test is not None else items.low
        span = self.span(loop.iter)
        if loop.test is not None and not loop.else_:
            return (Repeat(body, low, items.high, span, own),)
        some = Repeat(body, max(1, low), items.high, span, own)
        other = self.body(loop.else_)
        if loop.test is not None:
            condition: Condition = self.free(loop.iter)
        elif key is None:
            condition = ALWAYS if items.low else self.free(loop.iter)
        else:
            condition = NEVER if items.high == 0 else Test(key, "truthy", None, key)
        return (Choice((Arm(condition, (some,), span), Arm(None, other, extent_of(other))), span),)

    def _assign(self, statement: nodes.Assign) -> Message:
        if isinstance(statement.target, nodes.Name):
            self.scope[statement.target.name] = self.binding(statement.node)
        else:
            self.bind(statement.target, self.opaque(statement.node))
        return ()

    def _assignblock(self, statement: nodes.AssignBlock) -> Message:
        body = self._inside(statement.body)
        if statement.filter is not None:
            body = self.filtered(statement.filter, body)
        self.bind(statement.target, self.kept(Value(body), statement))
        return ()

    def _with(self, statement: nodes.With) -> Message:
        outer, self.scope = self.scope, dict(self.scope)
        values = [self.binding(value) for value in statement.values]
        for target, binding in zip(statement.targets, values, strict=True):
            self.bind(target, binding)
        body = self.body(statement.body)
        self.scope = outer
        return body

    def _inside(self, body: list[nodes.Node]) -> Message:
        outer, self.scope = self.scope, dict(self.scope)
        message = self.body(body)
        self.scope = outer
        return message

    def _block(self, statement: nodes.Block) -> Message:
        return self._inside(statement.body)

    def _scope(self, statement: nodes.Scope) -> Message:
        return self._inside(statement.body)

    def _filterblock(self, statement: nodes.FilterBlock) -> Message:
        return self.filtered(statement.filter, self._inside(statement.body))

    def _macro(self, statement: nodes.Macro) -> Message:
        self.scope[statement.name] = self.opaque(statement)
        return ()

    def _import(self, statement: nodes.Import) -> Message:
        self.scope[statement.target] = self.opaque(statement)
        return ()

    def _fromimport(self, statement: nodes.FromImport) -> Message:
        for name in statement.names:
            self.scope[name[1] if isinstance(name, tuple) else name] = self.opaque(statement)
        return ()

    def _exprstmt(self, statement: nodes.ExprStmt) -> Message:
        return ()


_NOWHERE = Span(0, 0)


def extent_of(message: Message) -> Span:
    """From the first to the last character that `message` has in the template; (0, 0) for none."""
    spans = [node.span for node in message if node.span != _NOWHERE]
    return Span(spans[0].start, max(span.end for span in spans)) if spans else _NOWHERE
