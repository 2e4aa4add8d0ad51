"""`smslint count`: one message counted, and the characters that cost."""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps

from smslint.gateways import names, profile
from smslint.positions import visible
from smslint.schema import did_you_mean
from smslint.segments import Count, Notable, notable
from smslint.segments import count as count_text


@dataclass(frozen=True)
class Message:
    """A text as sent (prefix and suffix included), its count, and its notable characters."""

    text: str
    count: Count
    characters: tuple[Notable, ...]


def message(text: str, suffix: str, gateway: str | None) -> Message | str:
    """The message that `text` becomes; a sentence that says what is wrong where it cannot be told."""
    octets = 6
    if gateway is not None:
        if gateway not in names():
            return f"unknown gateway `{gateway}`{did_you_mean(gateway, names())}"
        found = profile(gateway)
        if found.suffix is None and not suffix:
            return f"the text that `{gateway}` appends is not published: give it with --suffix"
        text, suffix, octets = found.prefix + text, suffix or found.suffix or "", found.header_octets
    sent = text + suffix
    return Message(sent, count_text(sent, header_octets=octets), tuple(notable(sent)))


def as_json(message: Message) -> str:
    """The count as one JSON object; positions in code points from 0."""
    count = message.count
    return (
        dumps(
            {
                "encoding": count.encoding,
                "units": count.units,
                "segments": count.segments,
                "remaining": count.remaining,
                "text": message.text,
                "characters": [
                    {
                        "position": c.position,
                        "character": c.character,
                        "name": c.name,
                        "code_point": c.code_point,
                        "forces_ucs2": c.forces_ucs2,
                    }
                    for c in message.characters
                ],
            },
            indent=2,
        )
        + "\n"
    )


def as_text(message: Message) -> str:
    """The count for people: a line with the numbers, then a line for each character that costs."""
    count = message.count
    unit = "septet" if count.encoding == "GSM-7" else "code unit"
    head = (
        f"{count.encoding}: {_plural(count.units, unit)}, {_plural(count.segments, 'segment')}, "
        f"{count.remaining} left in the last\n"
    )
    # In UCS-2 an extension character costs one unit like any other, so only what forces UCS-2 matters there.
    shown = [c for c in message.characters if c.forces_ucs2 or count.encoding == "GSM-7"]
    return head + "".join(_line(character) for character in shown)


def _line(character: Notable) -> str:
    what = "not in GSM-7, forces UCS-2" if character.forces_ucs2 else "costs two septets"
    shown = visible(character.character)
    return f"  at {character.position + 1}: {shown}  {character.code_point} {character.name}: {what}\n"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
