"""Random templates of several files, with macros, call blocks, blocks, loops that break, and translations: what
`tests.brute` draws, and all statements of Jinja2 around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

import polib
from jinja2 import DictLoader, Environment

from tests.brute import Grammar

ENVIRONMENTS = {
    newstyle: Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"])
    for newstyle in (False, True)
}
PLURALS = (
    ("nplurals=2; plural=(n != 1);", 2),
    ("nplurals=2; plural=(n > 1);", 2),
    ("nplurals=1; plural=0;", 1),
    ("nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);", 3),
)


def environment(files: dict[str, str], catalogue: str | None = None, newstyle: bool = False) -> Environment:
    """The real Jinja2, with these files, and the translations of a .po file, until it is asked for others: to make one
    takes longer than to render with it."""
    found = ENVIRONMENTS[newstyle]
    found.loader = DictLoader(files)
    translations = NullTranslations()
    if catalogue is not None:
        translations = GNUTranslations(BytesIO(polib.pofile(catalogue).to_binary()))
    found.install_gettext_translations(translations, newstyle=newstyle)  # type: ignore[attr-defined]
    return found


@dataclass
class Macro:
    """A macro that a template can call: its name with the import's, and its parameters."""

    name: str
    parameters: tuple[str, ...]
    calls: bool


