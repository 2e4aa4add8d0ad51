"""What a variable can be: how many characters, of which kinds, or which values.

For counting, characters differ only in weight, so an alphabet is a tuple of samples: one string for each kind of
thing that a character of the value can turn into. `upper` on the basic table gives ("A", "SS", "È"): one septet, two
characters (from ß), one character outside GSM-7 (from è). The samples are also what a witness is written with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import cycle, islice
from typing import Any, Protocol, TypeAlias

LENGTH_MAX = 1_000_000  # characters that are told from no bound, as filters may lengthen over and over
DOMAINS_MAX = 64  # that a domain is told apart into by filters

Alphabet: TypeAlias = tuple[str, ...]
Constant: TypeAlias = "str | bool | int"
Halves: TypeAlias = "tuple[int | None, int | None]"  # of numbers, from and to; None: no end (`ranges`)


class _Undefined(str):
    """Prints nothing, and is not the empty text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = _Undefined()  # the value of a variable that is not passed in


class Failed(Exception):
    """With this value nothing is sent: the template fails when it is rendered."""


ALPHABETS: dict[str, Alphabet] = {
    "digits": ("0",),
    "gsm7": ("A",),
    "gsm7-extended": ("A", "€"),
    "latin": ("A", "€", "ê"),
    "unicode": ("A", "€", "ê", "😀"),
}

# What a sample stands for when a filter looks at each character: one character of each kind that some filter treats
# in its own way (ß becomes SS, è becomes È, Ç becomes ç). A test compares them with every character of the alphabets.
_KINDS = {"A": "Aaßè ÇΔ&<'\n", "€": "€[~", "ê": "êŉİ", "😀": "😀ﬃΐ"}


