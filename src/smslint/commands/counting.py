"""`smslint count`: one message counted, and the characters that cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from json import dumps

from smslint.checks.outside import Replaced
from smslint.checks.tokens import in_text
from smslint.gsm.codings import Limits, holds, kinds
from smslint.gsm.segments import Count, character_name
from smslint.packs.gateways import NONE, names, profile
from smslint.reading.positions import visible
from smslint.reading.schema import did_you_mean

LISTED_MAX = 10_000  # characters that JSON lists, and
POSITIONS_SHOWN_MAX = 5  # places of one character that the text names


@dataclass(frozen=True)
class Message:
    """A text as sent (prefix and suffix included), its count, and what it is sent in."""

    text: str
    count: Count
    limits: Limits

    def costly(self) -> dict[str, bool]:
        """The different characters that force UCS-2 (True), or cost two septets as the text is sent, in order."""
        found = {}
        for character in dict.fromkeys(self.text):
            if not holds(self.limits, character):
                found[character] = True
            # In UCS-2 an extension character costs one unit like any other.
            elif self.count.encoding != "UCS-2" and self.limits.weight(character, self.count) == 2:
                found[character] = False
        return found


def message(
    text: str, suffix: str, gateway: str | None, alphabet: str | None = None, tables: tuple[str, ...] = ()
) -> Message | str:
    """The message that `text` becomes; a sentence that says what is wrong where it cannot be told."""
    unknown = next((name for name in tables if name not in kinds()), None)
    if unknown is not None:
        return f"no language has the table `{unknown}`{did_you_mean(unknown, kinds())}"
    found = NONE
    if gateway is not None:
        if gateway not in names():
            return f"unknown gateway `{gateway}`{did_you_mean(gateway, names())}"
        found = profile(gateway)
        if found.suffix is None and not suffix:
            return f"the text that `{gateway}` appends is not published: give it with --suffix"
    found = found._replace(alphabet=alphabet or found.alphabet, tables=tables or found.tables)
    suffix = suffix or found.suffix or ""
    if found.skip_if_present and suffix.strip() in text:
        suffix = ""
    sent = in_text((found.prefix or "") + text + suffix, found.tokens)
    if found.outside != "ucs2":
        sent = Replaced(found.coding, found.replacement).text(sent)
    return Message(sent, found.coding.count_of(sent), found.coding)


def as_json(message: Message) -> str:
    """The count as one JSON object; positions in code points from 0, of the first `LISTED_MAX` characters."""
    count, costly = message.count, message.costly()
    places = ((position, c) for position, c in enumerate(message.text) if c in costly)
    data = {
        "encoding": count.encoding,
        "tables": list(count.tables),
        "units": count.units,
        "segments": count.segments,
        "remaining": count.remaining,
        "text": message.text,
        "characters": [
            {
                "position": position,
                "character": character,
                "name": character_name(character),
                "code_point": f"U+{ord(character):04X}",
                "forces_ucs2": costly[character],
            }
            for position, character in islice(places, LISTED_MAX)
        ],
        "characters_not_listed": max(0, sum(map(message.text.count, costly)) - LISTED_MAX),
    }
    return dumps(data, indent=2) + "\n"


def as_text(message: Message) -> str:
    """The count for people: a line with the numbers, then a line for each different character that costs."""
    count = message.count
    unit = "code unit" if count.encoding == "UCS-2" else "septet"
    encoding = ", ".join((count.encoding, *count.tables))
    head = (
        f"{encoding}: {_plural(count.units, unit)}, {_plural(count.segments, 'segment')}, "
        f"{count.remaining:,} left in the last\n"
    )
    return head + "".join(_line(message.text, *one) for one in message.costly().items())


def _line(text: str, character: str, forces_ucs2: bool) -> str:
    what = "not in GSM-7, forces UCS-2" if forces_ucs2 else "costs two septets"
    places = [match.start() + 1 for match in islice(re.finditer(re.escape(character), text), POSITIONS_SHOWN_MAX)]
    more = text.count(character) - len(places)
    where = ", ".join(f"{place:,}" for place in places) + (f" and {_plural(more, 'more place')}" if more else "")
    return f"  at {where}: {visible(character)}  U+{ord(character):04X} {character_name(character)}: {what}\n"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
