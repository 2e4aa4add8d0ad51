"""The site as a browser shows it, opened from disk: `make site-test`, which installs Chromium where it can.

Not part of `make test`: it needs a browser. Chromium is spoken to over its own pipe, so nothing else is installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs import site

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--remote-debugging-pipe", "--window-size=1400,1000"),
)
# Waits for what `find` gives, since pages and results come when they come.
WAIT = """async find => {
  for (let i = 0; i < 200; i++) {
    const found = find();
    if (found) return found;
    await new Promise(next => setTimeout(next, 50));
  }
}"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make site-test` installs it on Debian")


class Browser:
    """A page of a running Chromium, and every address that it asked for."""

    def __init__(self, profile: Path) -> None:
        # Chromium reads commands from descriptor 3 and writes to 4.
        command = ["sh", "-c", 'exec "$@" 3<&0 4>&1', "sh", str(CHROMIUM), *OPTIONS, f"--user-data-dir={profile}"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.number = 0
        self.asked: list[str] = []
        self.session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Page", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: object) -> Any:
        """What Chromium answers to `method`."""
        assert self.process.stdin is not None
        self.number += 1
        message: dict[str, object] = {"id": self.number, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        self.process.stdin.write(json.dumps(message).encode() + b"\0")
        self.process.stdin.flush()
        return self._until(lambda said: said.get("id") == self.number)["result"]

    def _until(self, wanted: Any) -> Any:
        while True:
            said = json.loads(self._message())
            if said.get("method") == "Network.requestWillBeSent":
                self.asked.append(said["params"]["request"]["url"])
            if wanted(said):
                return said

    def _message(self) -> bytes:
        assert self.process.stdout is not None
        found = bytearray()
        while (byte := self.process.stdout.read(1)) != b"\0":
            assert byte, "Chromium ended"
            found += byte
        return bytes(found)

    def open(self, address: str) -> None:
        """Opens `address` and waits until it is loaded."""
        self.call("Page.navigate", url=address)
        self._until(lambda said: said.get("method") == "Page.loadEventFired")

    def run(self, script: str) -> Any:
        """What the expression `script` gives in the page, awaited."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def await_truth(self, find: str) -> Any:
        """What the function `find` gives once it gives something; None after ten seconds."""
        return self.run(f"({WAIT})({find})")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    site.build(folder)
    return folder / "html"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    opened = Browser(tmp_path)
    with opened.process:
        yield opened
        opened.process.kill()


def test_a_rule_is_found_by_the_search(built: Path, browser: Browser) -> None:
    browser.open((built / "index.html").as_uri())
    browser.await_truth("() => { document.querySelector('.md-search__button').click(); return true }")
    inside = "[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(r => r && r.querySelector('input'))[0]"
    assert browser.await_truth(f"() => !!({inside})")
    browser.run(f"{inside}.querySelector('input').focus()")
    browser.call("Input.insertText", text="opt-out missing")
    wanted = "a[href*='rules/opt-out-missing.html']"
    assert browser.await_truth(f'() => {inside}.querySelector("{wanted}")?.href').startswith("file:")


def test_a_rule_is_found_by_the_navigation(built: Path, browser: Browser) -> None:
    browser.open((built / "index.html").as_uri())
    for wanted in ("rules/index.html", "rules/too-many-segments.html"):
        address = browser.await_truth(f"() => [...document.links].find(a => a.href.endsWith('/{wanted}'))?.href")
        browser.open(address)
    assert browser.run("document.querySelector('h1').firstChild.textContent") == "too-many-segments"


def test_no_page_asks_for_anything_from_elsewhere(built: Path, browser: Browser) -> None:
    for page in ("index.html", "rules/opt-out-missing.html", "countries/fr.html", "configuration.html"):
        browser.open((built / page).as_uri())
    assert browser.asked
    assert [address for address in browser.asked if not address.startswith(("file:", "data:"))] == []