@dataclass
class Statements(Grammar):
    """Draws one template, the files that it brings in, and the declarations of its variables."""

    files: dict[str, str] = field(default_factory=dict)
    macros: list[Macro] = field(default_factory=list)
    namespace: bool = False
    listed: bool = False  # there is a list `l` that statements append to
    buffered: bool = False
    newstyle: bool = False
    plurals: tuple[str, int] | None = None
    entries: list[str] = field(default_factory=list)
    depth: int = 0

    @property
    def catalogue(self) -> str | None:
        """The .po file that the template is translated with."""
        if self.plurals is None:
            return None
        header = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: {self.plurals[0]}\\n"\n'
        return "\n".join((header, *dict.fromkeys(self.entries)))

    def template(self) -> str:
        self.newstyle = self.random.random() < 0.5
        self.plurals = None if self.random.random() < 0.5 else self._choice(PLURALS)
        body = super().template()
        # What the template calls or extends is drawn in front of it, as is a child's parent.
        kind = self.random.random()
        if kind < 0.25:
            return self._child(body)
        if kind < 0.4:
            return "{% block whole %}" + body + "{% endblock %}" + ("{{ self.whole() }}" if kind < 0.3 else "")
        return body

    def body(self, depth: int) -> str:
        """A body; at the top, with what it may call before it."""
        if self.depth:
            return super().body(depth)
        self.depth = 1
        before = ""
        if self.random.random() < 0.3:
            before += "{% set ns = namespace(v=" + self.literal() + ") %}"
            self.namespace = True
        if self.random.random() < 0.2:
            before += "{% set l = [" + self._one(("", self.literal(), "1, '€'")) + "] %}"
            self.listed = True
        if self.random.random() < 0.5:
            before += self._macro()
        if self.random.random() < 0.3:
            before += self._import()
        found = before + super().body(depth)
        self.depth = 0
        return found

    def node(self, depth: int) -> str:
        if depth == 0 or not self.scope or self.random.random() < 0.55:
            return super().node(depth)
        kind = self.random.random()
        if self.namespace and kind < 0.15:
            return self._one(("{{ ns.v }}", "{% set ns.v = " + self.expression(1) + " %}"))
        if self.listed and kind < 0.2:
            return self._of_list(depth)
        if self.in_loop and kind < 0.3:
            return "{% if " + self.condition(1) + " %}" + self._one(("{% break %}", "{% continue %}")) + "{% endif %}"
        if self.macros and kind < 0.5:
            return self._call(depth)
        if kind < 0.57:
            return self._trans()
        if kind < 0.64:
            return self._with(depth)
        if kind < 0.7:
            return self._block_set(depth)
        if kind < 0.75 and self.cased:
            name = self._one(("upper", "lower"))
            return "{% filter " + name + " %}" + self._apart(depth, buffered=True) + "{% endfilter %}"
        if kind < 0.8:
            return self._literal_loop(depth)
        if kind < 0.9:
            return self._include(depth)
        if kind < 0.95 and "items" in self.declared and not self.in_loop:
            return self._filtered_loop(depth)
        return super().node(depth)

    def _of_list(self, depth: int) -> str:
        """Something appended to the list, or read of it."""
        kind, item = self.random.random(), self.expression(1)
        if kind < 0.2:
            return "{% do l.append(" + item + ") %}"
        if kind < 0.3:
            return self._one(("{% set _ = l.append(" + item + ") %}", "{{ l.append(" + item + ") or '' }}"))
        if kind < 0.5:
            return "{% if " + self.condition(1) + " %}{% do l.append(" + item + ") %}{% endif %}"
        if kind < 0.6 and not self.in_loop:
            return self._through_list(depth)
        return self._one(
            (
                "{{ l|join('-') }}",
                "{{ l|length }}",
                "{% if l %}" + self.literal() + "{% endif %}",
                "{% if l|length > 1 %}{{ l[1] }}{% endif %}",
                "{{ l|last }}{{ l|map('string')|join }}",
                "{% set s = l|join %}{{ s }}",
                "{% if l %}{{ l|first }}{% else %}" + self.literal() + "{% endif %}",
                "{% set l = [" + item + "] %}",
                "{% set k = l %}{{ k|length }}",
            )
        )

    def _through_list(self, depth: int) -> str:
        """A loop over the list, to which nothing in it appends: it would have no end."""
        macros, self.macros, self.listed = self.macros, [], False
        found = "{% for y in l %}" + self._apart(depth, "y") + "{% endfor %}"
        self.macros, self.listed = macros, True
        return found

    def _one(self, options: tuple[str, ...]) -> str:
        return str(self._choice(options))

    def _apart(self, depth: int, *more: str, buffered: bool = False) -> str:
        """A body in a scope of its own; `buffered`: in a frame of Jinja2's where an include without context fails."""
        outer = list(self.scope), self.buffered
        self.scope += more
        self.buffered |= buffered
        found = self.body(depth - 1)
        self.scope, self.buffered = outer
        return found

    def _with(self, depth: int) -> str:
        value = self.expression(1)
        return "{% with w = " + value + " %}" + self._apart(depth, "w") + "{% endwith %}"

    def _block_set(self, depth: int) -> str:
        found = "{% set s %}" + self._apart(depth, buffered=True) + "{% endset %}"
        self.scope.append("s")
        return found

    def _literal_loop(self, depth: int) -> str:
        outer, self.in_loop = self.in_loop, True
        items = ", ".join(self.literal() for _ in range(self._number(1, 3)))
        test = self._one(("", "", f" if x != {self.literal()}", f" if {self._choice(self.scope)}"))
        found = "{% for x in [" + items + "]" + test + " %}" + self._apart(depth, "x")
        self.in_loop = outer
        if self.random.random() < 0.3:
            found += "{% else %}" + self._apart(1)
        return found + "{% endfor %}"

    def _filtered_loop(self, depth: int) -> str:
        outer, self.in_loop = list(self.scope), True
        self.scope.append("item")
        equal = f"item == {self._one(('1', repr('fr'), repr('Ay')))}"
        name = str(self._choice(self.scope))
        test = self._one(("item", "not item", equal, name, f"item and {name}"))
        found = "{% for item in items if " + test + " %}" + str(self.body(depth - 1))
        self.scope, self.in_loop = outer, False
        if self.random.random() < 0.4:
            found += "{% else %}" + self._apart(1)
        return found + "{% endfor %}"

    # -- translations ----------------------------------------------------------------------------------------------

    def _trans(self) -> str:
        """A translation of a text that no other has."""
        text = f"{self._line()}#{len(self.entries)}{self._one(('', '%'))}"
        if self.random.random() < 0.4:
            self._entry(text.replace("%", "%%") if self.newstyle else text)
            return "{% trans %}" + text + "{% endtrans %}"
        counted = "n" in self.scope and all(isinstance(value, int) for value in self.declared["n"].values)
        if counted and self.random.random() < 0.6:
            self._entry(text.replace("%", "%%"), "n", plural=True)
            body = text + "{{ n }}{% pluralize n %}" + text + "s{{ n }}"
            return "{% trans n=n %}" + body + "{% endtrans %}"
        name = str(self._choice([*self.scope, "v"]))
        self._entry(text.replace("%", "%%"), name)
        given = " v=(" + self.expression(1) + ")" if name == "v" else ""
        return "{% trans" + given + " %}" + text + "{{ " + name + " }}{% endtrans %}"

    def _line(self) -> str:
        return self._text().replace("\n", " ")

    def _entry(self, text: str, name: str = "", plural: bool = False) -> None:
        if self.plurals is None or self.random.random() < 0.2:
            self.entries.append(f'msgid "unused {len(self.entries)}"\nmsgstr "x"\n')
            return
        placeholder = f"%({name})s" if name else ""
        forms = [self._line() + self._one(("", placeholder)) for _ in range(self.plurals[1])]
        if plural:
            lines = "".join(f'msgstr[{n}] "{form}."\n' for n, form in enumerate(forms))
            self.entries.append(f'msgid "{text}{placeholder}"\nmsgid_plural "{text}s{placeholder}"\n{lines}')
        else:
            self.entries.append(f'msgid "{text}{placeholder}"\nmsgstr "{forms[0]}."\n')

    # -- macros ----------------------------------------------------------------------------------------------------

    def _macro(self, name: str = "m") -> str:
        """The definition of a macro; it sees its parameters, and the variables of the message."""
        outer, macros, looped = self.scope, self.macros, self.in_loop
        alone = name != "m"
        parameters = ("p", "q")[: self._number(0, 2)]
        self.scope = list(parameters) + ([] if alone else [s for s in outer if s in self.declared])
        namespace, self.namespace = self.namespace, self.namespace and not alone
        listed, self.listed = self.listed, self.listed and not alone and self.random.random() < 0.2
        items = self.declared.pop("items", None) if alone else None
        self.macros, self.in_loop = [], False
        calls = self.random.random() < 0.3
        body = self._apart(2, buffered=True) if self.scope else self._text()
        if calls:
            body += self._one(("{{ caller() }}", "{% if caller %}{{ caller() }}{% endif %}", "[{{ caller() }}]"))
        defaults = ["p"] if len(parameters) == 1 else list(parameters)
        if parameters and self.random.random() < 0.5:
            last = parameters[-1]
            given = parameters[0] if len(parameters) > 1 and self.random.random() < 0.5 else self.literal()
            defaults[-1] = f"{last}={given}"
        self.scope, self.macros, self.in_loop, self.namespace = outer, macros, looped, namespace
        self.listed = listed
        if items is not None:
            self.declared["items"] = items
        self.macros = [*macros, Macro(name, parameters, calls)]
        return "{% macro " + name.rpartition(".")[2] + "(" + ", ".join(defaults) + ") %}" + body + "{% endmacro %}"

    def _import(self) -> str:
        name = self._one(("lib.f", "f"))
        self.files["lib"] = "{% set own = 'é' %}" + self._macro(name)
        if name == "f":
            return "{% from 'lib' import f %}"
        return "{% import 'lib' as lib %}"

    def _call(self, depth: int) -> str:
        macro = self._choice(self.macros)
        given = [self.expression(1) for _ in macro.parameters]
        if given and self.random.random() < 0.2:
            given.pop()
        if given and self.random.random() < 0.2:
            given[-1] = f"{macro.parameters[len(given) - 1]}={given[-1]}"
        call = f"{macro.name}({', '.join(given)})"
        if macro.calls:
            looped, self.in_loop = self.in_loop, False  # a call block is a function, which no `break` leaves
            body = self._apart(depth, buffered=True)
            self.in_loop = looped
            return "{% call " + call + " %}" + body + "{% endcall %}"
        return self._one(("{{ " + call + " }}", "{{ " + call + " }}", "{% set s = " + call + " %}{{ s }}"))

    # -- files -----------------------------------------------------------------------------------------------------

    def _include(self, depth: int) -> str:
        kind = self.random.random()
        outer = list(self.scope), self.macros, self.in_loop, self.namespace, self.listed
        self.macros, self.in_loop = [], False
        self.listed = self.listed and self.random.random() < 0.2
        if kind < 0.2 and not self.buffered:
            self.scope, self.namespace, self.listed = [], False, False
        body = self.body(depth - 1) if self.scope else self._text()
        self.scope, self.macros, self.in_loop, self.namespace, self.listed = outer
        name = f"part{len(self.files)}"
        self.files[name] = body
        if kind < 0.2 and not self.buffered:
            return "{% include '" + name + "' without context %}"
        if kind < 0.35:
            other = f"other{len(self.files)}"
            self.files[other] = self._text()
            return "{% include '" + name + "' if " + self.condition(1) + " else '" + other + "' %}"
        if (
            kind < 0.5
            and "lang" in self.declared
            and "lang" in self.scope
            and not self.declared["lang"].variable.optional
        ):
            values = self.declared["lang"].values
            for value in values:
                self.files[f"{name}.{value}"] = self._text()
            return "{% include '" + name + ".' ~ lang %}"
        return self._one(
            (
                "{% include '" + name + "' %}",
                "{% include ['nothing', '" + name + "'] %}",
                "{% include '" + name + "' ignore missing %}{% include 'nothing' ignore missing %}",
            )
        )

    def _child(self, body: str) -> str:
        """A child whose block is `body`, and its parents in files."""
        self.scope = [name for name in self.declared if name != "items"]
        self.macros, self.namespace, self.listed = [], False, False
        self.files["base"] = self._text() + "{% block b %}" + self._outside() + "{% endblock %}" + self._outside()
        sets = ""
        if self.scope and self.random.random() < 0.3:
            sets = "{% set s = " + self.expression(1) + " %}"
            self.files["base"] += "{{ s }}"
        parent = "base"
        if self.random.random() < 0.3:
            parent = "middle"
            inner = self._one(("{{ super() }}", "{% block inner %}i{% endblock %}", self._outside()))
            self.files[parent] = "{% extends 'base' %} lost {% block b %}" + inner + "{% endblock %}"
        body += self._one(("", "{{ super() }}"))
        return "{% extends '" + parent + "' %}" + sets + " lost {% block b %}" + body + "{% endblock %}"

    def _outside(self) -> str:
        self.depth, outer = 1, list(self.scope)
        found = self.body(1) if self.scope else self._text()
        self.depth, self.scope = 0, outer
        return found
