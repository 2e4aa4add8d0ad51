"""The configuration `.smslint.yaml`: YAML to typed values, every mistake reported at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from smslint.domains import ALPHABETS, UNKNOWN, Constant, Domain
from smslint.facts import Facts, Layer, Setting, facts, layer
from smslint.schema import Reader, did_you_mean
from smslint.variables import Items, Variable
from smslint.yamltree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

FILE_NAME = ".smslint.yaml"
INCLUDE = (
    "**/*.sms",
    "**/*.sms.{j2,jinja,jinja2,txt}",
    "**/*_sms.{j2,jinja,jinja2,txt}",
    "**/sms/**/*.{j2,jinja,jinja2,txt}",
)
SEVERITIES = ("error", "warning", "info", "off")
FAIL_ON = ("error", "warning", "info", "never")
LENGTH_MAX = 39_015  # septets that 255 parts hold: no message is longer, TS 23.040 9.2.3.24.1
ITEMS_MAX = 10_000
GLOBS_MAX = 1_000  # patterns that the braces of one may expand to

_KEYS = (
    *("version", "extends", "include", "exclude", "defaults", "templates"),
    *("variables", "undeclared", "jinja", "rules", "fail_on"),
)
_JINJA_FLAGS = ("trim_blocks", "lstrip_blocks", "keep_trailing_newline")
_JINJA_DELIMITERS = (
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
)
_VARIABLE_KEYS = ("min_length", "max_length", "length", "alphabet", "values", "optional")
_LIST_KEYS = ("max_items", "min_items", "item", "fields")


@dataclass(frozen=True)
class Globs:
    """Gitignore-style patterns, relative to the folder of the configuration; braces are alternatives."""

    patterns: tuple[str, ...]

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(p for pattern in self.patterns for p in _expanded(pattern))

    def match(self, path: str) -> bool:
        """Whether `path` (forward slashes, relative to the configuration's folder) is meant."""
        return bool(self.patterns) and self._spec.match_file(path)


@lru_cache(maxsize=256)
def _expanded(pattern: str) -> tuple[str, ...]:
    if "{" not in pattern:
        return (pattern,)
    from bracex import expand

    return tuple(expand(pattern, keep_escapes=True, limit=GLOBS_MAX))


class Override(NamedTuple):
    """The facts of the templates that `files` match."""

    files: Globs
    facts: Layer


DEFAULT_UNDECLARED = Variable(Domain(0, 20, ALPHABETS["gsm7"]), optional=True, declared=False)


@dataclass(frozen=True)
class Config:
    """A configuration as it was read; the defaults where it says nothing.

    `path` is the file, None without one; `settings` are the values outside `defaults` and `templates`, with the place
    that set each.
    """

    path: str | None = None
    extends: tuple[str, ...] = ("core",)
    include: Globs = Globs(INCLUDE)
    exclude: Globs = Globs(())
    defaults: Layer = field(default_factory=dict)
    templates: tuple[Override, ...] = ()
    variables: dict[str, Variable] = field(default_factory=dict)
    undeclared: Variable = DEFAULT_UNDECLARED
    jinja: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    fail_on: str = "error"
    settings: dict[str, Setting] = field(default_factory=dict)
    nodes: dict[str, Scalar] = field(default_factory=dict, repr=False, compare=False)

    def includes(self, path: str) -> bool:
        """Whether the file `path`, relative to the configuration's folder, is a template to lint."""
        return self.include.match(path) and not self.exclude.match(path)

    def layers(self, path: str) -> list[Layer]:
        """The layers of facts for the template `path`, relative to the configuration's folder."""
        return [self.defaults, *(o.facts for o in self.templates if o.files.match(path))]

    def facts(self, path: str, own: Iterable[Layer] = ()) -> Facts:
        """The facts of the template `path`; `own` are those that it states itself."""
        return facts((*self.layers(path), *own))

    def variable(self, name: str) -> Variable:
        """What is declared of the variable `name` (dotted): by its name, as a field, or by the last glob that fits."""
        if name in self.variables:
            return self.variables[name]
        base, dot, attribute = name.rpartition(".")
        if dot and base in self.variables and attribute in self.variables[base].fields:
            return self.variables[base].fields[attribute]
        for pattern in reversed(self.variables):
            if fnmatchcase(name, pattern):
                return self.variables[pattern]
        return self.undeclared


def build(reader: Reader, root: Mapping | None) -> Config:
    """The configuration that `root` states; mistakes are left in `reader`."""
    values: dict[str, Any] = {}
    settings: dict[str, Setting] = {}
    nodes: dict[str, Scalar] = {}
    for key, node in reader.entries(root, "the configuration", _KEYS):
        settings[key.text] = Setting(None, f"{reader.path}:{reader.line(key)}")
        values[key.text] = _READ[key.text](reader, node)
        if key.text == "rules" and isinstance(node, Mapping):
            nodes |= {f"rules.{name.text}": name for name, _ in node.entries}
        elif key.text == "extends":
            nodes |= {f"extends.{item.text}": item for item in reader.items(node) if isinstance(item, Scalar)}
    if root is not None and root.entries and "version" not in values:
        reader.mistake(root, "`version: 1` is missing")
    values.pop("version", None)
    config = Config(path=reader.path, **values, nodes=nodes)
    shown = {key: Setting(getattr(config, key), s.where) for key, s in settings.items() if key != "version"}
    return replace(config, settings=shown)


def _version(reader: Reader, node: Node) -> int | None:
    return reader.integer(node, "`version`", 1, 1)


def _extends(reader: Reader, node: Node) -> tuple[str, ...]:
    return reader.strings(node, "`extends`")


def _globs(reader: Reader, node: Node) -> Globs:
    from pathspec import GitIgnoreSpec

    patterns = []
    for item in reader.items(node):
        pattern = reader.string(item, "each pattern")
        try:
            GitIgnoreSpec.from_lines(_expanded(pattern))
        except Exception as error:  # each library has its own: a brace too many, a class left open
            reader.mistake(item, f"`{pattern[:60]}` is no glob: {error}")
            continue
        patterns.append(pattern)
    return Globs(tuple(patterns))


def _defaults(reader: Reader, node: Node) -> Layer:
    return layer(reader, reader.mapping(node, "`defaults`"), "`defaults`")


def _templates(reader: Reader, node: Node) -> tuple[Override, ...]:
    found = []
    for item in reader.items(node):
        mapping = reader.mapping(item, "each of `templates`")
        files = None if mapping is None else mapping.get("files")
        if mapping is not None and files is None:
            reader.mistake(item, "this entry of `templates` has no `files`")
        own = layer(reader, mapping, "`templates`", also=("files",))
        if files is not None:
            found.append(Override(_globs(reader, files), own))
    return tuple(found)


def variables_of(reader: Reader, node: Node) -> dict[str, Variable]:
    mapping = reader.mapping(node, "`variables`")
    entries = mapping.entries if mapping else ()
    return {key.text: variable(reader, value, f"`{key.text}`") for key, value in entries}


def variable(reader: Reader, node: Node, what: str) -> Variable:
    """One declaration: `{max_length: 20, alphabet: latin}`, `{values: […]}`, `{max_items: 3, item: {…}}`."""
    given = dict(_checked(reader, node, what))
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


def _checked(reader: Reader, node: Node, what: str) -> Iterable[tuple[str, Node]]:
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
    for key in given.keys() - {*_LIST_KEYS, "optional"}:
        reader.mistake(given[key], f"`{key}` is not for a list: put it under `item` of {what}")
    fields = {}
    if "fields" in given:
        fields = variables_of(reader, given["fields"])
    item = variable(reader, given["item"], f"`item` of {what}") if "item" in given else DEFAULT_UNDECLARED
    if "max_items" not in given and "min_items" not in given and "item" not in given:
        return Variable(UNKNOWN, optional, fields=fields)
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
        if text.isascii() and text.removeprefix("-").isdigit() and str(int(text[:20])) == text:
            return int(text)
    return text


def _undeclared(reader: Reader, node: Node) -> Variable:
    return replace(variable(reader, node, "`undeclared`"), optional=True, declared=False)


def _jinja(reader: Reader, node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in reader.entries(node, "`jinja`", (*_JINJA_FLAGS, *_JINJA_DELIMITERS)):
        if key.text in _JINJA_FLAGS:
            found[key.text] = bool(reader.boolean(value, f"`{key.text}`"))
        else:
            found[key.text] = reader.string(value, f"`{key.text}`")
            if not found[key.text]:
                reader.mistake(value, f"`{key.text}` is empty")
                del found[key.text]
    starts = [found.get(k, d) for k, d in zip(_JINJA_DELIMITERS[:6:2], ("{%", "{{", "{#"), strict=True)]
    if len(set(starts)) < len(starts):
        reader.mistake(node, "the block, variable and comment delimiters must differ")
        return {}
    return found


def _rules(reader: Reader, node: Node) -> dict[str, str]:
    mapping = reader.mapping(node, "`rules`")
    found = {}
    for key, value in mapping.entries if mapping else ():
        severity = reader.choice(value, f"the severity of `{key.text}`", SEVERITIES)
        if severity is not None:
            found[key.text] = severity
    return found


def _fail_on(reader: Reader, node: Node) -> str:
    return reader.choice(node, "`fail_on`", FAIL_ON) or "error"


_READ: dict[str, Callable[[Reader, Node], Any]] = {
    "version": _version,
    "extends": _extends,
    "include": _globs,
    "exclude": _globs,
    "defaults": _defaults,
    "templates": _templates,
    "variables": variables_of,
    "undeclared": _undeclared,
    "jinja": _jinja,
    "rules": _rules,
    "fail_on": _fail_on,
}


def check_rule_ids(reader: Reader, config: Config, known: tuple[str, ...]) -> None:
    """Notes each rule of `config.rules` that no pack defines."""
    for name in config.rules:
        if name not in known:
            reader.mistake(config.nodes[f"rules.{name}"], f"unknown rule `{name}`{did_you_mean(name, known)}")
