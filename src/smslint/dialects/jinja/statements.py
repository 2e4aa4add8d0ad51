"""Jinja2's tree lowered to the message tree: statements that choose, and that bind names."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import compress, islice
from operator import is_not
from typing import NamedTuple, TypeAlias, TypeVar

from jinja2 import nodes

from smslint.dialects.jinja.bindings import CHANGES, Alias, Binding, Frame, Value
from smslint.dialects.jinja.cases import ALTERNATIVES_MAX
from smslint.dialects.jinja.changes import TO_NUMBERS
from smslint.dialects.jinja.escaping import Escaping
from smslint.dialects.jinja.names import NOTHING, Given
from smslint.dialects.jinja.reads import reads
from smslint.tree.conditions import NEVER, AnyOf, Condition, evaluate, first_of
from smslint.tree.domains import UNKNOWN
from smslint.tree.message import NOWHERE, Arm, Choice, Message, Node, Slot, Span, Text

STEPS_MAX = 20_000  # statements that loops, macros and other files are written out to

Key = TypeVar("Key")
Lower: TypeAlias = "Callable[[], Message]"


class Flow(NamedTuple):
    """How the loop around goes on: whether `continue` or `break` has `left` its round, whether `break` has `broken`
    it, and whether some round has `ended` at the end of the body, without which Jinja2 sends the loop's `else`."""

    left: Condition = NEVER
    broken: Condition = NEVER
    ended: Condition = NEVER

    def then(self, after: Flow) -> Flow:
        """This flow, and then `after`."""
        return after if self is STRAIGHT else Flow(*map(either, self, after))


STRAIGHT = Flow()


class After(NamedTuple):
    """What holds after one way of a choice: the names, the attributes of namespaces, and the flow."""

    names: dict[str, Binding]
    attributes: dict[tuple[int, str], Binding]
    flow: Flow


