"""The configuration `.smslint.yaml`: YAML to typed values, every mistake reported at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from smslint.declarations import DEFAULT_UNDECLARED, filters_of, variable, variables_of
from smslint.facts import Facts, Layer, Setting, facts, layer
from smslint.schema import Reader, did_you_mean
from smslint.variables import Variable
from smslint.yamltree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from smslint.languages import SameMessage, Translated

FILE_NAME = ".smslint.yaml"
INCLUDE = (
    "**/*.sms",
    "**/*.sms.{j2,jinja,jinja2,txt}",
    "**/*_sms.{j2,jinja,jinja2,txt}",
    "**/sms/**/*.{j2,jinja,jinja2,txt}",
)
SEVERITIES = ("error", "warning", "info", "off")
FAIL_ON = ("error", "warning", "info", "never")
FACTS_KEPT_MAX = 1_000
GLOBS_MAX = 1_000  # patterns that the braces of one may expand to

KEYS = (
    *("version", "extends", "include", "exclude", "defaults", "templates"),
    *("same_message", "variables", "undeclared", "filters", "jinja", "rules", "fail_on", "require_reason"),
)
JINJA_FLAGS = ("trim_blocks", "lstrip_blocks", "keep_trailing_newline")
JINJA_DELIMITERS = (
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
)


class Globs:
    """Gitignore-style patterns, relative to the folder of the configuration; braces are alternatives."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns

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


_INCLUDED, _EXCLUDED = Globs(INCLUDE), Globs(())


@dataclass(frozen=True)
class Config:
    """A configuration as it was read; the defaults where it says nothing.

    `path` is the file, None without one; `settings` are the values outside `defaults` and `templates`, with the place
    that set each.
    """

    path: str | None = None
    extends: tuple[str, ...] = ("core",)
    include: Globs = _INCLUDED
    exclude: Globs = _EXCLUDED
    defaults: Layer = field(default_factory=dict)
    templates: tuple[Override, ...] = ()
    same_message: tuple[SameMessage, ...] = ()
    variables: dict[str, Variable] = field(default_factory=dict)
    undeclared: Variable = DEFAULT_UNDECLARED
    filters: dict[str, Variable] = field(default_factory=dict)
    jinja: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    fail_on: str = "error"
    require_reason: bool = False
    settings: dict[str, Setting] = field(default_factory=dict)
    nodes: dict[str, Scalar] = field(default_factory=dict, repr=False, compare=False)
    # What many templates share is made once, and known again by its identity.
    _facts: dict[tuple[int, ...], tuple[list[Layer], Facts]] = field(default_factory=dict, repr=False, compare=False)
    _each: dict[int, tuple[Facts, tuple[Facts, ...]]] = field(default_factory=dict, repr=False, compare=False)
    _languages: dict[tuple[str, str], Layer] = field(default_factory=dict, repr=False, compare=False)

    def includes(self, path: str) -> bool:
        """Whether the file `path`, relative to the configuration's folder, is a template to lint."""
        return self.include.match(path) and not self.exclude.match(path)

    def layers(self, path: str) -> list[Layer]:
        """The layers of facts for the template `path`, relative to the configuration's folder."""
        spoken = self._spoken(path) if self.same_message else ()
        return [self.defaults, *spoken, *(o.facts for o in self.templates if o.files.match(path))]

    def translated(self, path: str) -> Translated | None:
        """What the first of `same_message` that fits makes of `path`; None where the path is of no message."""
        return next(filter(None, (pattern.read(path) for pattern in self.same_message)), None)

    def _spoken(self, path: str) -> Iterator[Layer]:
        """The language that stands in the path."""
        for pattern in self.same_message:
            if found := pattern.read(path):
                layer: Layer = {"language": Setting(found.language, pattern.where)}
                yield self._languages.setdefault((found.language, pattern.where), layer)
                return

    def facts(self, path: str, own: Iterable[Layer] = ()) -> Facts:
        """The facts of the template `path`; `own` are those that it states itself."""
        layers = [*self.layers(path), *filter(None, own)]
        key = tuple(map(id, layers))
        if key not in self._facts:
            if len(self._facts) >= FACTS_KEPT_MAX:
                self._facts.clear()
            self._facts[key] = (layers, facts(layers))
        return self._facts[key][1]

    def each(self, of: Facts) -> tuple[Facts, ...]:
        """The facts as each of the gateways sends the template; of the same facts the same."""
        if id(of) not in self._each:
            if len(self._each) >= FACTS_KEPT_MAX:
                self._each.clear()
            self._each[id(of)] = (of, tuple(of.each()))
        return self._each[id(of)][1]

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
    for key, node in reader.entries(root, "the configuration", KEYS):
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


def _same_message(reader: Reader, node: Node) -> tuple[SameMessage, ...]:
    from smslint.languages import SameMessage, wrong

    found = []
    for item in reader.items(node):
        pattern = reader.string(item, "each pattern")
        problem = wrong(pattern)
        if problem is None:
            found.append(SameMessage(pattern, f"{reader.path}:{reader.line(item)}"))
        elif pattern:
            reader.mistake(item, f"`{pattern[:60]}`: {problem}")
    return tuple(found)


def _undeclared(reader: Reader, node: Node) -> Variable:
    return variable(reader, node, "`undeclared`")._replace(optional=True, declared=False)


def _jinja(reader: Reader, node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in reader.entries(node, "`jinja`", (*JINJA_FLAGS, *JINJA_DELIMITERS)):
        if key.text in JINJA_FLAGS:
            found[key.text] = bool(reader.boolean(value, f"`{key.text}`"))
        else:
            found[key.text] = reader.string(value, f"`{key.text}`")
            if not found[key.text]:
                reader.mistake(value, f"`{key.text}` is empty")
                del found[key.text]
    starts = [found.get(k, d) for k, d in zip(JINJA_DELIMITERS[:6:2], ("{%", "{{", "{#"), strict=True)]
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


def _require_reason(reader: Reader, node: Node) -> bool:
    return bool(reader.boolean(node, "`require_reason`"))


_READ: dict[str, Callable[[Reader, Node], Any]] = {
    "version": _version,
    "extends": _extends,
    "include": _globs,
    "exclude": _globs,
    "defaults": _defaults,
    "templates": _templates,
    "same_message": _same_message,
    "variables": variables_of,
    "undeclared": _undeclared,
    "filters": filters_of,
    "jinja": _jinja,
    "rules": _rules,
    "fail_on": _fail_on,
    "require_reason": _require_reason,
}


def check_rule_ids(reader: Reader, config: Config, known: tuple[str, ...]) -> None:
    """Notes each rule of `config.rules` that no pack defines."""
    for name in config.rules:
        if name not in known:
            reader.mistake(config.nodes[f"rules.{name}"], f"unknown rule `{name}`{did_you_mean(name, known)}")
