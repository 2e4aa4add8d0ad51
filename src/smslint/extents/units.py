"""The units of stretches of a message, added up: the most and the least of each kind, wherever parts end.

One character outside GSM-7 changes what all others weigh, so three numbers are kept at each end: the septets of what is
all in GSM-7, the code units of the same, and the code units of what is not. Two stretches in a row are in GSM-7 if both
are, and outside if either is. Infinite: there is no such stretch.
"""

from __future__ import annotations

from smslint.gsm.segments import Encoding, weight

Totals = tuple[float, float, float, float, float, float]
INFINITE = float("inf")
UNBOUNDED = 1 << 80  # units of what has no bound
NOTHING: Totals = (0, 0, -INFINITE, 0, 0, INFINITE)


def of_text(text: str) -> Totals:
    """What a text weighs."""
    found = weight(text)
    if found.gsm7:
        return found.septets, found.code_units, -INFINITE, found.septets, found.code_units, INFINITE
    return -INFINITE, -INFINITE, found.code_units, INFINITE, INFINITE, found.code_units


_NO_PAIRS: frozenset[Encoding] = frozenset()
_PAIRS: dict[bool, frozenset[Encoding]] = {True: frozenset(("GSM-7",)), False: frozenset(("UCS-2",))}


def paired(text: str) -> frozenset[Encoding]:
    """The encoding of `text`, if some character of it takes two units in it."""
    found = weight(text)
    return _PAIRS[found.gsm7] if found.pairs else _NO_PAIRS


def in_a_row(first: Totals, second: Totals) -> Totals:
    """What two stretches weigh together."""
    g1, p1, u1, h1, q1, v1 = first
    g2, p2, u2, h2, q2, v2 = second
    most, more = u1 + (p2 if p2 > u2 else u2), p1 + u2
    least, less = v1 + (q2 if q2 < v2 else v2), q1 + v2
    return g1 + g2, p1 + p2, (most if most > more else more), h1 + h2, q1 + q2, (least if least < less else less)


def either(first: Totals, second: Totals) -> Totals:
    """What one of two stretches weighs."""
    g1, p1, u1, h1, q1, v1 = first
    g2, p2, u2, h2, q2, v2 = second
    return (
        g1 if g1 > g2 else g2,
        p1 if p1 > p2 else p2,
        u1 if u1 > u2 else u2,
        h1 if h1 < h2 else h2,
        q1 if q1 < q2 else q2,
        v1 if v1 < v2 else v2,
    )


def rounds(base: Totals, number: int) -> Totals:
    """What `number` stretches in a row weigh, each of them `base`."""
    if number == 0:
        return NOTHING
    number = min(number, UNBOUNDED)  # past it there is no bound, and floats are too small
    g, p, u, h, q, v = (one if abs(one) == INFINITE else min(int(one), UNBOUNDED) for one in base)
    more = number - 1
    most = u + (max(p, u) * more if more else 0)
    least = v + (min(q, v) * more if more else 0)
    return g * number, p * number, most, h * number, q * number, least
