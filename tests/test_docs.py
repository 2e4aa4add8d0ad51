"""The pages on rules, countries and gateways say what the YAML says, and the links in them lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest

from docs import generate, site
from tests.test_reports import smslint

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#]+)[^)]*\)")


def test_generated_pages_are_current() -> None:
    expected = generate.pages()
    found = {
        f"{folder}/{path.name}": path.read_text(encoding="utf-8")
        for folder in generate.FOLDERS
        for path in (generate.DOCS / folder).glob("*.md")
    }
    assert found == expected, "run `make docs`"


def test_links_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_readme_shows_what_the_examples_give(monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    template = (ROOT / "examples" / "sms" / "marketing" / "private-sale.fr.j2").read_text(encoding="utf-8")
    assert f"```jinja\n{template}```" in readme
    for vip, characters in ((False, 59), (True, 128)):
        given = {"vip": vip, "first_name": "Léa", "discount": 20, "link": "https://mrl.example/ab"}
        assert len(jinja2.Template(template).render(given)) == characters
        assert f"{characters} characters, 1 SMS" in readme
    monkeypatch.chdir(ROOT / "examples")
    assert "1–3" in smslint("estimate", "sms/marketing/private-sale.fr.j2").stdout
    shown = readme.split("```console\n$ smslint sms/")[1].split("```")[0]
    for part in shown.split("$ smslint sms/"):
        path, *lines = part.rstrip("\n").split("\n")
        found = smslint(f"sms/{path}").stdout.split("\n")
        assert [line for line in lines if line not in found] == []


def test_site_builds_strictly(tmp_path: Path) -> None:
    site.build(tmp_path / "site")
    for page in ("index", "configuration", "rules/opt-out-missing", "countries/fr", "gateways/ovhcloud"):
        assert (tmp_path / "site" / "html" / f"{page}.html").is_file()


def test_every_page_of_the_site_is_in_its_navigation() -> None:
    found = site.pages()
    assert sorted(_places(site.navigation(found))) == sorted(found)


def _places(navigation: site.Navigation | str) -> list[str]:
    if isinstance(navigation, str):
        return [navigation]
    inner = [part for entry in navigation for part in (entry.values() if isinstance(entry, dict) else [entry])]
    return [place for part in inner for place in _places(part)]


def test_architecture_is_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 120


def test_the_files_that_contributors_are_sent_to_are_there() -> None:
    for page in ("CONTRIBUTING.md", "ARCHITECTURE.md"):
        named = re.findall(r"`((?:src|rules|tests|docs|examples)/[\w./-]+)`", (ROOT / page).read_text(encoding="utf-8"))
        assert named
        assert [path for path in named if not (ROOT / path).exists()] == []
