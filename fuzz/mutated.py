"""Templates with mistakes, as a hand or a merge makes them: `python -m fuzz.mutated [NUMBER [SEED]]`.

Each is a drawn, a found or a bad template of the tests in which a few places were cut, doubled, replaced, or filled
with a piece of another. Whatever it has become, linting it raises nothing and takes no longer than SECONDS_MAX.
"""

from __future__ import annotations

import signal
import sys
import time
from random import Random

import smslint
from tests import test_extent, test_statements
from tests.test_bad_input import BAD, SECONDS_MAX
from tests.test_found import FOUND

NUMBER = 20_000
SIZE_MAX = 3_000  # of a bad template: larger ones are slow by their size
KNOWN = [
    *(template for template, _ in FOUND.values()),
    *(bad.decode(errors="replace") for bad in BAD.values() if len(bad) < SIZE_MAX),
]
PIECES = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "-", "|", "(", ")", "[", "]", "{", "}", "'", '"', "~", "**", "//", ".", "="),
    *("if ", "elif ", "else ", "for ", "in ", "endif", "endfor", "set ", "macro ", "call ", "filter ", "block ", "raw"),
    *("include ", "extends ", "import ", "from ", "trans ", "pluralize", "not ", "is ", "and ", "or ", "loop.", ","),
    *("|upper", "|default", "|truncate", "|format", "|join", ".items()", "namespace(", "range(", "1e999", "9" * 50),
    *("\0", "\r", "\n", "\ufeff", "é", "😀", "\ufffd", "==", "<", "smslint: ignore[", "smslint: category=marketing"),
)


class TooLong(Exception):
    """Linting took longer than it may."""


def mutated(random: Random) -> str:
    """A template with one to six mistakes."""
    text = _template(random)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + int(random.expovariate(1 / 6)))
        other = _piece(random)
        instead = random.choice(("", other, text[start:end] + other, text[start:end] * random.choice((2, 3, 20))))
        text = text[:start] + instead + text[end:]
    return text


def _template(random: Random) -> str:
    kind = random.random()
    if kind < 0.5:
        return random.choice(KNOWN)
    return test_extent.draw(random)[0] if kind < 0.75 else test_statements.draw(random)[1]


def _piece(random: Random) -> str:
    if random.random() < 0.7:
        return random.choice(PIECES)
    known = random.choice(KNOWN)
    start = random.randrange(len(known) + 1)
    return known[start : start + int(random.expovariate(1 / 20))]


def lint(template: str) -> None:
    """Lints all that a report may be asked for. Raises TooLong."""
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_MAX)
    try:
        for found in smslint.lint(template).templates:
            if found.extent is not None:
                _ = found.extent.worst, found.extent.best, found.why()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(*_: object) -> None:
    raise TooLong(f"more than {SECONDS_MAX:.0f} s")


def main(number: int, first_seed: int) -> int:
    start = time.monotonic()
    failed = 0
    for seed in range(first_seed, first_seed + number):
        template = mutated(Random(seed))
        try:
            lint(template)
        except Exception as error:  # linting raises nothing, whatever it is given
            failed += 1
            print(f"seed {seed}: {type(error).__name__}: {error}: {template!r}", flush=True)
    took = time.monotonic() - start
    print(f"{number:,} templates with mistakes from seed {first_seed} in {took:,.0f} s: {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(arguments[0] if arguments else NUMBER, arguments[1] if len(arguments) > 1 else 0))
