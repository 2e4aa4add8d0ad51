"""The facts of a template: what is known of a message beyond its text, and which line of which file says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from smslint.packs import gateways, windows
from smslint.packs.gateways import Gateway
from smslint.packs.windows import Window
from smslint.reading.schema import Reader, combined, nothing, signed
from smslint.reading.yamltree import Mapping as MappingNode
from smslint.reading.yamltree import Node, Scalar

KEYS = (
    *("category", "country", "language", "sender", "brand", "gateway", "max_segments"),
    *("send_window", "consent", "first_message", "stop_code"),
)
LISTS = ("country", "brand", "gateway")  # those that take `key+` and `key-`
SEGMENTS_MAX = 255  # parts that one message can have, TS 23.040 9.2.3.24.1

_BRAND_VARIABLE = r"\{\{-?\s*([\w.]+)\s*-?\}\}"
_SHORT_CODE = r"(?<!\w)(?:[0-9]{4,6}|[Xx]{5}|3[68][Xx]{3})(?!\w)"
_CHANGES = frozenset(f"{key}{sign}" for key in LISTS for sign in "+-")
_LANGUAGE = r"[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*"


class Setting(NamedTuple):
    """A value and where it was set: a `path:line`, or `default`."""

    value: Any
    where: str = "default"


Layer: TypeAlias = "dict[str, Setting]"


class Facts(NamedTuple):
    """What is known of one template. `where` tells for each fact the place that set it."""

    category: str | None = None
    countries: tuple[str, ...] = ()
    language: str | None = None
    sender: str | None = None
    brands: tuple[str, ...] = ()
    brand_variables: tuple[str, ...] = ()
    gateways: tuple[Gateway, ...] = (gateways.NONE,)
    max_segments: int = 1
    send_window: Window | None = None
    consent: str | None = None
    first_message: bool = False
    stop_code: str | None = None
    where: Mapping[str, str] = MappingProxyType({})

    @property
    def speaking(self) -> tuple[str, ...]:
        """What brings packs in: the countries, and the language."""
        return (*self.countries, *([self.language] if self.language else []))

    @property
    def gateway(self) -> Gateway:
        """The gateway, of a template that is looked at as one gateway sends it."""
        return self.gateways[0]

    def each(self) -> Iterator[Facts]:
        """The facts as each of the gateways sends the template."""
        return (self if len(self.gateways) == 1 else self._replace(gateways=(one,)) for one in self.gateways)

    @property
    def sender_kind(self) -> str:
        """`none`, `alphanumeric` (has a letter, so cannot be answered), `short-code` (3 to 6 digits) or `number`."""
        if self.sender is None:
            return "none"
        if gateways.alphanumeric(self.sender):
            return "alphanumeric"
        digits = self.sender.strip().lstrip("+")
        return "short-code" if digits.isdigit() and len(digits) <= 6 and self.sender[0] != "+" else "number"

    @property
    def code(self) -> str | None:
        """The short code that an opt-out is sent to: the declared one, else the gateway's in these countries, else that
        in what it appends."""
        held = self.gateway.short_code_countries
        if self.stop_code is not None:
            return self.stop_code
        if self.gateway.short_code and (not held or not self.countries or set(held) & set(self.countries)):
            return self.gateway.short_code
        found = re.search(_SHORT_CODE, self.gateway.suffix or "") if self.appends else None
        return None if found is None else found[0]

    @property
    def suffix(self) -> str:
        """What the gateway appends to this message, with the declared short code in it; empty where it appends nothing,
        or a text that nobody knows."""
        text = (self.gateway.suffix or "") if self.appends else ""
        return text if self.stop_code is None else re.sub(_SHORT_CODE, lambda _: self.stop_code or "", text)

    @property
    def appends(self) -> bool:
        """Whether the gateway appends its suffix to this message, unless the text holds it already."""
        return self.gateway.suffix != "" and self.gateway.appends_to(self.category, self.sender, self.first_message)

    @property
    def append(self) -> str:
        """What to do for the gateway to append its suffix, where it does not."""
        gateway = self.gateway
        meant = gateway.suffix and self.category in gateway.append_to and not self.appends
        if meant and gateway.append_when_sender != "any":
            return f"or declare a name as `sender`, with which {gateway.name} appends `{str(gateway.suffix).strip()}`"
        return "or let the gateway append it"


def merged(layers: Iterable[Layer]) -> Layer:
    """`layers` as one, a later one winning key by key; `key+` and `key-` change the list of those before."""
    found: Layer = {}
    for layer in layers:
        if _CHANGES.isdisjoint(layer):
            found.update(layer)
        else:
            _change(found, layer)
    return found


def _change(found: Layer, layer: Layer) -> None:
    for key, setting in sorted(layer.items()):  # `brand` before `brand+` before `brand-`
        name, sign = signed(key)
        value = setting.value
        if sign:
            value = combined(found[name].value if name in found else (), {key: value}, name)
        found[name] = Setting(value, setting.where)
        if sign and not value:
            del found[name]


def facts(layers: Iterable[Layer]) -> Facts:
    """The facts that `layers` state, a later one winning key by key."""
    settings = merged(layers)
    values = {key: setting.value for key, setting in settings.items()}
    brands = values.get("brand", ())
    return Facts(
        category=values.get("category"),
        countries=values.get("country", ()),
        language=values.get("language"),
        sender=values.get("sender"),
        brands=tuple(brand for brand in brands if not re.fullmatch(_BRAND_VARIABLE, brand)),
        brand_variables=tuple(found[1] for brand in brands if (found := re.fullmatch(_BRAND_VARIABLE, brand))),
        gateways=values.get("gateway", (gateways.NONE,)),
        max_segments=values.get("max_segments", 1),
        send_window=values.get("send_window"),
        consent=values.get("consent"),
        first_message=values.get("first_message", False),
        stop_code=values.get("stop_code"),
        where={key: settings[key].where if key in settings else "default" for key in KEYS},
    )


def layer(reader: Reader, node: MappingNode | None, what: str, also: tuple[str, ...] = ()) -> Layer:
    """The facts that a mapping states; keys in `also` are left to the caller."""
    found: Layer = {}
    for key, value in reader.entries(node, what, (*also, *KEYS), LISTS):
        name = signed(key.text)[0]
        if name in KEYS:
            fact = _fact(reader, name, value)
            if fact is not None:
                found[key.text] = Setting(fact, f"{reader.path}:{reader.line(key)}")
    return found


def _fact(reader: Reader, key: str, node: Node) -> Any:
    what = f"`{key}`"
    if nothing(node) and key in (*LISTS, "send_window"):
        reader.mistake(node, f"{what} has no value: write one, or take it out")
        return None
    if key == "category":
        return gateways.category(reader, node, what)
    if key == "country":
        return tuple(filter(None, (_country(reader, item) for item in reader.items(node))))
    if key == "language":
        return _language(reader, node)
    if key == "gateway":
        found = (gateways.gateway(reader, item) for item in reader.items(node))
        return tuple(one for one in found if one is not None) or None
    if key == "send_window":
        return windows.sending(reader, node, what)
    if key == "first_message":
        return reader.boolean(node, what)
    if key == "max_segments":
        return reader.integer(node, what, 1, SEGMENTS_MAX)
    if key == "brand":
        return tuple(brand for item in reader.items(node) if (brand := _brand(reader, item)))
    return reader.words(node, what) or None


def _brand(reader: Reader, node: Node) -> str:
    name = reader.words(node, "each of `brand`")
    if isinstance(node, Scalar) and not nothing(node) and not name.strip():
        reader.mistake(node, "a `brand` is empty: write the name by which recipients know the sender, or take it out")
    return name.strip() and name


def _country(reader: Reader, node: Node) -> str | None:
    code = reader.string(node, "`country`")
    if re.fullmatch("[A-Za-z]{2}", code):
        return code.upper()
    from smslint.packs.packs import country_called

    meant = country_called(code) if code else None
    hint = f": did you mean `{meant}`?" if meant else ""
    reader.mistake(node, f"`country` must be two letters (ISO 3166: FR, BE, US), not `{code}`{hint}")
    return None


def _language(reader: Reader, node: Node) -> str | None:
    code = reader.string(node, "`language`")
    if re.fullmatch(_LANGUAGE, code):
        return code.lower().replace("_", "-")
    reader.mistake(node, f"`language` must be a language code (fr, en, pt-br), not `{code}`")
    return None
