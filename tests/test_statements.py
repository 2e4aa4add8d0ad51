"""The extent of templates with all of Jinja2's statements, of several files, against every rendering by the real
Jinja2: equal where it says that it is exact, and a bound where it does not."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from smslint.dialects.jinja import lower
from smslint.extents.extent import Extent, extent
from smslint.gsm.segments import Header
from smslint.linting.catalogues import parse
from smslint.tree.domains import Domain
from smslint.tree.lowering import Around, File
from smslint.tree.variables import Variable
from tests.brute import HEADERS, Declared, contexts, slow_count
from tests.brute_statements import PLURALS, Statements, environment
from tests.test_extent import lookup, rendered, reproduces, with_values


def compare(grammar: Statements, template: str, limits: Header) -> Extent:
    """Fails where the extent of `template` is not that of all its renderings, or no bound of them."""
    files, declared = grammar.files, grammar.declared

    def opened(name: str) -> File | str:
        return File(name, files[name]) if name in files else f"there is no `{name}`"

    catalogue = None if grammar.catalogue is None else parse(grammar.catalogue, "fr.po")
    settings = {"newstyle_gettext": True} if grammar.newstyle else {}
    lowered = lower(template, lookup(declared), settings, around=Around(opened, catalogue=catalogue))
    assert lowered.message is not None, lowered.problems
    found = extent(lowered.message, lowered.variables, limits)
    compiled = environment(files, grammar.catalogue, grammar.newstyle).from_string(template)
    renderings: dict[str, list[dict[str, Any]]] = {}
    fails = False
    for context in contexts(declared):
        text = rendered(compiled, context)
        if text is None:
            fails = True  # it is never sent, which smslint need not see
        else:
            renderings.setdefault(text, []).append(context)
    if not renderings:
        return found
    counts = {text: slow_count(text, limits) for text in renderings}
    low, high = min(c[2] for c in counts.values()), max(c[2] for c in counts.values())
    shown = f"{template!r} {files!r} {declared!r} {limits}: {low}–{high}, found {found}"
    assert found.low <= low, shown
    assert found.high is None or high <= found.high, shown
    assert set(found.encodings) >= {count[0] for count in counts.values()}, shown
    if fails or not found.exact:
        return found
    assert (found.low, found.high) == (low, high), shown
    for witness, segments in ((found.best, low), (found.worst, high)):
        assert witness is not None, shown
        assert witness.count.segments == segments, shown
        assert slow_count(witness.text, limits)[2] == segments, shown
        assert any(reproduces(compiled, witness, one) for one in with_values(witness, declared)), shown
    return found


def draw(random: Random, combinations_max: int = 300) -> tuple[Statements, str, Header]:
    grammar = Statements(random, combinations_max)
    template = grammar.template()
    return grammar, template, HEADERS[random.randrange(len(HEADERS))]


@pytest.mark.parametrize("first", range(0, 2000, 100))
def test_random_templates(first: int) -> None:
    """The first templates with many combinations of values, which take the most time; most with few."""
    for seed in range(first, first + 100):
        compare(*draw(Random(seed), 300 if first < 400 else 24))


ENTRIES = [
    'msgid "Paid"\nmsgstr "Payée, merci"\n',
    'msgid "Sent"\nmsgstr "Expédiée ê"\n',
    'msgctxt "c"\nmsgid "Paid"\nmsgstr "P"\n',
    'msgid "Hi %(name)s"\nmsgstr "Salut %(name)s !"\n',
]
CHOSEN = {
    "key": Declared(Variable(Domain(values=("Paid", "Sent", "Lost"))), ("Paid", "Sent", "Lost")),
    "end": Declared(Variable(Domain(values=("aid", "x"))), ("aid", "x")),
    "greeting": Declared(Variable(Domain(values=("Hi %(name)s", "Yo"))), ("Hi %(name)s", "Yo")),
    "title": Declared(Variable(Domain(values=("Paid", ""))), ("Paid", "")),
}


@pytest.mark.parametrize("newstyle", [False, True])
@pytest.mark.parametrize(
    ("template", "names", "exact"),
    [
        ("{{ _(key) }}{{ key }}", ["key"], True),
        ("{{ _(key)|upper }}{% if key == 'Paid' %}aaaaaa{% endif %}", ["key"], True),
        ("{{ _('Paid' if key == 'Sent' else 'Sent') }}{{ gettext('P' ~ end) }}", ["key", "end"], True),
        ("{% for k in [key, 'Paid'] %}{{ _(k) }},{% endfor %}{{ pgettext('c', key) }}", ["key"], True),
        ("{% macro t(k) %}{{ _(k) }}{% endmacro %}{{ t(key) }}{{ t('Paid') }}", ["key"], True),
        ("{{ _('') }}{{ _(title) }}", ["title"], False),  # the head of the catalogue
    ],
)
def test_translations_of_one_of_several_texts(template: str, names: list[str], exact: bool, newstyle: bool) -> None:
    declared = {name: CHOSEN[name] for name in names}
    entries = list(ENTRIES)
    grammar = Statements(Random(0), declared=declared, plurals=PLURALS[1], entries=entries, newstyle=newstyle)
    assert compare(grammar, template, HEADERS[0]).exact == exact


@pytest.mark.parametrize("newstyle", [False, True])
def test_what_fills_one_of_several_translations(newstyle: bool) -> None:
    template = "{{ _(greeting, name=key) }}" if newstyle else "{{ _(greeting) % {'name': key} }}"
    declared = {name: CHOSEN[name] for name in ("greeting", "key")}
    grammar = Statements(Random(0), declared=declared, plurals=PLURALS[1], entries=list(ENTRIES), newstyle=newstyle)
    assert compare(grammar, template, HEADERS[0]).exact
