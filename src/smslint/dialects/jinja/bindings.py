"""What names are bound to while a template is lowered, and the frames that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from jinja2 import nodes

from smslint.tree.conditions import Condition
from smslint.tree.domains import UNDEFINED, UNKNOWN
from smslint.tree.message import NOWHERE, Message, Slot

if TYPE_CHECKING:
    from smslint.dialects.jinja.offsets import Source


class Alias(NamedTuple):
    """A name that stands for a variable: a loop's item, `items[0]`."""

    key: str


class Value(NamedTuple):
    """A name that stands for what an expression prints.

    `constant` where it is one (NONE for None); `opaque`: nothing is known; `text`: it is a text and nothing else;
    `either`: which of several it is, the last where no condition before holds; `items`: it is a list of these; `safe`:
    it is not escaped again; `holds`: it is no text, and prints nothing that is known; `told`: what tells it from others
    of the same words (`telling`); `about`: where it is opaque, the variables that it is made of; `pairs`: it is a
    mapping of these; `stream`: it is an iterator of its items.
    """

    message: Message
    constant: Any = None
    opaque: bool = False
    text: bool = False
    either: tuple[tuple[Condition | None, Binding], ...] = ()
    items: tuple[Binding, ...] | None = None
    safe: bool = False
    holds: Macro | Module | Round | Namespace | Cycle | Grown | None = None
    told: frozenset[str] = frozenset()
    about: tuple[str, ...] = ()
    pairs: tuple[tuple[Any, Binding], ...] | None = None
    stream: bool = False


CHANGES = "\0"  # tells what may be another each time that it is read
NONE = object()  # stands for None in `Value.constant`


def python(constant: Any) -> Any:
    """The value that `Value.constant` stands for."""
    return None if constant is NONE else constant


Binding: TypeAlias = "Alias | Value"


class Module(NamedTuple):
    """What has its names by the dot: an imported template, the `kwargs` of a macro."""

    names: Mapping[str, Binding]


class Round(NamedTuple):
    """`loop` in a round of a loop: what is known of its place, by name."""

    names: Mapping[str, Binding]


class Namespace(NamedTuple):
    """A `namespace` object; its attributes are `Names.attributes`, as any frame may set them."""

    number: int


class Cycle(NamedTuple):
    """A `cycler` or a `joiner`: what it gives, one after the other, and where after the last it goes on: at the first
    or (`back` 1) at the last. How far it is, is an attribute, too."""

    number: int
    items: tuple[Binding, ...]
    back: int

    def after(self, index: int) -> int:
        return self.back if self.back else (index + 1) % len(self.items)


class Grown(NamedTuple):
    """A list that the template makes and appends to; what it holds is an attribute, too."""

    number: int


class Macro(NamedTuple):
    """A macro, or the body of a call block: its code in `source`, run in a new frame inside `frame`. `active`: the
    macros around its definition."""

    name: str
    code: nodes.Macro | nodes.CallBlock
    source: Source
    frame: Frame
    active: tuple[nodes.Node, ...]


def holding(name: str, holds: Macro | Module | Round | Namespace | Cycle | Grown) -> Value:
    """The binding of `name` to something that is no text."""
    return Value((Slot(name, UNKNOWN, NOWHERE),), opaque=True, holds=holds)


HIDDEN = Value((), constant=UNDEFINED)


class Frame:
    """The names of one scope, those of the scopes around it included. `alone`: what a template is imported into that
    does not see the variables of the message. `behind`: what the context has for the names that are HIDDEN."""

    __slots__ = ("alone", "behind", "names", "outer")

    def __init__(self, names: dict[str, Binding], outer: Frame | None = None, alone: bool = False) -> None:
        self.names = names
        self.outer = outer
        self.alone = alone
        self.behind: Mapping[str, Binding | None] = {} if outer is None else outer.behind

    def inner(self, hidden: Iterable[str] = ()) -> Frame:
        """A new frame inside this one, which hides these names."""
        frame = Frame(dict(self.names), self, self.alone)
        frame.hide(hidden)
        return frame

    def hide(self, names: Iterable[str]) -> None:
        """Makes `names` undefined until they are set."""
        for name in names:
            if self.names.get(name) is not HIDDEN:
                self.behind = {**self.behind, name: self.names.get(name)}
                self.names[name] = HIDDEN

    def visible(self) -> dict[str, Binding]:
        """The names as blocks and other templates see them, which the hidden ones are not for."""
        if not self.behind:
            return dict(self.names)
        seen = {name: self.behind.get(name) if one is HIDDEN else one for name, one in self.names.items()}
        return {name: binding for name, binding in seen.items() if binding is not None}
