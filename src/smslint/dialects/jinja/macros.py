"""Jinja2's tree lowered to the message tree: macros and what is called.

Theory of operation. A macro is lowered anew at each call, in a new frame inside the one that it was defined in, with
its arguments bound to what they are at the call: to the variables themselves, so that a condition on an argument and
one on its variable are the same condition.
"""

from __future__ import annotations

from itertools import zip_longest

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Binding, Macro, Module, Namespace, Value, holding
from smslint.dialects.jinja.names import NOTHING, Given
from smslint.dialects.jinja.reads import reads
from smslint.dialects.jinja.statements import STEPS_MAX
from smslint.dialects.jinja.states import States
from smslint.tree.domains import UNKNOWN
from smslint.tree.message import NOWHERE, Message, Slot, Span

CALLS_MAX = 20  # macros in macros


class Macros(States):
    """Lowers `macro` and `call`, and calls of macros, of `loop.cycle` and of `namespace`."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.active: tuple[nodes.Node, ...] = ()  # the macros and blocks around the current statement
        self.depth = 0  # calls in calls
        self.namespaces = 0
        self.brought: dict[tuple[Span, str], None] = {}  # the tags that bring other files in, and the files

    def _macro(self, statement: nodes.Macro) -> Message:
        macro = Macro(statement.name, statement, self.source, self.frame, self.active)
        self.scope[statement.name] = holding(statement.name, macro)
        return ()

    def _callblock(self, statement: nodes.CallBlock) -> Message:
        called = self.value_of(statement.call.node)
        if called is None or not isinstance(called.holds, Macro):
            return (self.unknown(statement.call, None, f"what `{self.source_of(statement.call)}` sends is not known"),)
        caller = Macro("caller", statement, self.source, self.frame, self.active)
        return self.run(called.holds, statement.call, holding("caller", caller)).message

    def called(self, call: nodes.Call) -> Value | None:
        """What a call gives; None where that is not known."""
        target = call.node
        if isinstance(target, nodes.Name) and target.name == "namespace" and "namespace" not in self.scope:
            return self._namespace(call)
        state = self.created(call) or self.state_called(call)
        if state is not None:
            return state
        named = self.value_of(target)
        found = None if named is None else self._run(named, call)
        if found is None and named is not None and named.opaque:  # it may be a macro, that sets anything
            self.forget_all_attributes()
        return found

    def _run(self, named: Binding, call: nodes.Call) -> Value | None:
        if not isinstance(named, Value):
            return None
        if isinstance(named.holds, Macro):
            return self.run(named.holds, call, NOTHING)
        found = [(condition, self._run(binding, call)) for condition, binding in named.either]
        ways = tuple((condition, value) for condition, value in found if value is not None)
        if not ways or len(ways) < len(found):
            return None
        return self._either(ways, tuple(value.message for _, value in ways), self.span(call))

    def _namespace(self, call: nodes.Call) -> Value | None:
        """A new namespace, of a literal mapping and keywords; None where it is given anything else."""
        given = _keywords(call)
        if given is None:
            return None
        self.namespaces += 1
        for name, value in given.items():
            self.attributes[self.namespaces, name] = self.binding(value)
        return holding("namespace", Namespace(self.namespaces))

    def run(self, macro: Macro, call: nodes.Call, caller: Binding) -> Value:
        """What `macro` gives for the arguments of `call`."""
        why = self._impossible(macro, call)
        if why:
            self.forget_all_attributes()
            return Value((self.unknown(call, macro.name, f"what `{macro.name}` sends is not known: {why}"),))
        names = [argument.name for argument in macro.code.args]
        given = [
            self._handed(argument, macro, name) for argument, name in zip_longest(call.args, names[: len(call.args)])
        ]
        named = {
            pair.key: self._handed(pair.value, macro, pair.key if pair.key in names else None) for pair in call.kwargs
        }
        outer = self.frame, self.source, self.active, self.flow
        self.active = (*(macro.active if isinstance(macro.code, nodes.CallBlock) else self.active), macro.code)
        self.depth += 1
        if macro.source.place is not None:  # from another file: to blame is the call
            place = self.span(call)
            self.source = macro.source.at(macro.source.name, place)
            self.brought[place, str(macro.source.name)] = None
        else:
            self.source = macro.source
        self.frame = macro.frame.inner(self.source.hides(macro.code))
        self._arguments(macro, given, named, caller)
        message = self.body(macro.code.body)
        self.frame, self.source, self.active, self.flow = outer
        self.depth -= 1
        return self.kept(Value(message, text=True, safe=self.autoescape), call)

    def _handed(self, argument: nodes.Node, macro: Macro, name: str | None) -> Binding:
        """The `argument` that the parameter `name` of `macro` stands for."""
        return self.binding(argument, lambda: reads(macro.source.tree).once(name or "", macro.code, False))

    def _impossible(self, macro: Macro, call: nodes.Call) -> str | None:
        """Why the call cannot be followed; None where it can."""
        if call.dyn_args is not None or call.dyn_kwargs is not None:
            return "its arguments are in a variable"
        if any(code is macro.code for code in self.active) and isinstance(macro.code, nodes.Macro):
            return "it calls itself"
        if max(len(self.active), self.depth) >= CALLS_MAX or self.steps > STEPS_MAX:
            return f"more than {CALLS_MAX} macros stand in each other, or too many in all"
        names = [argument.name for argument in macro.code.args]
        if len(call.args) > len(names) and not _mentions(macro, "varargs"):
            return f"it takes {len(names)} arguments, and is given {len(call.args)}"
        for pair in call.kwargs:
            if pair.key in names[: len(call.args)]:
                return f"it is given `{pair.key}` twice"
            if pair.key not in names and not _mentions(macro, "kwargs"):
                return f"it has no argument `{pair.key}`"
        return None

    def _arguments(self, macro: Macro, given: list[Binding], named: dict[str, Binding], caller: Binding) -> None:
        code, scope = macro.code, self.scope
        names = [argument.name for argument in code.args]
        unnamed, told = Slot("varargs", UNKNOWN, NOWHERE), self.fresh()
        scope["varargs"] = Value((unnamed,), opaque=True, items=tuple(given[len(names) :]), told=told)
        others = Module({name: value for name, value in named.items() if name not in names})
        scope["kwargs"] = holding("kwargs", others)._replace(told=told)
        scope["caller"] = caller
        without = len(names) - len(code.defaults)
        for index, name in enumerate(names):
            if index < len(given):
                scope[name] = given[index]
            elif name in named:
                scope[name] = named[name]
            elif name != "caller":
                scope[name] = NOTHING if index < without else self.binding(code.defaults[index - without])


def _keywords(call: nodes.Call) -> dict[str, nodes.Expr] | None:
    """What a call is given by name, in a literal mapping and as keywords; None where some of it is not so written."""
    if call.dyn_args is not None or call.dyn_kwargs is not None or len(call.args) > 1:
        return None
    found: dict[str, nodes.Expr] = {}
    for mapping in call.args:
        if not isinstance(mapping, nodes.Dict):
            return None
        for pair in mapping.items:
            if not isinstance(pair.key, nodes.Const) or not isinstance(pair.key.value, str):
                return None
            found[pair.key.value] = pair.value
    return found | {pair.key: pair.value for pair in call.kwargs}


def _mentions(macro: Macro, name: str) -> bool:
    return any(one.name == name for part in macro.code.body for one in part.find_all(nodes.Name))
