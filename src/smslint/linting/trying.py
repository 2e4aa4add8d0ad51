"""A template tried with the examples that the configuration gives: what each costs, and which break a declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from smslint.checks.outside import Replaced
from smslint.checks.tokens import in_text
from smslint.configuration.breaches import breaches
from smslint.configuration.config import Config
from smslint.configuration.examples import Example, Place
from smslint.configuration.facts import Facts
from smslint.dialects import DIALECTS
from smslint.extents.evaluation import declaring, sent
from smslint.linting.findings import Tried
from smslint.tree.lowering import Around, Lowered
from smslint.tree.message import Message

_BASE = re.compile(r"[^\W\d]\w*(?=[.\[]|$)")

CHARACTERS_MAX = 5_000_000  # of one template, times the examples that it is tried with


class Wrong(NamedTuple):
    """A value that breaks its declaration, or is missing."""

    place: Place
    words: str


class Trial:
    """One template and the examples that are for it."""

    def __init__(self, text: str, path: str, relative: str, lowered: Lowered, config: Config, around: Around) -> None:
        self.text = text
        self.path = path
        self.config = config
        self.around = around
        self.used = {found[0]: None for key in lowered.variables if (found := _BASE.match(key))}
        self.examples = list(self._fitting(relative))
        self._messages: dict[int, Message | None] = {}

    def _fitting(self, relative: str) -> Iterator[Example]:
        for entry in self.config.examples:
            if entry.files is not None:
                yield from entry.contexts if entry.files.match(relative) else ()
            else:
                yield from (one for one in entry.contexts if self._fits(one.values))

    def _fits(self, values: Mapping[str, Any]) -> bool:
        """Whether a context for no template in particular is one for this: it has what cannot be undefined."""
        needed = [name for name in self.used if self._needed(name)]
        return any(name in values for name in self.used) and all(name in values for name in needed)

    def _needed(self, name: str) -> bool:
        return name in self.config.variables and not self.config.variables[name].optional

    def wrong(self) -> Iterator[Wrong]:
        """The values of the examples that break the declaration of a variable that the template uses."""
        for example in self.examples:
            for name in self.used:
                if name in example.values:
                    value = example.values[name]
                    for path, words in breaches(name, value, self.config.variable(name), self.config.variable):
                        yield Wrong(example.place_of(path), f"`{path}` {words}")
                elif self._needed(name):
                    words = f"`{name}` is missing, and `{self.path}` uses it: give it, or declare it `optional: true`"
                    yield Wrong(example.place, words)

    def counts(self, facts: Facts) -> Iterator[Tried]:
        """What the message costs with each example, as the gateway of `facts` sends it."""
        for number, example in enumerate(self.examples):
            affordable = len(self.text) * number <= CHARACTERS_MAX
            text = self._sent(number, example, facts) if affordable else None
            count = None if text is None else facts.gateway.coding.count_of(text)
            yield Tried(example.place, text, count)

    def _sent(self, number: int, example: Example, facts: Facts) -> str | None:
        if number not in self._messages:
            lookup = declaring(example.values)
            lowered = DIALECTS["jinja"].lower(self.text, lookup, self.config.jinja, around=self.around)
            self._messages[number] = lowered.message
        message, gateway = self._messages[number], facts.gateway
        if message is None:
            return None
        body = sent(message, example.values)
        if body is None:
            return None
        present = gateway.skip_if_present and facts.suffix.strip() in body
        whole = in_text((gateway.prefix or "") + body + ("" if present else facts.suffix), gateway.tokens)
        return whole if gateway.outside == "ucs2" else Replaced(gateway.coding, gateway.replacement).text(whole)
