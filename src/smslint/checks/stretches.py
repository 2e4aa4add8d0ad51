"""What may stand in the texts of a message, whatever its paths are: cues, and the texts before and after a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from smslint.matching.cues import BEGINS, Cues
from smslint.matching.folding import fold
from smslint.tree.message import Message, Repeat, Slot, Text, nodes_of

TEXTS_MAX = 4_000
STEPS_MAX = 300_000  # texts continued by a node, for one question
WHOLE = 10_000  # characters of a text that is taken as a whole

SlotTexts = Callable[[Slot], list[str]]


def cues_of(message: Message, texts: SlotTexts, cues: Cues) -> frozenset[str]:
    """Which of `cues` may stand on some path: in one text, or put together of the ends of several, any after any."""
    pieces = {piece for piece in _pieces(message, texts) if piece}
    found = cues.of(pieces, pieces, False)
    longest = max(map(len, cues.every), default=0)
    begun = {piece[-length:] for piece in pieces for length in range(1, min(len(piece), longest) + 1)}
    ended = {piece[:length] for piece in pieces for length in range(1, min(len(piece), longest) + 1)}
    return found.union(cue for cue in cues.every - found if _put_together(cue.lstrip(BEGINS), begun, pieces, ended))


def _pieces(message: Message, texts: SlotTexts) -> Iterator[str]:
    """The folded texts that a message is put together of."""
    for node in nodes_of(message):
        if isinstance(node, Text):
            yield fold(node.text)
        elif isinstance(node, Slot):
            yield from map(fold, texts(node))


def _put_together(cue: str, begun: set[str], pieces: set[str], ended: set[str]) -> bool:
    """Whether `cue` is an end of a piece, then whole pieces, then the beginning of one."""
    places = [place for place in range(1, len(cue)) if cue[:place] in begun]
    seen = set(places)
    for place in places:
        if cue[place:] in ended:
            return True
        for end in range(place + 1, len(cue)):
            if end not in seen and cue[place:end] in pieces:
                seen.add(end)
                places.append(end)
    return False


def stretches(message: Message) -> Iterator[tuple[int, int]]:
    """The runs of nodes that no choice decides on."""
    start = None
    for index, node in enumerate((*message, None)):
        if isinstance(node, Text | Slot):
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None


def tails(message: Message, length: int, texts: SlotTexts) -> set[str] | None:
    """The last `length` characters of every path of `message`, and maybe of others; None where there are too many."""
    return _Continued(lambda text: text[-length:] if length else "", texts).through(message, {""})


def heads(message: Message, length: int, texts: SlotTexts) -> set[str] | None:
    """The first `length` characters of every path of `message`, and maybe of others; None where there are too many."""
    return _Continued(lambda text: text[:length], texts).through(message, {""})


class _Continued:
    """Texts continued by every way through a message, each `cut` to what matters of it."""

    def __init__(self, cut: Callable[[str], str], texts: SlotTexts) -> None:
        self.cut = cut
        self.texts = texts
        self.left = STEPS_MAX

    def through(self, message: Message, states: set[str]) -> set[str] | None:
        cut = self.cut
        for node in message:
            self.left -= len(states)
            if isinstance(node, Text):
                states = {cut(state + node.text) for state in states}
            elif isinstance(node, Slot):
                printed = self.texts(node)
                if len(states) * len(printed) > 4 * TEXTS_MAX:
                    return None
                states = {cut(state + text) for state in states for text in printed}
            elif isinstance(node, Repeat):
                return None
            else:
                ways = [self.through(arm.body, states) for arm in node.arms]
                if None in ways:
                    return None
                states = set().union(*filter(None, ways))
            if len(states) > TEXTS_MAX or self.left < 0:
                return None
        return states
