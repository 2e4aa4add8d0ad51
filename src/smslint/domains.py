"""What a variable can be: how many characters, of which kinds, or which values.

For counting, characters differ only in weight, so an alphabet is a tuple of samples: one string for each kind of
thing that a character of the value can turn into. `upper` on the basic table gives ("A", "SS", "È"): one septet, two
characters (from ß), one character outside GSM-7 (from è). The samples are also what a witness is written with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from typing import Any, TypeAlias

Alphabet: TypeAlias = tuple[str, ...]
Constant: TypeAlias = "str | bool | int"

ALPHABETS: dict[str, Alphabet] = {
    "digits": ("0",),
    "gsm7": ("A",),
    "gsm7-extended": ("A", "€"),
    "latin": ("A", "€", "ê"),
    "unicode": ("A", "€", "ê", "😀"),
}

# What a sample stands for when a filter looks at each character: one character of each kind that some filter treats
# in its own way (ß becomes SS, è becomes È, Ç becomes ç). A test compares them with every character of the alphabets.
_KINDS = {"A": "Aaßè ÇΔ&<'\n", "ê": "êŉİ", "😀": "😀ﬃΐ"}


@dataclass(frozen=True)
class Domain:
    """`length_min` to `length_max` characters of `alphabet` (length_max None: no bound), or exactly one of `values`;
    then the literal `end` (what `truncate` puts in place of the rest). `excluded`: values that it cannot be, as a
    condition has said so. Not `exact`: it can be no more than that, but
    smslint does not know all of it to be possible."""

    length_min: int = 0
    length_max: int | None = None
    alphabet: Alphabet = ALPHABETS["unicode"]
    values: tuple[Constant, ...] | None = None
    end: str = ""
    exact: bool = True
    excluded: tuple[Constant, ...] = ()
    _types: tuple[type[Any], ...] = field(init=False, repr=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # 1 and True are equal in Python, and print otherwise. The hash is kept, as there may be thousands of values.
        types = () if self.values is None else tuple(map(type, self.values))
        object.__setattr__(self, "_types", types)
        key = (self.length_min, self.length_max, self.alphabet, self.values, self.end, self.exact, self.excluded)
        object.__setattr__(self, "_hash", hash((key, types)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def bounded(self) -> bool:
        return self.values is not None or self.length_max is not None


Domains: TypeAlias = tuple[Domain, ...]
Filter: TypeAlias = "Callable[[Domain], Domains]"

UNKNOWN = Domain(exact=False)
EMPTY = Domain(values=("",))


def contains(domain: Domain, value: Constant) -> bool:
    """Whether a variable of this domain can be `value`; False for a value of another type than text."""
    if domain.values is not None:
        return any(type(v) is type(value) and v == value for v in domain.values)
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or len(text) < domain.length_min or value in domain.excluded:
        return False
    return (domain.length_max is None or len(text) <= domain.length_max) and fits(text, domain.alphabet)


def fits(text: str, alphabet: Alphabet) -> bool:
    """Whether every character of `text` weighs what some character of `alphabet` weighs."""
    from smslint.segments import runs

    if alphabet == ALPHABETS["digits"]:
        return text.isascii() and (text.isdigit() or not text)
    weights = {(run.septets, run.code_units) for sample in alphabet for run in runs(sample)}
    return all((run.septets, run.code_units) in weights for run in runs(text))


def upper(domain: Domain) -> Domains:
    """The domain of `value|upper`."""
    return by_character(domain, str.upper)


def lower(domain: Domain) -> Domains:
    """The domain of `value|lower`."""
    return by_character(domain, str.lower)


def by_character(domain: Domain, change: Callable[[str], str]) -> Domains:
    """The domain of a value of which each character is changed by itself."""
    if domain.values is not None:
        return (replace(domain, values=tuple(change(str(v)) for v in domain.values), end=change(domain.end)),)
    samples = dict.fromkeys(change(sample) for sample in kinds(domain.alphabet))
    return (replace(domain, alphabet=tuple(samples), end=change(domain.end)),)


def kinds(alphabet: Alphabet) -> Alphabet:
    """`alphabet` with one sample for each kind of character that filters tell apart."""
    return tuple(dict.fromkeys(kind for sample in alphabet for kind in _KINDS.get(sample, (sample,))))


def trim(domain: Domain) -> Domains:
    """The domain of `value|trim`: a value of any alphabet but digits may be all white space."""
    if domain.values is not None:
        return (replace(domain, values=tuple((str(v) + domain.end).strip() for v in domain.values), end=""),)
    if domain.alphabet == ALPHABETS["digits"] and not domain.end:
        return (domain,)
    return (replace(domain, length_min=0),)


def joined(domains: Iterable[Domain]) -> Domain:
    """A domain that holds every text made of one value of each of `domains`, in a row."""
    low, high, alphabet = 0, 0, dict[str, None]()
    unbounded = False
    for domain in domains:
        if domain.values is not None:
            texts = [str(value) + domain.end for value in domain.values]
            low += min(map(len, texts))
            high += max(map(len, texts))
            alphabet.update(dict.fromkeys(kind for text in texts for kind in _weights(text)))
            continue
        domain = flat(domain)
        low += domain.length_min
        high += domain.length_max or 0
        unbounded |= domain.length_max is None
        alphabet.update(dict.fromkeys(domain.alphabet))
    return Domain(low, None if unbounded else high, tuple(alphabet) or ("A",), exact=False)


def _weights(text: str) -> Iterator[str]:
    from smslint.segments import runs

    position = 0
    for run in runs(text):
        yield text[position]
        position += run.length


def truncate(domain: Domain, length: int, killwords: bool = False, end: str = "...", leeway: int = 5) -> Domains:
    """The domain of `value|truncate(length, …)`: a value up to `length + leeway` characters stays as it is, a longer
    one is cut (Jinja2's `do_truncate`)."""
    if domain.values is not None:
        values = (str(v) + domain.end for v in domain.values)
        return (replace(domain, values=tuple(_cut(v, length, killwords, end, leeway) for v in values), end=""),)
    domain = flat(domain)
    limit = length + leeway
    if domain.length_max is not None and domain.length_max <= limit:
        return (domain,)
    cut = length - len(end)
    exact = killwords or domain.alphabet == ALPHABETS["digits"]
    shortened = replace(domain, length_min=cut if exact else 0, length_max=cut, end=end)
    if domain.length_min > limit:
        return (shortened,)
    return (replace(domain, length_max=limit), shortened)


def _cut(value: str, length: int, killwords: bool, end: str, leeway: int) -> str:
    if len(value) <= length + leeway:
        return value
    head = value[: length - len(end)]
    return (head if killwords else head.rsplit(" ", 1)[0]) + end


def flat(domain: Domain) -> Domain:
    """`domain` with one character a sample and no end: the lengths are then those of the text itself."""
    longest = max(len(sample) for sample in domain.alphabet)
    if longest == 1 and not domain.end:
        return domain
    characters = tuple(dict.fromkeys("".join(domain.alphabet) + domain.end))
    most = None if domain.length_max is None else domain.length_max * longest + len(domain.end)
    return Domain(domain.length_min + len(domain.end), most, characters, exact=False)


def sample_value(sample: str, length: int) -> str:
    """A value of `length` times `sample`, readable where it can be: digits count up."""
    return "".join(islice(cycle("1234567890"), length)) if sample == "0" else sample * length
