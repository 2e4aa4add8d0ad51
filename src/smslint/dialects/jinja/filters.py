"""Jinja2's filters as steps from a value to what is printed: exactly for one value, as a bound for a domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from smslint.dialects.jinja import calculator, operators
from smslint.dialects.jinja.effects import EFFECTS
from smslint.dialects.jinja.plain import TooMuch
from smslint.tree.domains import UNKNOWN, Domain, Domains, Failed, Filter, joined, through, widest

# The parameters of filters that take any, by position.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "trim": ("chars",),
    "truncate": ("length", "killwords", "end", "leeway"),
    "center": ("width",),
    ".ljust": ("width", "fillchar"),
    ".rjust": ("width", "fillchar"),
    ".center": ("width", "fillchar"),
    ".zfill": ("width",),
    ".lstrip": ("chars",),
    ".rstrip": ("chars",),
    "indent": ("width", "first", "blank"),
    "wordwrap": ("width", "break_long_words", "wrapstring", "break_on_hyphens"),
    "replace": ("old", "new", "count"),
    "int": ("default", "base"),
    "float": ("default",),
    "round": ("precision", "method"),
    "join": ("d",),
    "filesizeformat": ("binary",),
    "min": ("case_sensitive",),
    "max": ("case_sensitive",),
    "[:]": ("start", "stop", "step"),
    "[]": ("index",),
    "split[]": ("index", "sep"),
    "%": ("spec",),
    "{}": ("spec",),
}
_REQUIRED = {
    "replace": ("old", "new"),
    "[]": ("index",),
    "split[]": ("index",),
    **dict.fromkeys((".ljust", ".rjust", ".center", ".zfill"), ("width",)),
}
_NUMBERS = ("length", "leeway", "width", "count", "precision", "base", "start", "stop", "step", "index")
_TEXTS = ("sep", "end", "chars", "fillchar", "wrapstring", "old", "new", "d", "method")
NUMBER_MAX = 10_000  # of an argument, for the effect on a domain

# Filters that take numbers only; a text that is declared by its length then stands for one.
_OF_NUMBERS = frozenset(("abs", "round", "{}"))

# Characters that a filter treats in its own way, to try in values.
_HINTS = {
    "title": (" ",),
    ".title": (" ",),
    "indent": ("\n",),
    "wordwrap": (" ", "\n"),
    "int": ("9",),
    "float": ("9",),
    "round": ("9",),
    "%": ("9",),
    "{}": ("9",),
}
_COMMON = {
    "upper": "upper",
    "lower": "lower",
    "trim": "cut",
    "truncate": "cut",
    **dict.fromkeys(("string", "safe", "+text"), "same"),
}
# Methods of texts: filters under another name, and those that no filter is the same as (`|title` begins no word behind
# an apostrophe), which are called.
METHODS = {
    **{name: name for name in ("upper", "lower", "capitalize", "replace")},
    "strip": "trim",
    **{
        name: f".{name}"
        for name in ("title", "swapcase", "casefold", "lstrip", "rstrip", "ljust", "rjust", "center", "zfill")
    },
}


class Step(NamedTuple):
    """The filter `name` with these arguments; `key` tells 1 from True among them."""

    name: str
    args: tuple[Any, ...]
    kwargs: tuple[tuple[str, Any], ...]
    autoescape: bool
    key: str

    def value(self, value: Any) -> Any:
        """`value|name(…)`. Raises Failed."""
        try:
            return self.exactly(value)
        except TooMuch:
            raise Failed from None

    def exactly(self, value: Any) -> Any:
        """`value|name(…)`. Raises Failed, and TooMuch where smslint does not compute it."""
        if self.method:
            return operators.called(value, self.name[1:], self.args, {})
        if self.name == "[]":
            return operators.item(value, self.args[0])
        if self.name == "[:]":
            return operators.item(value, slice(*self.args))
        if self.name == "split[]":
            return operators.item(operators.called(value, "split", self.args[1:], {}), self.args[0])
        if self.name == "%":
            return operators.binary("%", self.args[0], (value,))
        if self.name == "{}":
            return operators.called(self.args[0], "format", (value,), {})
        return calculator.filtered(self.name, value, self.args, dict(self.kwargs), self.autoescape)

    def __call__(self, domain: Domain) -> Domains:
        return EFFECTS[self.name](domain, self.given)

    @property
    def method(self) -> bool:
        """Whether it is a method of texts, called."""
        return self.name.startswith(".")

    @property
    def given(self) -> dict[str, Any]:
        """The arguments by name."""
        return {**dict(zip(PARAMETERS.get(self.name, ()), self.args, strict=False)), **dict(self.kwargs)}

    @property
    def plain(self) -> bool:
        """Whether no argument has a character that is escaped in HTML."""
        return not any(sign in self.key.replace("'", "") for sign in '&<>"') and "\\'" not in self.key

    @property
    def hints(self) -> tuple[str, ...]:
        if self.name == "replace":
            return tuple(dict.fromkeys(str(self.given.get("old", ""))[:8]))
        if self.name == "split[]":
            return tuple(dict.fromkeys(self.given.get("sep") or " ")) if self.given["index"] in (0, -1) else ()
        return _HINTS.get(self.name, ())

    @property
    def common(self) -> str:
        return _COMMON.get(self.name, "")


class Pieces(NamedTuple):
    """A text made of pieces: those that stand as they are, and the value after filters, once or several times."""

    parts: tuple[str | tuple[Filter, ...], ...]

    def value(self, value: Any) -> Any:
        """The text of one value. Raises Failed."""
        return "".join(part if isinstance(part, str) else str(_chain(part, value)) for part in self.parts)

    def __call__(self, domain: Domain) -> Domains:
        found = []
        for part in self.parts:
            ends = (Domain(values=(part,)),) if isinstance(part, str) else through(domain, part)
            found.append(widest([joined([end]) for end in ends]))
        return (joined(found),)

    @property
    def hints(self) -> tuple[str, ...]:
        return ()

    @property
    def common(self) -> str:
        return ""


class Table:
    """What an expression gives for each value of a variable: pairs, of which a value that is missing fails."""

    def __init__(self, pairs: tuple[tuple[Any, Any], ...]) -> None:
        self._found = {(type(value), value): found for value, found in pairs}
        self._key = repr(pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def value(self, value: Any) -> Any:
        """What it gives for `value`. Raises Failed."""
        try:
            return self._found[type(value), value]
        except KeyError:
            raise Failed from None

    def __call__(self, domain: Domain) -> Domains:
        return (UNKNOWN,)

    @property
    def hints(self) -> tuple[str, ...]:
        return ()

    @property
    def common(self) -> str:
        return ""


def step(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], autoescape: bool) -> Step:
    """The filter `name` with these arguments."""
    pairs = tuple(kwargs.items())
    return Step(name, args, pairs, autoescape, repr((args, pairs)))


# Of what is no filter, but has to be a number or a text.
NUMBER = Step("+number", (), (), False, "")
TEXT = Step("+text", (), (), False, "")
STRING = step("string", (), {}, False)


def takes_numbers(one: Step) -> bool:
    """Whether the filter fails with every text."""
    return one.name in _OF_NUMBERS or (one.name == "%" and not one.args[0].endswith("s"))


def picks(one: Filter) -> bool:
    """Whether the filter picks something from a value that may not have it."""
    return isinstance(one, Step) and one.name in ("[]", "split[]", "first", "last", "min", "max")


def has_effect(one: Step) -> bool:
    """Whether the effect of the filter on a domain is known, with these arguments."""
    names = PARAMETERS.get(one.name, ())
    given = one.given
    if one.name not in EFFECTS or len(one.args) > len(names) or not given.keys() <= set(names):
        return False
    if any(name not in given for name in _REQUIRED.get(one.name, ())):
        return False
    return all(_plain(name, value) for name, value in given.items()) and _sensible(one.name, given)


def _plain(name: str, value: Any) -> bool:
    if name in _NUMBERS and not (name == "width" and isinstance(value, str)):
        return value is None or (type(value) is int and abs(value) <= NUMBER_MAX)
    if name in _TEXTS:
        return value is None or (isinstance(value, str) and len(value) <= NUMBER_MAX)
    return isinstance(value, str | bool | int | float)


def _sensible(name: str, given: Mapping[str, Any]) -> bool:
    """Whether the filter renders at all with these arguments."""
    if name == "truncate":
        length, end, leeway = given.get("length", 255), given.get("end", "..."), given.get("leeway")
        return length is not None and end is not None and length >= len(end) and (leeway is None or leeway >= 0)
    if name == "wordwrap":
        return type(given.get("width", 79)) is int and given.get("width", 79) > 0
    if name in ("center", "indent", "round", ".ljust", ".rjust", ".center", ".zfill"):
        wide = name in ("indent", "round") or type(given.get("width", 0)) is int
        return None not in given.values() and wide and len(given.get("fillchar", " ")) == 1
    if name == "replace":
        return given["old"] is not None and given["new"] is not None
    if name in ("[]", "split[]"):
        return type(given["index"]) is int
    return not (name == "[:]" and given.get("step") == 0)


def _chain(filters: tuple[Filter, ...], value: Any) -> Any:
    for change in filters:
        value = change.value(value)
    return value
