"""The configuration `.smslint.yaml`: YAML to typed values, every mistake reported at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Mapping_
from fnmatch import fnmatchcase
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from smslint.configuration.declarations import DEFAULT_UNDECLARED, filters_of, variable, variables_of
from smslint.configuration.facts import KEYS as FACTS
from smslint.configuration.facts import Facts, Layer, Setting, facts, layer
from smslint.configuration.globs import Globs, globs
from smslint.packs.extending import SEVERITIES, Extended, extends
from smslint.reading.schema import Mistake, Reader, combined, nothing, signed
from smslint.reading.yamltree import Mapping, Node, Scalar
from smslint.tree.variables import Variable

if TYPE_CHECKING:
    from smslint.configuration.examples import Examples
    from smslint.configuration.languages import SameMessage, Translated

FILE_NAME = ".smslint.yaml"
INCLUDE = (
    "**/*.sms",
    "**/*.sms.{j2,jinja,jinja2,txt}",
    "**/*_sms.{j2,jinja,jinja2,txt}",
    "**/sms/**/*.{j2,jinja,jinja2,txt}",
)
FAIL_ON = ("error", "warning", "info", "never")
FACTS_KEPT_MAX = 1_000
EXTENDS = ("core",)
LISTS: dict[str, tuple[str, ...]] = {"extends": EXTENDS, "include": INCLUDE, "exclude": ()}  # take `key+` and `key-`

KEYS = (
    *("version", "extends", "include", "exclude", "defaults", "templates"),
    *("search_path", "catalogues", "same_message", "variables", "undeclared", "filters", "examples"),
    *("jinja", "rules", "fail_on", "require_reason"),
)
JINJA_FLAGS = (
    "trim_blocks",
    "lstrip_blocks",
    "keep_trailing_newline",
    "autoescape",
    "newstyle_gettext",
    "trimmed_translations",
)
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


class Override(NamedTuple):
    """The facts, and the severities of rules, of the templates that `files` match."""

    files: Globs
    facts: Layer
    rules: dict[str, Setting]


_INCLUDED, _EXCLUDED = Globs(INCLUDE), Globs(())
_EMPTY: Any = MappingProxyType({})


class Stated(NamedTuple):
    """What a configuration states; the defaults where it says nothing.

    `path` is the file, None without one; `settings` are the values outside `defaults` and `templates`, with the place
    that set each. What ends in `_names` stands where it was read, for what is to be said of it.
    """

    path: str | None = None
    extends: tuple[str, ...] = EXTENDS
    include: Globs = _INCLUDED
    exclude: Globs = _EXCLUDED
    defaults: Layer = _EMPTY
    templates: tuple[Override, ...] = ()
    same_message: tuple[SameMessage, ...] = ()
    search_path: tuple[str, ...] = ()
    catalogues: Mapping_[str, str] = _EMPTY  # by language; `` for a pattern with {language}
    variables: Mapping_[str, Variable] = _EMPTY
    undeclared: Variable = DEFAULT_UNDECLARED
    filters: Mapping_[str, Variable] = _EMPTY
    examples: tuple[Examples, ...] = ()
    jinja: Mapping_[str, Any] = _EMPTY
    rules: Mapping_[str, Setting] = _EMPTY
    fail_on: str = "error"
    require_reason: bool = False
    settings: Mapping_[str, Setting] = _EMPTY
    extended: Mapping_[str, Extended] = _EMPTY
    rule_names: tuple[Scalar, ...] = ()
    country_names: tuple[Scalar, ...] = ()
    catalogue_names: Mapping_[str, Node] = _EMPTY
    glob_names: tuple[Scalar, ...] = ()
    folder_names: tuple[Scalar, ...] = ()
    gateway_names: tuple[Mistake, ...] = ()


class Config(Stated):
    """A configuration as it was read, and what follows from it for a template."""

    # What many templates share is made once, and known again by its identity.

    @cached_property
    def _facts(self) -> dict[tuple[int, ...], tuple[list[Layer], Facts]]:
        return {}

    @cached_property
    def _each(self) -> dict[int, tuple[Facts, tuple[Facts, ...]]]:
        return {}

    @cached_property
    def _languages(self) -> dict[tuple[str, str], Layer]:
        return {}

    def includes(self, path: str) -> bool:
        """Whether the file `path`, relative to the configuration's folder, is a template to lint."""
        return self.include.match(path) and not self.exclude.match(path)

    def severities(self, path: str) -> Mapping_[str, Setting]:
        """The severity of each rule that the configuration sets for the template `path`."""
        if not any(override.rules for override in self.templates):
            return self.rules
        found = dict(self.rules)
        for override in self.templates:
            if override.rules and override.files.match(path):
                found.update(override.rules)
        return found

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

    def catalogues_for(self, language: str) -> Iterator[str]:
        """Where the catalogue of `language` (`pt-br`) may be, best first, from the configuration's folder."""
        base, _, region = language.partition("-")
        yield from (self.catalogues[code] for code in (language, base) if code in self.catalogues)
        if "" in self.catalogues:
            spelled = (language, f"{base}_{region.upper()}", f"{base}-{region.upper()}", f"{base}_{region}", base)
            yield from (self.catalogues[""].replace("{language}", code) for code in dict.fromkeys(spelled))

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

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the declared variables, dotted ones and fields among them; no globs."""
        plain = [(name, found) for name, found in self.variables.items() if not set("*?[") & set(name)]
        return tuple(one for name, found in plain for one in _named(name, found))

    def gateway_place(self, name: str, line: int) -> Mistake | None:
        """Where the gateway `name` stands that the fact on `line` names."""
        return next((one for one in self.gateway_names if one.message == name and one.line >= line), None)

    def variable(self, name: str) -> Variable:
        """What is declared of the variable `name` (dotted): by its name, as a field, or by the last glob that fits."""
        return self._declared(name) or self.undeclared

    def _declared(self, name: str) -> Variable | None:
        if name in self.variables:
            return self.variables[name]
        base, dot, attribute = name.rpartition(".")
        outer = self._declared(base) if dot else None
        field = outer.field(attribute) if outer is not None else None
        globs = (one for one in reversed(tuple(self.variables)) if fnmatchcase(name, one))
        return field or next((self.variables[one] for one in globs), None)


def _named(name: str, variable: Variable) -> Iterator[str]:
    """The name of a variable, and those of its fields, of theirs, and so on."""
    yield name
    for inner, one in variable.fields.items():
        yield from _named(f"{name}.{inner}", one)


def build(reader: Reader, root: Mapping | None) -> Config:
    """The configuration that `root` states; mistakes are left in `reader`."""
    from smslint.configuration.names import names

    given: dict[str, Any] = {}
    settings: dict[str, Setting] = {}
    extended: dict[str, Extended] = {}
    stray = dict.fromkeys(FACTS, "a fact of templates: write it under `defaults`")
    stray |= {"overrides": "called `templates`", "files": "called `include`", "ignore": "called `exclude`"}
    for key, node in reader.entries(root, "the configuration", KEYS, tuple(LISTS), stray):
        name = signed(key.text)[0]
        settings[name] = Setting(None, f"{reader.path}:{reader.line(key)}")
        if name in ("variables", "filters") and isinstance(node, Mapping):
            lines = {one.text: reader.line(one) for one, _ in node.entries}
            settings |= {f"{name}.{one}": Setting(None, f"{reader.path}:{line}") for one, line in lines.items()}
        if name == "extends":
            found = extends(reader, node)
            given[key.text] = tuple(found)
            extended |= found
        else:
            given[key.text] = _READ[name](reader, node)
    if root is not None and root.entries and "version" not in given and not _meant(root, "version", KEYS):
        reader.mistake(root, "`version: 1` is missing")
    values = {key: value for key, value in given.items() if key in KEYS and key not in ("version", *LISTS)}
    for name, default in LISTS.items():
        if name in settings:
            changed = combined(default, given, name)
            values[name] = changed if name == "extends" else Globs(changed)
    config = Config(path=reader.path, **values, extended=extended, **names(reader, root))
    shown = {key: Setting(getattr(config, key, None), s.where) for key, s in settings.items() if key != "version"}
    return config._replace(settings=shown)


def _version(reader: Reader, node: Node) -> int | None:
    return reader.integer(node, "`version`", 1, 1)


def _defaults(reader: Reader, node: Node) -> Layer:
    return layer(reader, reader.mapping(node, "`defaults`"), "`defaults`")


def _templates(reader: Reader, node: Node) -> tuple[Override, ...]:
    found = []
    for item in reader.items(node):
        mapping = reader.mapping(item, "each of `templates`")
        files = None if mapping is None else mapping.get("files")
        if mapping is not None and files is None and not _meant(mapping, "files", ("files", "rules", *FACTS)):
            reader.mistake(item, "this entry of `templates` has no `files`")
        own = layer(reader, mapping, "`templates`", also=("files", "rules"))
        rules = None if mapping is None else mapping.get("rules")
        severities = {} if rules is None else _rules(reader, rules)
        if files is not None:
            found.append(Override(Globs(globs(reader, files)), own, severities))
    return tuple(found)


def _meant(mapping: Mapping, key: str, known: tuple[str, ...]) -> bool:
    """Whether one of the keys of `mapping` is `key`, misspelt, which is a mistake of its own."""
    from difflib import get_close_matches

    unknown = [one.text for one, _ in mapping.entries if one.text not in known]
    return any(get_close_matches(one, known, n=1) == [key] for one in unknown)


def _same_message(reader: Reader, node: Node) -> tuple[SameMessage, ...]:
    from smslint.configuration.languages import SameMessage, wrong

    found = []
    for item in reader.items(node):
        pattern = reader.string(item, "each pattern")
        problem = wrong(pattern)
        if problem is None:
            found.append(SameMessage(pattern, f"{reader.path}:{reader.line(item)}"))
        elif isinstance(item, Scalar) and not nothing(item):
            reader.mistake(item, f"`{pattern[:60]}`: {problem}")
    return tuple(found)


def _search_path(reader: Reader, node: Node) -> tuple[str, ...]:
    return reader.strings(node, "`search_path`")


def _catalogues(reader: Reader, node: Node) -> dict[str, str]:
    """Paths of catalogues by language; under "" one with `{language}` for all others."""
    from smslint.configuration.languages import is_language, normal

    if not isinstance(node, Mapping):
        pattern = reader.string(node, "`catalogues`")
        if "{language}" not in pattern:
            reader.mistake(node, "`catalogues` must be a path with {language}, or a path for each language")
        return {"": pattern}
    found = {}
    for key, value in node.entries:
        if not is_language(key.text):
            reader.mistake(key, f"`{key.text}` is no language code (fr, en, pt-br)")
        found[normal(key.text)] = reader.string(value, f"the catalogue of `{key.text}`")
    return found


def _undeclared(reader: Reader, node: Node) -> Variable:
    return variable(reader, node, "`undeclared`")._replace(optional=True, declared=False)


def _examples(reader: Reader, node: Node) -> tuple[Examples, ...]:
    from smslint.configuration.examples import examples

    return examples(reader, node)


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


def _rules(reader: Reader, node: Node) -> dict[str, Setting]:
    mapping = reader.mapping(node, "`rules`")
    found = {}
    for key, value in mapping.entries if mapping else ():
        severity = reader.choice(value, f"the severity of `{key.text}`", SEVERITIES)
        if severity is not None:
            found[key.text] = Setting(severity, f"{reader.path}:{reader.line(key)}")
    return found


def _fail_on(reader: Reader, node: Node) -> str:
    return reader.choice(node, "`fail_on`", FAIL_ON) or "error"


def _require_reason(reader: Reader, node: Node) -> bool:
    return bool(reader.boolean(node, "`require_reason`"))


_READ: dict[str, Callable[[Reader, Node], Any]] = {
    "version": _version,
    "include": globs,
    "exclude": globs,
    "defaults": _defaults,
    "templates": _templates,
    "same_message": _same_message,
    "search_path": _search_path,
    "catalogues": _catalogues,
    "variables": variables_of,
    "undeclared": _undeclared,
    "filters": filters_of,
    "examples": _examples,
    "jinja": _jinja,
    "rules": _rules,
    "fail_on": _fail_on,
    "require_reason": _require_reason,
}


def with_ids(config: Config, renamed: Mapping_[str, str]) -> Config:
    """`config` with the rules that it names by an old id under their new one."""
    if not any(name.text in renamed for name in config.rule_names):
        return config

    def new(rules: Mapping_[str, Setting]) -> dict[str, Setting]:
        return {renamed.get(name, name): setting for name, setting in rules.items()}

    templates = tuple(override._replace(rules=new(override.rules)) for override in config.templates)
    return config._replace(rules=new(config.rules), templates=templates)
