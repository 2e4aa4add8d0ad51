"""Templates of several files on disk: where they are looked for, what a finding in one of them says, and catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from smslint import lint
from smslint.linting.findings import Report
from smslint.reading.schema import MistakesFound

CONFIGURATION = "version: 1\ndefaults: {category: informational}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    (top / ".git").mkdir(parents=True)
    (top / ".smslint.yaml").write_text(CONFIGURATION, encoding="utf-8")
    return top


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(f"{path.name}.sms")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def linted(folder: Path, text: str, path: str = "sms/fr/a.sms") -> Report:
    return lint(text, path=folder / path)


def told(report: Report) -> list[str]:
    return [f"{f.start.line}:{f.start.column} {f.rule}: {f.message}" for f in report.findings]


def text_of(report: Report) -> str:
    extent = report.templates[0].extent
    assert extent is not None
    assert extent.worst is not None
    return extent.worst.text


def test_names_are_looked_up_from_the_folder_of_the_template_upwards(folder: Path) -> None:
    write(folder, sms__footer=" bye", sms__fr__own=" moi")
    report = linted(folder, "Hi{% include 'footer.sms' %}{% include 'own.sms' %}{% include 'sms/footer.sms' %}")
    assert told(report) == []
    assert text_of(report) == "Hi bye moi bye"


def test_a_name_that_fits_two_files_is_not_guessed(folder: Path) -> None:
    write(folder, sms__footer="a", footer="b")
    (finding,) = linted(folder, "Hi{% include 'footer.sms' %}").findings[:1]
    assert finding.rule == "template-not-found"
    assert "set `search_path`" in finding.message


def test_the_search_path_is_read_in_order(folder: Path) -> None:
    write(folder, one__x="1", two__x="2", two__y="3")
    (folder / ".smslint.yaml").write_text(CONFIGURATION + "search_path: [one, two]\n", encoding="utf-8")
    assert text_of(linted(folder, "{% include 'x.sms' %}{% include 'y.sms' %}")) == "13"
    assert told(linted(folder, "Hi{% include 'two/x.sms' ignore missing %}")) == []


@pytest.mark.parametrize("name", ["../secret.sms", "/secret.sms", "link.sms", "folder/secret.sms", "loop.sms", "a\\0b"])
def test_nothing_outside_of_the_search_path_is_read(folder: Path, name: str) -> None:
    write(folder.parent, secret="SECRET")
    (folder / "sms").mkdir()
    (folder / "sms/link.sms").symlink_to(folder.parent / "secret.sms")
    (folder / "sms/folder").symlink_to(folder.parent)
    (folder / "sms/loop.sms").symlink_to(folder / "sms/loop.sms")
    report = linted(folder, "Hi{% include '" + name + "' %}", "sms/a.sms")
    assert "template-not-found" in {finding.rule for finding in report.findings}
    assert "SECRET" not in str(report)


def test_includes_of_a_path_that_goes_up_first_are_looked_for_above_the_file_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, one__footer="1", two__footer="2", two__a="")
    monkeypatch.chdir(folder / "one")
    assert text_of(linted(Path(), "{% include 'footer.sms' %}", "../two/a.sms")) == "2"


def test_a_search_path_outside_of_the_repository_is_not_read(folder: Path) -> None:
    write(folder.parent, secret="SECRET")
    (folder / ".smslint.yaml").write_text(CONFIGURATION + "search_path: ['..']\n", encoding="utf-8")
    assert "template-not-found" in {f.rule for f in linted(folder, "Hi{% include 'secret.sms' %}").findings}


def test_a_cycle_is_a_finding_and_ends(folder: Path) -> None:
    write(folder, sms__b="b{% include 'c.sms' %}", sms__c="c{% include 'b.sms' %}", sms__d="{% extends 'd.sms' %}")
    found = told(linted(folder, "Hi {% include 'b.sms' %}", "sms/a.sms"))
    assert any("template-cycle" in one and "→" in one and one.startswith("1:7") for one in found)
    found = told(linted(folder, "{% extends 'd.sms' %}", "sms/a.sms"))
    assert any("template-cycle" in one for one in found)


def test_many_files_in_each_other_end(folder: Path) -> None:
    write(folder, **{f"sms__n{n}": "{% include 'n" + str(n + 1) + ".sms' %}" * 3 for n in range(30)})
    assert "unbounded-length" in {f.rule for f in linted(folder, "Hi{% include 'n0.sms' %}", "sms/a.sms").findings}


def test_a_finding_in_another_file_points_at_the_tag_and_names_the_file(folder: Path) -> None:
    write(folder, sms__footer="It’s", sms__lib="{% macro m(x) %}{{ x }}ŷ{% endmacro %}")
    report = linted(folder, "Hi {% include 'footer.sms' %}\n{% import 'lib.sms' as l %}{{ l.m('x') }}", "sms/a.sms")
    found = [one for one in told(report) if "forced-unicode" in one]
    assert [one.split(" ")[0] for one in found] == ["1:7", "2:31"]
    assert "footer.sms`" in found[0]
    assert "lib.sms`" in found[1]


def test_a_broken_file_is_told_at_its_tag(folder: Path) -> None:
    write(folder, sms__bad="{% if %}")
    assert [one.split(":", 2)[1].split()[0] for one in told(linted(folder, "Hi {% include 'bad.sms' %}"))] == ["7"]


def test_a_name_in_a_variable_is_each_of_its_values(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text(CONFIGURATION + "variables: {lang: {values: [fr, en]}}\n", encoding="utf-8")
    write(folder, fr="Bonjour", en="Hi")
    report = linted(folder, "{% include lang ~ '.sms' %}", "a.sms")
    assert told(report) == []
    assert text_of(report) == "Bonjour"


@pytest.mark.parametrize(
    "text",
    [
        "{% macro m(x) %}Hi {{ x }}{% endmacro %}\n{% set y = 1 %}\n",
        "ACME: {% block text %}{% endblock %}",
        "ACME: {% block text required %}{% endblock %}",
    ],
)
def test_a_library_or_a_layout_need_not_say_what_a_message_must(folder: Path, text: str) -> None:
    (folder / ".smslint.yaml").write_text("version: 1\ndefaults: {category: marketing}\n", encoding="utf-8")
    assert told(linted(folder, text)) == []


# -- catalogues --------------------------------------------------------------------------------------------------------

PO = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=n>1;\\n"\n\nmsgid "Hi"\nmsgstr "Bonjour"\n'


def with_catalogue(folder: Path, text: str, setting: str = '"locale/{language}.po"') -> None:
    (folder / ".smslint.yaml").write_text(CONFIGURATION + f"catalogues: {setting}\n", encoding="utf-8")
    (folder / "locale").mkdir(exist_ok=True)
    (folder / "locale/fr.po").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("language", ["fr", "fr-CA"])
@pytest.mark.parametrize("setting", ['"locale/{language}.po"', "{fr: locale/fr.po}"])
def test_the_language_of_the_template_chooses_its_catalogue(folder: Path, language: str, setting: str) -> None:
    with_catalogue(folder, PO, setting)
    text = "{#- smslint: language=" + language + " -#}{% trans %}Hi{% endtrans %} {{ _('Hi') }}{{ gettext('no') }}"
    report = linted(folder, text)
    assert text_of(report) == "Bonjour Bonjourno"
    assert [finding.rule for finding in report.findings] == ["translation-missing"]
    assert text_of(linted(folder, text.replace(language, "en"))) == "Hi Hino"


@pytest.mark.parametrize(("forms", "sent"), [(("", "jours"), "days"), (("jour", ""), "")])
def test_a_plural_without_its_first_form_is_left_out_as_by_msgfmt(
    folder: Path, forms: tuple[str, str], sent: str
) -> None:
    lines = "".join(f'msgstr[{number}] "{form}"\n' for number, form in enumerate(forms))
    with_catalogue(folder, f'{PO}\nmsgid "day"\nmsgid_plural "days"\n{lines}')
    report = linted(folder, "{#- smslint: language=fr -#}x{{ ngettext('day', 'days', 2) }}")
    assert text_of(report) == f"x{sent}"


@pytest.mark.parametrize(
    "text",
    [
        'msgid "Hi"\nnonsense',
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=__import__(n);\\n"',
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=n%0;\\n"',
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=' + "(" * 200 + 'n;\\n"',
    ],
)
def test_a_catalogue_that_cannot_be_read_is_a_mistake_at_its_place(folder: Path, text: str) -> None:
    with_catalogue(folder, text)
    with pytest.raises(MistakesFound, match=r"locale/fr\.po"):
        linted(folder, "{#- smslint: language=fr -#}{{ _('Hi') }}")


def test_a_catalogue_is_never_the_path_of_another_file(folder: Path) -> None:
    (folder / "other.po").write_text(PO, encoding="utf-8")
    with_catalogue(folder, str(folder / "other.po"))
    with pytest.raises(MistakesFound, match=r"locale/fr\.po"):
        linted(folder, "{#- smslint: language=fr -#}{{ _('Hi') }}")
