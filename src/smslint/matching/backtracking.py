"""How long a regular expression can take: what Python's `re` may try on the worst text, before it has seen one.

`re` backtracks, and nothing interrupts it in a thread or on Windows, so a user's pattern is judged when its pack is
read. From the tree of Python's own parser comes the position automaton (Glushkov) of the pattern, and in it:

- **Exponential**: two ways through a loop that read the same text (`(a+)+`, `(a|a)*`, `(?:\\w+\\s?)*`). The pattern is
  refused, however short the texts are (Weideman et al., *Analyzing Matching Time Behavior of Backtracking Regular
  Expression Matchers by Using Ambiguity of NFA*, 2016).
- **Polynomial**: loops after each other that can share a text (`\\s+$` is quadratic over all starts, `.*x.*y` cubic).
  The longest text that STEPS_MAX steps are enough for is worked out; longer ones are not searched.

Everything is over-estimated: classes of characters, look-around, back-references, atomic groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import factorial
from typing import Any, NamedTuple

from smslint.matching.characters import ALL, mask_of, sample
from smslint.matching.syntax import codes, parser

STEPS_MAX = 100_000_000  # a second, some for lazy repeats
LENGTH_MIN = 480  # characters, three segments, that a pattern must be able to search
LENGTH_MAX = 262_144  # characters of the longest file that is read
POSITIONS_MAX = 2_000
LOOP_MAX = 160  # positions of one loop
_COPIES = 40  # a repeat of exactly so many times is written out up to here,
_COPIES_OF_GROUP = 3  # one of a group that is bounded up to here


class TooSlow(Exception):
    """The pattern may try more than can be waited for; `str()` says why."""


class _Piece(NamedTuple):
    """A part of the automaton: in how many ways it matches nothing, and its first and last positions."""

    empty: int
    first: dict[int, int]
    last: dict[int, int]


class _Automaton:
    """The positions of a pattern: the characters of each, what follows in how many ways, and how often it repeats."""

    def __init__(self, source_flags: int) -> None:
        self.flags = source_flags
        self.masks: list[int] = []
        self.follow: list[dict[int, int]] = []
        self.times: dict[int, int] = {}  # of a position that repeats itself no more than so often
        self.around: list[
            tuple[int, Any, int]
        ] = []  # what is looked ahead or behind for, at a position that takes nothing

    def position(self, mask: int) -> _Piece:
        if len(self.masks) >= POSITIONS_MAX:
            raise TooSlow(f"it is larger than {POSITIONS_MAX:,} positions with its repeats written out")
        self.masks.append(mask)
        self.follow.append({})
        return _Piece(0, {len(self.masks) - 1: 1}, {len(self.masks) - 1: 1})

    def link(self, last: dict[int, int], first: dict[int, int]) -> None:
        for one, ways in last.items():
            for other, more in first.items():
                self.follow[one][other] = min(2, self.follow[one].get(other, 0) + ways * more)

    def sequence(self, pieces: Iterable[_Piece]) -> _Piece:
        whole = _Piece(1, {}, {})
        for piece in pieces:
            self.link(whole.last, piece.first)
            first = _sum(whole.first, piece.first, whole.empty)
            last = _sum(piece.last, whole.last, piece.empty)
            whole = _Piece(min(2, whole.empty * piece.empty), first, last)
        return whole

    def choice(self, pieces: Iterable[_Piece]) -> _Piece:
        whole = _Piece(0, {}, {})
        for piece in pieces:
            first, last = _sum(whole.first, piece.first, 1), _sum(whole.last, piece.last, 1)
            whole = _Piece(min(2, whole.empty + piece.empty), first, last)
        return whole

    def repeat(self, low: int, high: int, part: Callable[[], _Piece], single: bool) -> _Piece:
        if high <= (1 if single else _COPIES_OF_GROUP) or (low == high and high <= _COPIES):
            optional = _Piece(1, {}, {})
            for _ in range(high - low):
                piece = self.sequence((part(), optional))
                optional = piece._replace(empty=min(2, piece.empty + 1))
            return self.sequence((*(part() for _ in range(low)), optional))
        piece = part()
        self.link(piece.last, piece.first)
        if piece.empty and (low > 1 or high < codes.MAXREPEAT):
            self.link(piece.last, piece.first)  # which of so many times matched nothing is open
        if single and high < codes.MAXREPEAT:
            self.times[next(iter(piece.first))] = high
        return piece if low else piece._replace(empty=min(2, piece.empty + 1))

    def read(self, parts: Any, flags: int) -> _Piece:
        return self.sequence([self.part(code, argument, flags) for code, argument in parts])

    def part(self, code: Any, argument: Any, flags: int) -> _Piece:
        name = str(code)
        mask = mask_of(name, argument, flags)
        if mask is not None:
            return self.position(mask)
        if name == "SUBPATTERN":
            _, added, removed, inner = argument
            return self.read(inner, (flags | added) & ~removed)
        if name == "ATOMIC_GROUP":
            return self.read(argument, flags)
        if name == "BRANCH":
            return self.choice([self.read(branch, flags) for branch in argument[1]])
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = argument
            single = len(inner) == 1 and mask_of(str(inner[0][0]), inner[0][1], flags) is not None
            return self.repeat(int(low), int(high), lambda: self.read(inner, flags), single)
        if name == "GROUPREF_EXISTS":
            _, yes, no = argument
            return self.choice([self.read(yes, flags), self.read(no or (), flags)])
        if name in ("GROUPREF", "GROUPREF_IGNORE"):
            return self.position(ALL)._replace(empty=1)
        if name in ("ASSERT", "ASSERT_NOT"):
            looking = self.position(0)
            self.around.append((next(iter(looking.first)), argument[1], flags))
            return _Piece(1, looking.first, {})
        if name not in ("AT", "FAILURE"):
            raise TooSlow(f"`{name.lower()}` cannot be judged")
        return _Piece(1, {}, {})


def _sum(base: dict[int, int], more: dict[int, int], ways: int) -> dict[int, int]:
    if not ways:
        return base
    found = dict(base)
    for position, number in more.items():
        found[position] = min(2, found.get(position, 0) + number * ways)
    return found


class _Loop(NamedTuple):
    """Positions that lead to each other; `times`: how often they repeat at most, None for as long as the text is."""

    positions: frozenset[int]
    mask: int
    times: int | None

    def rounds(self, length: int) -> int:
        return length if self.times is None else min(self.times, length)


class Cost:
    """What a pattern may cost. Raises TooSlow where that is exponential. `searched`: a match may begin anywhere."""

    def __init__(self, parts: Any, flags: int, searched: bool) -> None:
        self.automaton = _Automaton(flags)
        whole = self.automaton.read(parts, flags)
        if searched and not _anchored(parts, flags):
            before = self.automaton.position(ALL)
            self.automaton.link(before.last, before.first)
            self.automaton.link(before.last, whole.first)
        self.loops = list(self._loops())
        for loop in self.loops:
            self._refuse_ambiguous(loop)
        self.follows = [self._following(loop) for loop in self.loops]
        self.shared = [[_share(self.automaton, a, b) for b in self.loops] for a in self.loops]
        around = self.automaton.around
        self.around = [(place, Cost(inner, own, searched=False)) for place, inner, own in around]

    def steps(self, length: int) -> float:
        """The most steps that a search of a text of so many characters takes, or about."""
        passed = self._passed(length)
        steps = max((_in_order(one) for one in passed), default=1.0)
        for place, inner in self.around:
            before = (_in_order(one) for one, following in zip(passed, self.follows, strict=True) if place in following)
            steps += max(before, default=1.0) * inner.steps(length)
        return steps

    def _passed(self, length: int) -> list[tuple[float, int]]:
        """For each loop, in how many ways a text leads to one of its rounds; and over how many unlimited loops."""
        found: list[tuple[float, int]] = []
        for number, loop in enumerate(self.loops):  # in the order in which they follow each other
            ways, degree = 1.0, 0
            for before, other in enumerate(self.loops[:number]):
                if not loop.positions.isdisjoint(self.follows[before]):
                    many, loops = found[before]
                    if not self.shared[before][number]:
                        many, loops = many / other.rounds(length), loops - (other.times is None)
                    ways, degree = max((ways, degree), (many, loops))
            found.append((ways * loop.rounds(length), degree + (loop.times is None)))
        return found

    def _following(self, loop: _Loop) -> frozenset[int]:
        """The positions that the loop leads to."""
        return _led_to(self.automaton, loop, ALL)

    def _loops(self) -> Iterator[_Loop]:
        for positions in reversed(_components(self.automaton.follow)):
            first = next(iter(positions))
            if len(positions) > 1 or first in self.automaton.follow[first]:
                mask = 0
                for one in positions:
                    mask |= self.automaton.masks[one]
                times = self.automaton.times.get(first) if len(positions) == 1 else None
                yield _Loop(frozenset(positions), mask, times)

    def _refuse_ambiguous(self, loop: _Loop) -> None:
        """Raises TooSlow where two ways through the loop read the same text."""
        follow, masks = self.automaton.follow, self.automaton.masks
        for one in loop.positions:
            if any(ways > 1 and other in loop.positions for other, ways in follow[one].items()):
                raise TooSlow(_exponential(self.automaton, loop))
        if len(loop.positions) == 1:
            return
        if len(loop.positions) > LOOP_MAX:
            raise TooSlow(f"one of its repeats has more than {LOOP_MAX} positions")
        forward: dict[tuple[int, int], set[tuple[int, int]]] = {}
        waiting = [(one, one) for one in loop.positions]
        while waiting:
            pair = waiting.pop()
            if pair not in forward:
                one, other = pair
                forward[pair] = {
                    (min(a, b), max(a, b))
                    for a in follow[one]
                    if a in loop.positions
                    for b in follow[other]
                    if b in loop.positions and masks[a] & masks[b]
                }
                waiting += forward[pair]
        if _reaches_back(forward):
            raise TooSlow(_exponential(self.automaton, loop))


def _in_order(ways: tuple[float, int]) -> float:
    """Places that follow each other are fewer than any places."""
    return max(1.0, ways[0] / factorial(ways[1]))


def _anchored(parts: Any, flags: int) -> bool:
    """Whether the pattern can only begin where the text does."""
    for code, argument in parts:
        if str(code) == "AT":
            return str(argument) == "AT_BEGINNING_STRING" or (
                str(argument) == "AT_BEGINNING" and not flags & parser.SRE_FLAG_MULTILINE
            )
        if str(code) not in ("ASSERT", "ASSERT_NOT"):
            return False
    return False


def _share(automaton: _Automaton, a: _Loop, b: _Loop) -> bool:
    """Whether both loops, and something that stands between them, can read the same text."""
    return bool(a.mask & b.mask) and not b.positions.isdisjoint(_led_to(automaton, a, a.mask & b.mask))


def _led_to(automaton: _Automaton, loop: _Loop, mask: int) -> frozenset[int]:
    """The positions that follow the loop by way of characters of `mask`; those that take nothing are led to, too."""
    seen: set[int] = set()
    waiting = list(loop.positions)
    while waiting:
        for other in automaton.follow[waiting.pop()]:
            if other not in seen and (automaton.masks[other] & mask or not automaton.masks[other]):
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)


def _reaches_back(forward: dict[tuple[int, int], set[tuple[int, int]]]) -> bool:
    """Whether two different places that are reached together lead to the same place again."""
    backward: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for pair, following in forward.items():
        for other in following:
            backward.setdefault(other, []).append(pair)
    seen: set[tuple[int, int]] = set()
    waiting = [pair for pair in forward if pair[0] == pair[1]]
    while waiting:
        for pair in backward.get(waiting.pop(), ()):
            if pair[0] != pair[1]:
                return True
            if pair not in seen:
                seen.add(pair)
                waiting.append(pair)
    return False


def _exponential(automaton: _Automaton, loop: _Loop) -> str:
    characters = [sample(automaton.masks[one]) for one in sorted(loop.positions)][:3]
    text = "".join(dict.fromkeys(characters)) * 4
    return (
        f"a repeat in it can split a text such as `{text[:12]}…` in more and more ways, so a search may never end: let "
        "each repeat begin with what the one before it cannot take"
    )


def _components(follow: list[dict[int, int]]) -> list[list[int]]:
    """The strongly connected components, those that others lead to first (Tarjan, without recursion)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in range(len(follow)):
        if root in number:
            continue
        work = [(root, iter(follow[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            for other in following:
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(follow[other])))
                    break
                if other in on_stack:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    component = stack[stack.index(node) :]
                    del stack[len(stack) - len(component) :]
                    on_stack.difference_update(component)
                    found.append(component)
    return found


def length_max(source: str) -> int:
    """The longest text, in characters, that a search for `source` ends soon in. Raises TooSlow where none is."""
    parsed = parser.parse(source)
    cost = Cost(parsed, parsed.state.flags, searched=True)
    low, high = 1, LENGTH_MAX
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost.steps(middle) <= STEPS_MAX else (low, middle - 1)
    if low < LENGTH_MIN:
        words = f"a search of {LENGTH_MIN:,} characters may take more than {STEPS_MAX // 1_000_000} million steps"
        raise TooSlow(f"{words}: give its repeats a limit, `.{{0,40}}` in place of `.*`")
    return low
