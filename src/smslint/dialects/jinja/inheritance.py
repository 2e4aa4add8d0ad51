"""Jinja2's tree lowered to the message tree: blocks, and templates of several files.

Theory of operation. Another template is lowered in place, with a context of its own: the frame that its blocks see,
and the definitions of its blocks, the most derived first. A parent runs in the context of its child, after all that
the child sets. What another file sends has the span of the tag that brings it in, as findings speak of the linted
file. Names of files are texts that are known, or one of several that are: then each is a way of a choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Frame, Module, Value, holding
from smslint.dialects.jinja.lexing import NestedTooDeep, SyntaxProblem
from smslint.dialects.jinja.macros import CALLS_MAX, Macros
from smslint.dialects.jinja.names import NOTHING, Given
from smslint.dialects.jinja.offsets import Source
from smslint.tree.conditions import Condition
from smslint.tree.domains import UNKNOWN
from smslint.tree.lowering import File, ProblemKind
from smslint.tree.message import Message, Slot

FILES_MAX = 100  # files that one template brings in, each as often as it does
DEPTH_MAX = 12  # files in files
NAMES_MAX = 64  # that one tag may name, by the values of its variables


Bringing: TypeAlias = "nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends"


class BlockCode(NamedTuple):
    """One definition of a block."""

    code: nodes.Block
    source: Source


class Named(NamedTuple):
    """Names of which the first that there is is meant, under a condition; of several, the last has none."""

    condition: Condition | None
    names: tuple[str, ...]


class Opened(NamedTuple):
    """Another file, parsed."""

    path: str
    source: Source


class Inheritance(Macros):
    """Lowers `block`, `extends`, `include`, `import` and `from`, and calls of blocks."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.files = given.files
        self.parse = given.parse
        self.opened = 0
        self.open: tuple[str, ...] = ()  # the paths of the files around the current statement
        self.context = self.frame
        self.blocks: dict[str, tuple[BlockCode, ...]] = {}
        self.block = ("", 0)  # the block around the current statement, and how many definitions stand before this one

    # -- templates -------------------------------------------------------------------------------------------------

    def whole(self) -> Message:
        """What the template of `source` sends, in the frame that is its context."""
        body, text = self.source.tree.body, self.source.text
        self.frame.hide(self.source.hides(self.source.tree))
        for block in self.source.tree.find_all(nodes.Block) if "block" in text else ():
            self.blocks[block.name] = (*self.blocks.get(block.name, ()), BlockCode(block, self.source))
        if "extends" in text:
            for index, statement in enumerate(body):
                if isinstance(statement, nodes.Extends):
                    before = self.body(body[:index])
                    # What else the child does is done before its parent sends anything; what it would send is not.
                    self.body([one for one in body[index + 1 :] if not isinstance(one, nodes.Output | nodes.Block)])
                    return (*before, *self._each_file(statement, self._parent))
        return self.body(body)

    def _extends(self, statement: nodes.Extends) -> Message:
        return (self.unknown(statement, "extends", "what an `extends` sends that is not the only one is not known"),)

    def _parent(self, found: Opened) -> Message:
        outer = self.source, self.frame, self.context, dict(self.blocks)
        self.source = found.source
        self.frame = self.context = self._seen(self.frame)
        message = self.whole()
        self.source, self.frame, self.context, self.blocks = outer
        return message

    def _apart(self, found: Opened, frame: Frame) -> Message:
        """The template `found`, with `frame` as its context."""
        outer = self.source, self.frame, self.context, self.blocks, self.block, self.flow
        self.source, self.frame, self.context, self.blocks, self.block = found.source, frame, frame, {}, ("", 0)
        message = self.whole()
        self.source, self.frame, self.context, self.blocks, self.block, self.flow = outer
        return message

    def _passed(self, statement: nodes.Include | nodes.Import | nodes.FromImport) -> Frame:
        """The context of a template that the statement brings in."""
        if not statement.with_context:
            return Frame({}, alone=True)
        return self._seen(self.frame)

    def _include(self, statement: nodes.Include) -> Message:
        def included(found: Opened) -> Message:
            return self._apart(found, self._passed(statement))

        return self._each_file(statement, included, statement.ignore_missing)

    def _import(self, statement: nodes.Import) -> Message:
        module = self._module(statement)
        self.scope[statement.target] = holding(statement.target, module) if module else self.opaque(statement)
        return ()

    def _fromimport(self, statement: nodes.FromImport) -> Message:
        module = self._module(statement)
        for name in statement.names:
            name, alias = name if isinstance(name, tuple) else (name, name)
            self.scope[alias] = module.names.get(name, NOTHING) if module else self.opaque(statement)
        return ()

    def _module(self, statement: nodes.Import | nodes.FromImport) -> Module | None:
        """The names that a template exports."""
        ways = self._names(statement.template)
        if ways is None or len(ways) != 1:
            self.problem(f"the name `{self.source_of(statement.template)}` of the template is not known", statement)
            return None
        found = self._opened(ways[0].names, statement, False)
        if not isinstance(found, Opened):
            return None
        frame = self._passed(statement)
        before = dict(frame.names)
        outer, self.open = self.open, (*self.open, found.path)
        self._apart(found, frame)
        self.open = outer
        own = (item for item in frame.names.items() if before.get(item[0]) is not item[1])
        return Module({name: binding for name, binding in own if not name.startswith("_")})

    # -- blocks ----------------------------------------------------------------------------------------------------

    def _block(self, statement: nodes.Block) -> Message:
        frame = self.frame if statement.scoped else self.context
        return self._definition(statement.name, 0, self._seen(frame), statement)

    def _seen(self, frame: Frame) -> Frame:
        """A context of what blocks and other templates see of `frame`."""
        return Frame(frame.visible(), alone=frame.alone)

    def called(self, call: nodes.Call) -> Value | None:
        """What a call gives; None where that is not known."""
        target = call.node
        if isinstance(target, nodes.Name) and target.name == "super" and self.block[0]:
            name, level = self.block
            return self.kept(Value(self._definition(name, level + 1, self._seen(self.context), call), text=True), call)
        if isinstance(target, nodes.Getattr) and isinstance(target.node, nodes.Name) and target.node.name == "self":
            return self.kept(Value(self._definition(target.attr, 0, self._seen(self.context), call), text=True), call)
        return super().called(call)

    def _definition(self, name: str, level: int, context: Frame, node: nodes.Node) -> Message:
        """What a definition of the block `name` sends, `level` definitions after the most derived one."""
        defined = self.blocks.get(name, ())
        if level >= len(defined):
            return (self.unknown(node, name, f"there is no {'other ' if level else ''}block `{name}` to send"),)
        code, source = defined[level]
        if any(code is one for one in self.active) or len(self.active) >= CALLS_MAX:
            return (self.unknown(node, name, f"the block `{name}` is sent inside of itself, or too deep"),)
        if code.required and self.open:
            return (self.unknown(node, name, f"the block `{name}` is required, and no template gives it"),)
        outer = self.source, self.frame, self.context, self.block, self.active, self.flow
        self.source, self.frame, self.context, self.block = (
            source,
            context.inner(source.hides(code)),
            context,
            (name, level),
        )
        self.active = (*self.active, code)
        message = self.body(code.body)
        self.source, self.frame, self.context, self.block, self.active, self.flow = outer
        return message

    # -- files -----------------------------------------------------------------------------------------------------

    def _each_file(self, statement: Bringing, lower: Callable[[Opened], Message], missing: bool = False) -> Message:
        """What `lower` makes of the file that the statement names, or of each that it may name."""
        ways = self._names(statement.template)
        if ways is None:
            words = f"which template `{self.source_of(statement.template)}` is, is not known: declare its `values`"
            self.problem(words, statement.template)
            return (Slot(self.name_of(statement.template), UNKNOWN, self.span(statement.template)),)
        here = [(way.condition, partial(self._one_file, way.names, statement, lower, missing)) for way in ways]
        return here[0][1]() if len(here) == 1 else self.choice(here, self.span(statement.template))

    def _one_file(
        self, names: Sequence[str], statement: Bringing, lower: Callable[[Opened], Message], missing: bool
    ) -> Message:
        found = self._opened(names, statement, missing)
        if not isinstance(found, Opened):
            return found
        outer, self.open = self.open, (*self.open, found.path)
        message = lower(found)
        self.open = outer
        return message

    def _opened(self, names: Sequence[str], statement: Bringing, missing: bool) -> Opened | Message:
        """The first of the files `names` that there is; what is sent where there is none, with the problem that says
        so."""
        answers = [self.files(name) for name in names[:NAMES_MAX]]
        file = next((answer for answer in answers if isinstance(answer, File)), None)
        if file is None:
            why = str(answers[0]) if answers else "the list of names is empty"
            return () if missing else self._unknown_file(statement, "template-not-found", why)
        if file.path in self.open:
            circle = " → ".join((*self.open[self.open.index(file.path) :], file.path))
            return self._unknown_file(statement, "template-cycle", f"`{file.path}` brings itself in: {circle}")
        self.opened += 1
        if self.opened > FILES_MAX or len(self.open) >= DEPTH_MAX:
            words = f"more than {FILES_MAX} files, or {DEPTH_MAX} in each other, are not followed"
            return self._unknown_file(statement, "unbounded-length", words)
        try:
            source = self.parse(file.text)
        except SyntaxProblem as problem:
            return self._unknown_file(statement, "template-syntax", f"`{file.path}` does not parse: {problem.message}")
        except NestedTooDeep:
            return self._unknown_file(statement, "unbounded-length", f"`{file.path}` is nested too deep to be read")
        if source.mutates:
            self._brought_changes(source, statement)
        place = self.span(statement)
        self.brought[place, file.path] = None
        return Opened(file.path, source.at(file.path, place))

    def _brought_changes(self, source: Source, statement: nodes.Node) -> None:
        """From now on, nothing is known of what the template `source` may change of the names here."""
        self.note_changes(source)
        for name in sorted(self.mutations(source).changed & self.scope.keys()):
            self.forget(nodes.Name(name, "load", lineno=statement.lineno))

    def _unknown_file(self, statement: Bringing, kind: ProblemKind, why: str) -> Message:
        self.problem(why, statement, kind)
        return (Slot("template", UNKNOWN, self.span(statement)),)

    def _names(self, node: nodes.Expr) -> list[Named] | None:
        """The files that `node` may name, each list of names under its condition; None where that is not known."""
        ways = self.ways_of(self.operand(node))
        if not ways or len(ways) > NAMES_MAX:
            return None
        found = [Named(way.condition, _listed(way.value)) for way in ways]
        return [*found[:-1], found[-1]._replace(condition=None)]


def _listed(value: Any) -> tuple[str, ...]:
    """The names that a constant gives to `include`."""
    names = value if isinstance(value, list | tuple) else (value,)
    return tuple(map(str, names[:NAMES_MAX]))