class Statements(Escaping):
    """Lowers statements. One method for each of Jinja2's that sends something or binds a name."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.steps = 0
        self.flow = STRAIGHT

    def body(self, statements: list[nodes.Node]) -> Message:
        self.steps += len(statements)
        if statements and self.steps > STEPS_MAX:
            return (self.unknown(statements[0], None, "the template is too large to be followed from here"),)
        found: list[Node] = []
        for index, statement in enumerate(statements):
            self.quiet.clear()
            method = getattr(self, f"_{type(statement).__name__.lower()}", None)
            found += self._not_understood(statement) if method is None else method(statement)
            if self.flow.left is not NEVER:
                return (*found, *self._unless_left(statements[index + 1 :]))
        return tuple(found)

    def _not_understood(self, statement: nodes.Node) -> Message:
        name = type(statement).__name__.lower()
        return (self.unknown(statement, name, f"what `{name}` sends is not known"),)

    def _output(self, statement: nodes.Output) -> Message:
        found: list[Node] = []
        for node in statement.nodes:
            if isinstance(node, nodes.TemplateData):
                found.append(Text(node.data, self.source.text_span(node.lineno, node.lineno + len(node.data))))
            else:
                moved = self.advanced(node)
                found += self.sent(node) if moved is None else self.sent_binding(moved, node)
                if moved is None:
                    self._forget_mutated(node)
        return tuple(found)

    @abstractmethod
    def advanced(self, node: nodes.Node) -> Binding | None:
        """What a call by itself gives that moves on what it is called on; None for any other expression."""

    # -- choices ---------------------------------------------------------------------------------------------------

    def _if(self, statement: nodes.If) -> Message:
        branches = (statement, *statement.elif_)
        ways = [(self.condition(branch.test), branch.body) for branch in branches]
        span = self.source.place or Span(statement.lineno, statement.lineno)
        return self.one_of([*ways, (None, statement.else_)], span)

    def one_of(self, ways: Sequence[tuple[Condition | None, list[nodes.Node]]], span: Span) -> Message:
        return self.choice([(condition, partial(self.body, body)) for condition, body in ways], span)

    def choice(self, ways: Sequence[tuple[Condition | None, Lower]], span: Span) -> Message:
        """The first of `ways` whose condition holds; the last has none. Of constant conditions nothing is left."""
        before = self._now()
        arms: list[Arm] = []
        afters: list[After] = []
        for condition, lower in ways:
            settled = None if condition is None else evaluate(condition, lambda test: None)
            if settled is False:
                continue
            self.scope, self.attributes = dict(before.names), dict(before.attributes)
            self.flow = STRAIGHT
            message = lower()
            arms.append(Arm(None if settled else condition, message, extent_of(message)))
            afters.append(self._now())
            if settled:
                break
        if len(arms) == 1:
            self._go_on(afters[0], before)
            return arms[0].body
        self._go_on(self._joined(before, arms, afters), before)
        return (Choice(tuple(arms), span),) if any(arm.body for arm in arms) else ()

    def _now(self) -> After:
        return After(self.scope, self.attributes, self.flow)

    def _go_on(self, after: After, before: After) -> None:
        self.scope, self.attributes = after.names, after.attributes
        self.flow = before.flow.then(after.flow)

    def _joined(self, before: After, arms: list[Arm], afters: list[After]) -> After:
        """What holds after a choice: a name that its arms set differently is one or the other."""
        names = dict(before.names)
        for name in _set_in([after.names for after in afters], before.names):
            names[name] = self._one_of(arms, [after.names.get(name) or self.free_name(name) for after in afters])
        attributes = dict(before.attributes)
        for key in _set_in([after.attributes for after in afters], before.attributes):
            attributes[key] = self._one_of(arms, [after.attributes.get(key) or NOTHING for after in afters])
        flows = [after.flow for after in afters]
        if all(flow is STRAIGHT for flow in flows):
            return After(names, attributes, STRAIGHT)
        return After(names, attributes, Flow(*(_reached(arms, list(found)) for found in zip(*flows, strict=True))))

    def _one_of(self, arms: list[Arm], found: list[Binding]) -> Binding:
        if all(binding is found[0] or (binding == found[0] and isinstance(binding, Alias)) for binding in found):
            return found[0]
        ways = tuple((arm.condition, binding) for arm, binding in zip(arms, found, strict=True))
        value = self._either(ways, tuple(map(self._unspoken, found)), arms[0].span)
        if len(value.either) > ALTERNATIVES_MAX:
            return Value((Slot("…", UNKNOWN, NOWHERE),), opaque=True, told=self.fresh())
        values = [binding for binding in found if isinstance(binding, Value)]
        told = frozenset().union(*(one.told for one in values))
        return value._replace(opaque=any(one.opaque for one in values), told=told)

    def _unspoken(self, binding: Binding) -> Message:
        """What is printed of `binding`, by a name that stands elsewhere."""
        return binding.message if isinstance(binding, Value) else (self.slot(binding.key, NOWHERE),)

    def _unless_left(self, rest: list[nodes.Node]) -> Message:
        """`rest`, where the round has not been left before it."""
        return self.one_of([(self.flow.left, []), (None, rest)], self.span(rest[0])) if rest else ()

    # -- names -----------------------------------------------------------------------------------------------------

    def _assign(self, statement: nodes.Assign) -> Message:
        moved = self.advanced(statement.node)
        if isinstance(moved, Value):
            moved = self.marked(moved, statement.node)
        binding = moved or self.binding(statement.node, partial(self.read_once, statement.target, statement))
        if moved is None:
            self._forget_mutated(statement.node)
        self.bind(statement.target, binding)
        return ()

    def read_once(self, target: nodes.Node, by: nodes.Node) -> bool:
        """Whether what `by` binds to `target` is gone through in one place, and read in no other."""
        name = target.name if isinstance(target, nodes.Name) else ""
        return reads(self.source.tree).once(name, by, self.source.place is not None)

    def _assignblock(self, statement: nodes.AssignBlock) -> Message:
        def bound(body: Message) -> Message:
            if statement.filter is not None:
                body = self.filtered(statement.filter, body)
            text = statement.filter is None or self.autoescape or statement.filter.name not in TO_NUMBERS
            value = self.marked(Value(body, text=text, safe=self.autoescape), statement)
            self.bind(statement.target, self.kept(value, statement))
            return ()

        return self._buffered(statement, bound)

    def _buffered(
        self, statement: nodes.AssignBlock | nodes.FilterBlock, then: Callable[[Message], Message]
    ) -> Message:
        """`then` of the body of `statement`, which is lost where the round is left in it."""
        before, self.flow = self.flow, STRAIGHT
        body = self._inside(statement)
        left, self.flow = self.flow.left, before.then(self.flow)
        if left is NEVER:
            return then(body)
        return self.choice([(left, nothing), (None, partial(then, body))], self.span(statement))

    def _with(self, statement: nodes.With) -> Message:
        outer = self.frame
        pairs = zip(statement.targets, statement.values, strict=True)
        values = [self.binding(value, partial(self.read_once, target, statement)) for target, value in pairs]
        self.frame = outer.inner(self.source.hides(statement))
        for target, binding in zip(statement.targets, values, strict=True):
            self.bind(target, binding)
        body = self.body(statement.body)
        self.frame = outer
        return body

    def _inside(self, statement: nodes.AssignBlock | nodes.Scope | nodes.FilterBlock) -> Message:
        """The body of `statement` in a frame of its own."""
        outer, self.frame = self.frame, self.frame.inner(self.source.hides(statement))
        message = self.body(statement.body)
        self.frame = outer
        return message

    def _scope(self, statement: nodes.Scope) -> Message:
        return self._inside(statement)

    def _filterblock(self, statement: nodes.FilterBlock) -> Message:
        return self._buffered(statement, partial(self.filtered, statement.filter))

    def _exprstmt(self, statement: nodes.ExprStmt) -> Message:
        """`do` sends nothing; what a method of a name is called on may be another after it."""
        call = statement.node
        if self.advanced(call) is not None:
            return ()
        if isinstance(call, nodes.Call) and isinstance(call.node, nodes.Getattr):
            owner = call.node.node
            if isinstance(owner, nodes.Name):
                self.forget(owner)
        return ()

    def _forget_mutated(self, node: nodes.Node) -> None:
        if self.source.mutates:
            for name in self.mutated(node):
                self.forget(name)

    def forget(self, name: nodes.Name) -> None:
        """Nothing is known any more of what `name` is bound to, in any frame."""
        self.quiet.clear()
        binding = self.scope.get(name.name)
        frame: Frame | None = self.frame
        opaque = self.opaque(name)._replace(told=frozenset((CHANGES,)))
        while frame is not None and frame.names.get(name.name) is binding:
            frame.names[name.name] = opaque
            frame = frame.outer


def if_at_all(statement: nodes.Node) -> nodes.If | None:
    """`{% do x if y %}` as `do` in an `if`; None for any other statement."""
    choice = statement.node if isinstance(statement, nodes.ExprStmt) else None
    if not isinstance(choice, nodes.CondExpr) or choice.expr2 is not None:
        return None
    at = statement.lineno
    return nodes.If(choice.test, [nodes.ExprStmt(choice.expr1, lineno=at)], [], [], lineno=at)


def nothing() -> Message:
    """A way that sends nothing."""
    return ()


def extent_of(message: Message) -> Span:
    """From the first to the last character that `message` has in the template; (0, 0) for none."""
    spans = [node.span for node in message if node.span != NOWHERE]
    return Span(spans[0].start, max(span.end for span in spans)) if spans else NOWHERE


def _set_in(arms: Iterable[Mapping[Key, Binding]], before: Mapping[Key, Binding]) -> dict[Key, None]:
    """The names that one of `arms` has bound to something else than they were `before`. Each is a copy of `before` in
    which names were bound since, so that those of before come first, in their order."""
    found: dict[Key, None] = {}
    for names in arms:
        again = compress(names, map(is_not, names.values(), before.values()))
        found |= dict.fromkeys((*again, *islice(names, len(before), None)))
    return found


def either(one: Condition, other: Condition) -> Condition:
    if NEVER in (one, other):
        return other if one == NEVER else one
    return AnyOf((*(one.conditions if isinstance(one, AnyOf) else (one,)), other))


def _reached(arms: list[Arm], found: list[Condition]) -> Condition:
    """Whether one of `arms` is taken in which the condition of `found` holds."""
    return first_of((arm.condition, condition) for arm, condition in zip(arms, found, strict=True))
