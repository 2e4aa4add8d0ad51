"""Builds the site, build/site/html: `make site`.

The site is the Markdown of the repository, as it can be read there too: README.md is its first page. A link from page
to page stays one; a link to a file that is no page leads to the repository.
"""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

from docs import generate

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "site"
REPOSITORY = "https://github.com/smslint/smslint/blob/main"
FRONT = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
_LAST = {"configuration.md": -1, "measurements.md": 1}
_LINK = re.compile(r"(\]\()(?![a-z]+:|#)([^)#\s]+)((?:#[^)\s]*)?\))")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)

Navigation = list["str | dict[str, Navigation]"]


def pages() -> dict[str, str]:
    """Every page by its path in the site, its links as they are there."""
    docs = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
    places = FRONT | {source: source.removeprefix("docs/") for source in docs}
    return {
        place: _linked((ROOT / source).read_text(encoding="utf-8"), source, places) for source, place in places.items()
    }


def _linked(text: str, source: str, places: dict[str, str]) -> str:
    """`text` of the file `source`, its links as the site has them."""

    def link(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), match[2]))
        if target in places:
            return match[1] + posixpath.relpath(places[target], posixpath.dirname(places[source]) or ".") + match[3]
        return f"{match[1]}{REPOSITORY}/{target}{match[3]}"

    return _LINK.sub(link, text)


def navigation(found: dict[str, str]) -> Navigation:
    """The pages `found` in the order and the groups in which the site offers them."""
    folders = ("rules", "countries", "gateways", "decisions")
    single = [place for place in found if place.split("/")[0] not in (*folders, *FRONT.values())]
    packs: Navigation = [{pack: [f"rules/{name}.md" for name in ids]} for pack, ids in generate.packs_of_rules()]
    return [
        {"smslint": ["index.md", *sorted(single, key=lambda place: (_LAST.get(place, 0), place))]},
        {"Rules": ["rules/index.md", *packs]},
        {"Countries": ["countries/index.md", *_folder(found, "countries")]},
        {"Gateways": ["gateways/index.md", *_folder(found, "gateways")]},
        {"Project": ["architecture.md", "contributing.md", {"Decisions": _folder(found, "decisions")}, "changelog.md"]},
    ]


def _folder(found: dict[str, str], folder: str) -> Navigation:
    listed = [place for place in found if place.startswith(f"{folder}/") and not place.endswith("/index.md")]
    return [*sorted(listed, key=lambda place: (folder == "countries" and _title(found[place]), place))]


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return found[1] if found else ""


def _toml(node: str | Navigation | dict[str, Navigation]) -> str:
    if isinstance(node, str):
        return json.dumps(node, ensure_ascii=False)
    if isinstance(node, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(value)}" for key, value in node.items()) + "}"
    return "[" + ", ".join(map(_toml, node)) + "]"


def write(into: Path) -> None:
    """Writes pages and settings to the folder `into`, which they replace."""
    shutil.rmtree(into, ignore_errors=True)
    found = pages()
    for place, text in found.items():
        path = into / "pages" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in ("site.css", "iframe-worker.js"):
        shutil.copy(ROOT / "docs" / name, into / "pages")
    settings = (ROOT / "docs" / "zensical.toml").read_text(encoding="utf-8")
    head = f"[project]\nnav = {_toml(navigation(found))}\n"
    (into / "zensical.toml").write_text(head + settings, encoding="utf-8")


def build(into: Path) -> None:
    """Builds the site into `into`/html. A link that leads nowhere is an error: raises CalledProcessError."""
    write(into)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    subprocess.run(command, cwd=into, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    build(BUILD)
