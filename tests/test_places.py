"""What is wrong outside of templates is told at its place, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_reports import smslint

TRANSLATED = "{% trans %}Hi{% endtrans %}"
ENTRY = 'msgid "a"\nmsgstr "b"\n'


def errors(folder: Path, configuration: bytes | str, catalogue: bytes | str | None = None) -> str:
    given = configuration.encode() if isinstance(configuration, str) else configuration
    (folder / ".smslint.yaml").write_bytes(given)
    (folder / "a.sms").write_text(TRANSLATED)
    if catalogue is not None:
        (folder / "fr.po").write_bytes(catalogue.encode() if isinstance(catalogue, str) else catalogue)
    result = smslint("check", str(folder))
    assert result.exit_code == 2
    return result.stderr.replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("configuration", "place", "words"),
    [
        ("version: 1\r\ndefaults: {brand: [café, caf\xe9]}\n".encode("latin-1"), "2:23", "byte 0xE9 is not UTF-8"),
        (b"version: 1\n# caf\xc3\xa9 \xff\n", "2:8", "byte 0xFF is not UTF-8"),
        ("version: 1\n".encode("utf-16"), "1:1", "it is UTF-16"),
    ],
)
def test_a_configuration_that_is_not_utf_8(tmp_path: Path, configuration: bytes, place: str, words: str) -> None:
    found = errors(tmp_path, configuration)
    assert found.startswith(
        f".smslint.yaml:{place}: error: the configuration cannot be read: {words}: save it as UTF-8"
    )


CONFIG = "version: 1\ndefaults: {language: fr, category: otp}\ncatalogues: {de: de.po, fr: fr.po}\n"


def test_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    found = errors(tmp_path, CONFIG)
    assert found.startswith(".smslint.yaml:3:29: error: the catalogue `fr.po` of `fr` is no file here")
    assert found.splitlines()[2].index("^") == 2 + 28


@pytest.mark.parametrize(
    ("catalogue", "place", "source"),
    [
        ('msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=n>;\\n"\n\n' + ENTRY, "3:1", '"Plural-Forms: npl'),
        (f"{ENTRY}foo\n", "3:1", "foo"),
        (f"{ENTRY}\n".encode() + b'msgid "caf\xe9"\n', "4:11", 'msgid "caf'),
    ],
)
def test_a_catalogue_that_cannot_be_read(tmp_path: Path, catalogue: bytes | str, place: str, source: str) -> None:
    found = errors(tmp_path, CONFIG, catalogue)
    assert found.startswith(f"fr.po:{place}: error: ")
    assert found.splitlines()[1].startswith(f"  {source}")


@pytest.mark.parametrize(
    ("gateway", "place"),
    [
        ("gateway: klaviyo", "3:12"),
        ("gateway:\n    - smsmode\n    - profile: klaviyo\n      short_code: 12345", "5:16"),
        ("gateway+: [smsmode, klaviyo]", "3:23"),
    ],
)
def test_a_gateway_with_a_text_that_nobody_knows(tmp_path: Path, gateway: str, place: str) -> None:
    found = errors(tmp_path, f"version: 1\ndefaults:\n  {gateway}\n  category: marketing\n")
    assert found.startswith(f".smslint.yaml:{place}: error: `klaviyo` puts a text of yours in front of each message")
    assert "^" in found.splitlines()[2]


def test_a_gateway_that_the_template_names_itself(tmp_path: Path) -> None:
    (tmp_path / "a.sms").write_text("---\ncategory: otp\ngateway: klaviyo\n---\nHi")
    result = smslint("check", str(tmp_path / "a.sms"), "--format", "concise")
    assert result.stdout.startswith(f"{tmp_path}/a.sms:3:10: error[wrong-facts] `klaviyo` puts a text of yours")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("---\ncategory: otp\nHello", "1:1", "no second `---` ends the front matter, so all of it is sent"),
        ("---\r\n# facts\r\ncountry+: FR\r\nHello", "1:1", "no second `---` ends the front matter"),
        ("\ufeff---\ncategory: otp\n---\nHello", "1:1", "a byte order mark stands before `---`, so all of it is sent"),
        ("--- {# smslint: max_segments=2 #}\nHello", None, ""),
        ("---\nSoldes: -20%\nHello", None, ""),
        ("---\ncategory: otp\n---\nHello", None, ""),
    ],
)
def test_front_matter_that_is_none(tmp_path: Path, text: str, place: str | None, words: str) -> None:
    (tmp_path / "a.sms").write_bytes(text.encode())
    found = smslint("check", str(tmp_path), "--format", "concise", "--select", "wrong-facts").stdout
    start = f"{tmp_path}/a.sms:{place}: error[wrong-facts] {words}"
    assert found.startswith(start) if place else not found


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ("verison: 1\n", ["unknown key `verison` in the configuration: did you mean `version`?"]),
        (
            "version: 1\ncategory: otp\n",
            ["unknown key `category` in the configuration: it is a fact of templates: write"],
        ),
        ("version: 1\nvariables: {a: 20}\n", ["`a` must be a mapping of keys to values, like {max_length: 20}"]),
        (
            "version: 1\ndefaults: {send_window: 8-20}\n",
            ["`send_window` must be a mapping of keys to values, like {days"],
        ),
        ("version: 1\nextends: house.yaml\n", ["no pack `house.yaml`: no such file here"]),
        ("version: 1\ndefaults: {gateway: none}\n", ["`gateway` cannot be `none`: take it out where nothing is added"]),
    ],
)
def test_one_mistake_is_one_message(tmp_path: Path, configuration: str, words: list[str]) -> None:
    heads = [line for line in errors(tmp_path, configuration).splitlines() if ": error: " in line]
    assert len(heads) == len(words)
    assert all(one in head for one, head in zip(words, heads, strict=True))


def test_a_misspelt_filter(tmp_path: Path) -> None:
    (tmp_path / "a.sms").write_text("{{ a|uper }}{{ a|dateformat }}")
    found = smslint("check", str(tmp_path), "--select", "unknown-filter", "--format", "concise").stdout.splitlines()
    assert "the filter `uper` gives here is not known: did you mean `upper`? Else say what it can be" in found[0]
    assert "the filter `dateformat` gives here is not known: say what it can be" in found[1]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            "{#- smslint: category=otp, brand=Acme -#}Hi",
            "1:4",
            "`category=otp,` ends in a comma: facts are set apart by",
        ),
        ("{#- smslint: country=FR, BE category=otp -#}Hi", "1:4", "`country=FR,` ends in a comma"),
        ("{#- smslint category=otp -#}Hi", "1:4", "this is not read: begin the comment with `smslint:`"),
        ("{# SMSlint: ignore[shouting] #}Hi", "1:3", "this is not read: begin the comment with `smslint:`"),
        ("{# smslint says that a=b #}Hi", None, ""),
        ("Hi{#- smslint: country=FR,uk -#}", "1:27", "unknown country `UK`: did you mean `GB`?"),
        ("---\ncategory: otp\ncountry: [FR, UK]\n---\nHi", "3:15", "unknown country `UK`: did you mean `GB`?"),
    ],
)
def test_what_a_comment_says_wrong(tmp_path: Path, text: str, place: str | None, words: str) -> None:
    (tmp_path / "a.sms").write_text(text)
    found = smslint("check", str(tmp_path), "--format", "concise", "--select", "wrong-facts").stdout.splitlines()
    assert len(found) == (place is not None)
    assert all(line.startswith(f"{tmp_path}/a.sms:{place}: error[wrong-facts] {words}") for line in found)


def test_a_template_of_unknown_name(tmp_path: Path) -> None:
    (tmp_path / "a.sms").write_text("{% include part ~ '.sms' %}")
    found = smslint("check", str(tmp_path), "--format", "concise", "--select", "unbounded-length").stdout
    assert "which template `part ~ '.sms'` is, is not known: declare its `values`" in found