@dataclass(frozen=True)
class Domain:
    """`length_min` to `length_max` characters of `alphabet` (length_max None: no bound), or exactly one of `values`;
    then the literal `end` (what `truncate` puts in place of the rest). As a condition has said so, `excluded` are
    values that it cannot be, and `numbers` those that it is one of, in halves. Not `exact`: it can be no more than
    that, but smslint does not know all of it to be possible."""

    length_min: int = 0
    length_max: int | None = None
    alphabet: Alphabet = ALPHABETS["unicode"]
    values: tuple[Constant, ...] | None = None
    end: str = ""
    exact: bool = True
    excluded: tuple[Constant, ...] = ()
    numbers: Halves | None = None
    _types: tuple[type[Any], ...] = field(init=False, repr=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.length_min > LENGTH_MAX or (self.length_max or 0) > LENGTH_MAX:
            object.__setattr__(self, "length_min", min(self.length_min, LENGTH_MAX))
            object.__setattr__(self, "length_max", None)
            object.__setattr__(self, "exact", False)
        # 1 and True are equal in Python, and print otherwise. The hash is kept, as there may be thousands of values.
        types = () if self.values is None else tuple(map(type, self.values))
        object.__setattr__(self, "_types", types)
        key = (self.length_min, self.length_max, self.alphabet, self.values, self.end, self.exact, self.excluded)
        object.__setattr__(self, "_hash", hash((key, types, self.numbers)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def bounded(self) -> bool:
        return self.values is not None or self.length_max is not None


Domains: TypeAlias = tuple[Domain, ...]


class Filter(Protocol):
    """What becomes of a value before it is printed, known twice: of all values of a domain, which is never too small,
    and of one value. Equal filters hash alike."""

    def __call__(self, domain: Domain) -> Domains:
        """What it makes of a domain without declared values."""
        ...

    def value(self, value: Any) -> Any:
        """What it makes of one value. Raises Failed."""
        ...

    @property
    def hints(self) -> tuple[str, ...]:
        """Characters that it treats in its own way, to try in values."""
        ...

    @property
    def common(self) -> str:
        """How values that reach the ends of its domain do so after other filters too: it prints each character in
        capitals (`upper`) or small letters (`lower`), as it is (`same`), or not all of them (`cut`); empty: nobody
        knows."""
        ...


UNKNOWN = Domain(exact=False)
EMPTY = Domain(values=("",))
ABSENT = Domain(values=(UNDEFINED,))


def through(domain: Domain, filters: tuple[Filter, ...]) -> Domains:
    """What is printed of `domain` after the filters, as alternatives; values with which a filter fails left out."""
    if not filters:
        return (domain,)
    if domain.values is not None:
        texts = tuple(text for text in (_text(domain, filters, value) for value in domain.values) if text is not None)
        return (replace(domain, values=texts or ("",), end=""),)
    return _through(domain, filters)


@lru_cache(maxsize=1024)
def _through(domain: Domain, filters: tuple[Filter, ...]) -> Domains:
    found: Domains = (domain,)
    for change in filters:
        found = tuple(dict.fromkeys(after for before in found for after in change(before)))
        if len(found) > DOMAINS_MAX:
            found = (widest(found),)
    return found


def widest(domains: Sequence[Domain]) -> Domain:
    """A domain that holds all of `domains`, and more."""
    each = [joined((domain,)) for domain in domains]
    lengths = [domain.length_max for domain in each]
    most = None if None in lengths else max(length for length in lengths if length is not None)
    samples = dict.fromkeys(sample for domain in each for sample in domain.alphabet)
    return Domain(min(domain.length_min for domain in each), most, tuple(samples), exact=False)


def printed(domain: Domain, filters: tuple[Filter, ...], value: Constant) -> str:
    """What `value` prints after the filters. Raises Failed."""
    found: Any = str(value) + domain.end if domain.end else value
    for change in filters:
        found = change.value(found)
    return str(found)


def _text(domain: Domain, filters: tuple[Filter, ...], value: Constant) -> str | None:
    try:
        return printed(domain, filters, value)
    except Failed:
        return None


def sends(domain: Domain, filters: tuple[Filter, ...]) -> bool:
    """Whether the filters fail for no value of `domain`, all of which are declared."""
    return all(_text(domain, filters, value) is not None for value in domain.values or ())


def contains(domain: Domain, value: Constant) -> bool:
    """Whether a variable of this domain can be `value`; False for a value of another type than text."""
    if domain.values is not None:
        return any(type(v) is type(value) and v == value for v in domain.values)
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or len(text) < domain.length_min or value in domain.excluded:
        return False
    if domain.numbers is not None:
        from smslint.tree.ranges import is_written

        if not is_written(text, domain.numbers):
            return False
    return (domain.length_max is None or len(text) <= domain.length_max) and fits(text, domain.alphabet)


def fits(text: str, alphabet: Alphabet) -> bool:
    """Whether every character of `text` weighs what some character of `alphabet` weighs."""
    from smslint.gsm.segments import runs

    if alphabet == ALPHABETS["digits"]:
        return text.isascii() and (text.isdigit() or not text)
    weights = {(run.septets, run.code_units) for sample in alphabet for run in runs(sample)}
    return all((run.septets, run.code_units) in weights for run in runs(text))


def by_character(domain: Domain, change: Callable[[str], str], hints: Alphabet = ()) -> Domain:
    """The domain of a value, no constant, of which each character is changed by itself; `hints` as in Filter."""
    samples = dict.fromkeys(change(sample) for sample in kinds(domain.alphabet, hints))
    return replace(domain, alphabet=tuple(samples), end=change(domain.end))


def kinds(alphabet: Alphabet, hints: Alphabet = ()) -> Alphabet:
    """`alphabet` with one sample for each kind of character that filters tell apart, and those `hints` that are in
    it."""
    found = dict.fromkeys(kind for sample in alphabet for kind in _KINDS.get(sample, (sample,)))
    return (*found, *(hint for hint in hints if hint not in found and can_hold(alphabet, hint)))


def can_hold(alphabet: Alphabet, character: str) -> bool:
    """Whether a text of `alphabet`, of samples as filters leave them, can have this character in it."""
    if alphabet == ALPHABETS["digits"]:
        return character in "0123456789"
    return fits(character, tuple(sample for sample in alphabet if len(sample) == 1))


def joined(domains: Iterable[Domain]) -> Domain:
    """A domain that holds every text made of one value of each of `domains`, in a row."""
    low, high, alphabet = 0, 0, dict[str, None]()
    unbounded = False
    for domain in domains:
        if domain.values is not None:
            texts = [str(value) + domain.end for value in domain.values]
            low += min(map(len, texts))
            high += max(map(len, texts))
            alphabet.update(dict.fromkeys(kind for text in texts for kind in weights(text)))
            continue
        domain = flat(domain)
        low += domain.length_min
        high += domain.length_max or 0
        unbounded |= domain.length_max is None
        alphabet.update(dict.fromkeys(domain.alphabet))
    return Domain(low, None if unbounded else high, tuple(alphabet) or ("A",), exact=False)


def weights(text: str) -> Iterator[str]:
    """The samples that stand for the characters of `text`."""
    from smslint.gsm.segments import runs

    if fits(text, ALPHABETS["digits"]):
        yield "0"
        return
    for run in runs(text):
        yield {1: "A", 2: "€"}.get(run.septets, "ê" if run.code_units == 1 else "😀")
    yield from (character for character in text if len(character.upper()) > 2)


def flat(domain: Domain) -> Domain:
    """`domain` with one character a sample and no end: the lengths are then those of the text itself."""
    lengths = [len(sample) for sample in domain.alphabet]
    if max(lengths) == min(lengths) == 1 and not domain.end:
        return domain
    characters = tuple(dict.fromkeys("".join(domain.alphabet) + domain.end)) or ("A",)
    most = None if domain.length_max is None else domain.length_max * max(lengths) + len(domain.end)
    return Domain(domain.length_min * min(lengths) + len(domain.end), most, characters, exact=False)


def sample_value(sample: str, length: int) -> str:
    """A value of `length` times `sample`, readable where it can be: digits count up."""
    return "".join(islice(cycle("1234567890"), length)) if sample == "0" else sample * length
