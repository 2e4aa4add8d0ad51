"""Declarations of variables: `{max_length: 20, alphabet: latin}`, `{values: […]}`, `{max_items: 3, item: {…}}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from smslint.reading.schema import Reader
from smslint.reading.yamltree import Mapping, Node, Scalar
from smslint.tree.domains import ALPHABETS, UNKNOWN, Constant, Domain
from smslint.tree.variables import Items, Variable

LENGTH_MAX = 39_015  # septets that 255 parts hold: no message is longer, TS 23.040 9.2.3.24.1
ITEMS_MAX = 10_000
DEFAULT_UNDECLARED = Variable(Domain(0, 20, ALPHABETS["gsm7"]), optional=True, declared=False)

_FILTER_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
NAME = r"[^\s{}]+"  # of a field, or a glob for several
# What no letter, digit or underscore is, but `*` and `?`, up to the first dot; an expression of JSON Schema, too.
_PUNCTUATION = r"\s\x21-\x29\x2B-\x2F\x3A-\x3E\x40\x5B-\x5E\x60\x7B-\x7E"
_CLASS = r"\[[^\s\]]+\]"
VARIABLE = rf"(?:[^\d{_PUNCTUATION}]|{_CLASS})(?:[^{_PUNCTUATION}]|{_CLASS})*(?:\.[^\s{{}}.]+)*"  # its name, or a glob
_VARIABLE_KEYS = ("min_length", "max_length", "length", "alphabet", "values", "optional")
_TRAPS = ("yes", "no", "on", "off", "y", "n")  # that a value may be and YAML 1.1 reads otherwise
_DECIMAL = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LIST_KEYS = ("max_items", "min_items", "item", "fields")


def variables_of(reader: Reader, node: Node, what: str = "`variables`", name: str = VARIABLE) -> dict[str, Variable]:
    """Declarations by name, which is a `name` throughout."""
    mapping = reader.mapping(node, what)
    entries = mapping.entries if mapping else ()
    for key, _ in entries:
        if not re.fullmatch(name, key.text):
            reader.mistake(key, f"no variable is called `{key.text[:60]}`: write a name, or a glob with `*` and `?`")
    found = {key.text: variable(reader, value, f"`{key.text}`") for key, value in entries}
    for key, _ in entries:
        outer, _, attribute = key.text.rpartition(".")
        if outer in found and found[outer].items is not None and not attribute.isdigit():
            words = f"`{outer}` is a list, which has no `{attribute}`: its items have, so declare it there"
            reader.mistake(key, f"{words} (`item: {{fields: {{{attribute}: …}}}}`)")
    return found


def filters_of(reader: Reader, node: Node) -> dict[str, Variable]:
    """What filters give, by their names."""
    mapping = reader.mapping(node, "`filters`")
    entries = mapping.entries if mapping else ()
    for key, value in entries:
        if not re.fullmatch(_FILTER_NAME, key.text):
            reader.mistake(key, f"`{key.text[:60]}` is no name of a filter")
        for inner, _ in value.entries if isinstance(value, Mapping) else ():
            if inner.text in (*_LIST_KEYS, "optional"):
                reader.mistake(inner, f"`{inner.text}` is not for a filter: say what its result can be as a text")
    return {key.text: variable(reader, value, f"the filter `{key.text}`") for key, value in entries}


def variable(reader: Reader, node: Node, what: str) -> Variable:
    """One declaration; `what` names it in messages."""
    given = dict(_checked(reader, reader.mapping(node, what, "{max_length: 20}"), what))
    optional = "optional" in given and bool(reader.boolean(given["optional"], f"`optional` of {what}"))
    if any(key in given for key in _LIST_KEYS):
        return _list(reader, given, optional, what)
    if "values" in given:
        for key in given.keys() - {"values", "optional"}:
            reader.mistake(given[key], f"`{key}` stands beside `values` in {what}: the values say it all")
        values = tuple(_constant(reader, item, what) for item in reader.items(given["values"]))
        if not values:
            reader.mistake(given["values"], f"`values` of {what} is empty")
        return Variable(Domain(values=values or ("",)), optional)
    return Variable(_domain(reader, given, what), optional)


def _checked(reader: Reader, node: Node | None, what: str) -> Iterable[tuple[str, Node]]:
    return ((key.text, value) for key, value in reader.entries(node, what, (*_VARIABLE_KEYS, *_LIST_KEYS)))


def _domain(reader: Reader, given: dict[str, Node], what: str) -> Domain:
    def length(key: str) -> int | None:
        return reader.integer(given[key], f"`{key}` of {what}", 0, LENGTH_MAX) if key in given else None

    exact, low, high = length("length"), length("min_length"), length("max_length")
    if "length" in given and ("min_length" in given or "max_length" in given):
        reader.mistake(given["length"], f"`length` of {what} stands beside min_length or max_length: keep one")
    if low is not None and high is not None and low > high:
        reader.mistake(given["min_length"], f"`min_length` of {what} is larger than its `max_length`")
        low = high
    alphabet = ALPHABETS["gsm7"]
    if "alphabet" in given:
        name = reader.choice(given["alphabet"], f"`alphabet` of {what}", tuple(ALPHABETS))
        alphabet = ALPHABETS.get(name or "gsm7", alphabet)
    if exact is not None:
        return Domain(exact, exact, alphabet)
    default = DEFAULT_UNDECLARED.domain.length_max
    return Domain(low or 0, max(default or 0, low or 0) if high is None else high, alphabet)


def _list(reader: Reader, given: dict[str, Node], optional: bool, what: str) -> Variable:
    listed = given.keys() & {"max_items", "min_items", "item"}
    for key in given.keys() - {*_LIST_KEYS, "optional"}:
        instead = f"put it under `item` of {what}" if listed else "put it under that of `fields` it is of"
        reader.mistake(given[key], f"`{key}` is not for {'a list' if listed else 'what has fields'}: {instead}")
    fields = {}
    if "fields" in given:
        fields = variables_of(reader, given["fields"], name=NAME)
    item = variable(reader, given["item"], f"`item` of {what}") if "item" in given else DEFAULT_UNDECLARED
    if "max_items" not in given and "min_items" not in given and "item" not in given:
        return Variable(UNKNOWN, optional, fields=fields)
    if fields and "item" not in given:
        item, fields = Variable(UNKNOWN, fields=fields), {}
    bounds = [
        reader.integer(given[key], f"`{key}` of {what}", 0, ITEMS_MAX) if key in given else None
        for key in ("min_items", "max_items")
    ]
    low, high = bounds[0] or 0, bounds[1]
    if high is not None and low > high:
        reader.mistake(given["min_items"], f"`min_items` of {what} is larger than its `max_items`")
        low = high
    return Variable(UNKNOWN, optional, items=Items(low, high, item), fields=fields)


def _constant(reader: Reader, node: Node, what: str) -> Constant:
    text = reader.string(node, f"each value of {what}")
    if isinstance(node, Scalar) and node.plain:
        if text in ("true", "True", "false", "False"):
            return text in ("true", "True")
        if text.lower() in _TRAPS:
            reader.mistake(node, f"`{text}` in {what} is true or false to some readers of YAML: put it in quotes")
        if text.isascii() and text.removeprefix("-").isdigit() and str(int(text[:20])) == text:
            return int(text)
        if _DECIMAL.fullmatch(text):
            words = f"`{text}` in {what} is a number with decimals, with which smslint does not calculate"
            reader.mistake(node, f"{words}: put it in quotes if it is a text, or declare `max_length` and `alphabet`")
    return text
