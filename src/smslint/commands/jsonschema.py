"""`smslint schema`: JSON Schema for editors, of the configuration and of packs.

Made from the constants that the readers use; a test compares both. smslint itself never validates with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from smslint.configuration import config, declarations, facts
from smslint.gsm import codings
from smslint.gsm.segments import HEADER_OCTETS
from smslint.packs import extending, gateways, limits, loading, rules
from smslint.packs.extending import CAPS
from smslint.packs.windows import DAYS
from smslint.reading.schema import WORDS_MAX
from smslint.tree.domains import ALPHABETS

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

# YAML writes a text without quotes where it can, and a loader may take it for something else.
TEXT: Schema = {"type": ["string", "number", "boolean"]}
WORDS: Schema = {"type": ["string", "number", "boolean"], "maxLength": WORDS_MAX}
TEXTS: Schema = {"oneOf": [TEXT, {"type": "array", "items": TEXT}]}
FLAG: Schema = {"enum": [True, False, "true", "false", "yes", "no", "dates", "off"]}


def _changeable(properties: dict[str, Schema], keys: Iterable[str]) -> dict[str, Schema]:
    """`properties`, those of `keys` also as `key+` and `key-`."""
    return properties | {f"{key}{sign}": properties[key] for key in keys for sign in "+-"}


def _integer(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _object(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


def _severity(known: tuple[str, ...]) -> Schema:
    # `off` is false for a loader of YAML 1.1.
    return {"enum": [*known, False]}


def _one_or_more(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "array", "items": schema}]}


_CATEGORY: Schema = {"enum": [*gateways.CATEGORIES, *gateways.CATEGORY_ALIASES]}


def _gateway_settings() -> dict[str, Schema]:
    settings: dict[str, Schema] = {
        "prefix": WORDS,
        "suffix": WORDS,
        "append_to": _one_or_more(_CATEGORY),
        "append_when_sender": {"enum": list(gateways.SENDERS)},
        "first_message_only": FLAG,
        "short_code": TEXT,
        "skip_if_present": FLAG,
        "header_octets": _integer(HEADER_OCTETS, gateways.HEADER_OCTETS_MAX),
        "capacity": _object({key: _integer(*gateways.capacity_bounds(key)) for key in gateways.CAPACITY_KEYS}),
        "tokens": {"type": "object", "additionalProperties": TEXT},
        "alphabet": {"enum": list(gateways.ALPHABETS)},
        "outside": {"enum": list(gateways.OUTSIDE)},
        "replacement": {"type": "string", "pattern": "^[\\x20-\\x5F\\x61-\\x7E]*$"},
        "tables": _one_or_more({"enum": list(codings.kinds())}),
    }
    return _changeable(settings, gateways.LISTS)


def _window() -> Schema:
    time = {"type": "string", "pattern": "^([01]?[0-9]|2[0-4]):[0-5][0-9]$"}
    day = {"type": "string", "pattern": f"^(?:{'|'.join(DAYS)})(?:-(?:{'|'.join(DAYS)}))?$"}
    dates = _one_or_more({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
    return _object({"days": _one_or_more(day), "dates": dates, "from": time, "to": time, "holidays": FLAG})


def _facts() -> dict[str, Schema]:
    gateway = {"oneOf": [{"enum": list(gateways.names())}, _object({"profile": TEXT, **_gateway_settings()})]}
    country = {"type": "string", "pattern": "^[A-Za-z]{2}$"}
    known = {
        "category": _CATEGORY,
        "country": _one_or_more(country),
        "language": {"type": "string", "pattern": "^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$"},
        "sender": WORDS,
        "brand": _one_or_more(WORDS),
        "gateway": _one_or_more(gateway),
        "max_segments": _integer(1, facts.SEGMENTS_MAX),
        "send_window": _window(),
        "consent": WORDS,
        "first_message": FLAG,
        "stop_code": WORDS,
    }
    return _changeable({key: known[key] for key in facts.KEYS}, facts.LISTS)


def _text() -> dict[str, Schema]:
    length = _integer(0, declarations.LENGTH_MAX)
    return {
        "min_length": length,
        "max_length": length,
        "length": length,
        "alphabet": {"enum": list(ALPHABETS)},
        "values": {"oneOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]},
    }


def _variable() -> Schema:
    items = _integer(0, declarations.ITEMS_MAX)
    return _object(
        {
            **_text(),
            "optional": FLAG,
            "max_items": items,
            "min_items": items,
            "item": {"$ref": "#/$defs/variable"},
            "fields": _named_variables(),
        }
    )


def _named_variables() -> Schema:
    name = {"pattern": f"^{declarations.NAME}$"}
    return {"type": "object", "propertyNames": name, "additionalProperties": {"$ref": "#/$defs/variable"}}


def of_configuration() -> Schema:
    """The schema of `.smslint.yaml`."""
    variables = _named_variables()
    names = {"pattern": r"^[^\W\d]\w*(\.[^\W\d]\w*)*$"}
    filters = {"type": "object", "propertyNames": names, "additionalProperties": _object(_text())}
    delimiter = {"type": "string", "minLength": 1}
    severities = {"type": "object", "additionalProperties": _severity(extending.SEVERITIES)}
    template = _object({"files": TEXTS, "rules": severities, **_facts()}, ("files",))
    properties = {
        "version": {"const": 1},
        "extends": _extends(),
        "include": TEXTS,
        "exclude": TEXTS,
        "defaults": _object(_facts()),
        "templates": _one_or_more(template),
        "search_path": TEXTS,
        "catalogues": {
            "oneOf": [
                {"type": "string", "pattern": r"\{language\}"},
                {"type": "object", "additionalProperties": TEXT},
            ]
        },
        "same_message": _one_or_more({"type": "string", "pattern": r"\{language\}"}),
        "variables": variables,
        "undeclared": {"$ref": "#/$defs/variable"},
        "filters": filters,
        "examples": _examples(),
        "jinja": _object(dict.fromkeys(config.JINJA_FLAGS, FLAG) | dict.fromkeys(config.JINJA_DELIMITERS, delimiter)),
        "rules": severities,
        "fail_on": {"enum": list(config.FAIL_ON)},
        "require_reason": FLAG,
    }
    known = _changeable({key: properties[key] for key in config.KEYS}, config.LISTS)
    return {"$schema": DRAFT, "title": "smslint configuration", **_object(known, ("version",)), "$defs": _defs()}


def _examples() -> Schema:
    context = {"type": "object", "not": {"anyOf": [{"required": ["contexts"]}, {"required": ["data"]}]}}
    entry = {"files": TEXTS, "contexts": _one_or_more({"type": "object"}), "data": {"type": "string"}}
    either = {"oneOf": [{"required": ["contexts"]}, {"required": ["data"]}]}
    return {"oneOf": [{"type": "string"}, *_one_or_more({"oneOf": [context, _object(entry) | either]})["oneOf"]]}


def _extends() -> Schema:
    return _one_or_more({"oneOf": [TEXT, _object({"pack": TEXT, "severity_max": {"enum": list(CAPS)}}, ("pack",))]})


def _defs() -> dict[str, Schema]:
    return {"variable": _variable()}


def of_packs() -> Schema:
    """The schema of a pack."""
    texts = {"type": "object", "additionalProperties": TEXT}
    named = {"oneOf": [{"type": "string"}, _object({"name": TEXT, "cues": TEXTS, "pattern": TEXT}, ("pattern",))]}
    language = _object(
        _changeable({"cues": TEXTS, "any": _one_or_more(named), "never": _one_or_more(named)}, loading.PATTERNS)
    )
    slot = {"oneOf": [{"type": "string"}, _object({"cues": TEXTS, "pattern": TEXT}, ("pattern",))]}
    case = {"ok": TEXT, "bad": TEXT, "rule": TEXT, "facts": _object(_facts())}
    case |= {"variables": {"type": "object", "additionalProperties": {"$ref": "#/$defs/variable"}}}
    stated: dict[str, Schema] = {"value": {}, "source": TEXTS, "confidence": {"enum": list(limits.CONFIDENCES)}}
    stated |= {"note": TEXT, "country": TEXTS, "examples": {"type": "array", "items": _object(case)}}
    limit = _object(stated, ("value", "source", "confidence"))
    properties = {
        "version": {"const": 1},
        "pack": TEXT,
        "summary": TEXT,
        "extends": _extends(),
        "country": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
        "limits": _object(_changeable(dict.fromkeys(limits.LIMITS, limit), limits.LISTS)),
        "fragments": texts,
        "slots": {"type": "object", "additionalProperties": slot},
        "wording": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": language}},
        "substitutes": {
            "type": "object",
            "patternProperties": {"[^-]$": texts, "-$": TEXTS},
            "additionalProperties": False,
        },
        "rules": {"type": "array", "items": _rule()},
    }
    return {"$schema": DRAFT, "title": "smslint pack", **_object(properties, ("version", "pack")), "$defs": _defs()}


def _rule() -> Schema:
    properties: dict[str, Schema] = {
        "id": {"type": "string", "pattern": f"^{rules.ID}$"},
        "aliases": _one_or_more({"type": "string", "pattern": f"^{rules.ID}$"}),
        "summary": TEXT,
        "severity": _severity(extending.SEVERITIES),
        "when": _object(_when()),
        **_checks(),
        "message": TEXT,
        "why": TEXT,
        "source": TEXTS,
        "confidence": {"enum": list(limits.CONFIDENCES)},
        "examples": _one_or_more(_example()),
    }
    changed = _changeable(properties, rules.CHANGED) | {"examples+": properties["examples"]}
    options = {f"{check}-": TEXTS for check in rules.CHECKS}
    one_check = {"oneOf": [_asks(check) for check in rules.CHECKS]}
    whole = {"required": ["summary", "message"], **one_check}
    # What a rule that is inherited need not say again, the schema cannot know.
    inherited: Schema = {"anyOf": [one_check, {"not": {"anyOf": [_asks(check) for check in rules.CHECKS]}}]}
    return {**_object({**changed, **options, "when-": TEXTS}, ("id",)), "anyOf": [whole, inherited]}


def _asks(check: str) -> Schema:
    return {"anyOf": [{"required": [f"{check}{sign}"]} for sign in ("", "+", "-")]}


def _when() -> dict[str, Schema]:
    known: dict[str, Schema] = {
        "category": _CATEGORY,
        "sender": {"enum": list(rules.WHEN_SENDER)},
        "brand": {"enum": list(rules.WHEN_BRAND)},
        "first_message": FLAG,
        "asked": {"type": "object", "properties": dict.fromkeys(limits.LIMITS, TEXTS), "minProperties": 1}
        | {"maxProperties": 1, "additionalProperties": False},
    }
    return {key: _one_or_more(known.get(key, TEXT)) for key in rules.WHEN}


def _checks() -> dict[str, Schema]:
    """What each check takes."""
    limit: Schema = {"enum": list(limits.LIMITS)}
    places: dict[str, Schema] = {"wording": TEXT, "pattern": TEXT, "brand": FLAG, "limit": limit}
    places |= {key: {"enum": list(known)} for key, known in rules.CHOICES.items()} | {"except": {"enum": ["stop_code"]}}

    def target(**also: Schema) -> Schema:
        return {**_object({**places, **also}), "oneOf": [{"required": [key]} for key in rules.TARGETS]}

    measures: dict[str, Schema] = {
        "segments": {"anyOf": [{"const": "max_segments"}, _integer(0, 255)]},
        "suffix_segments": _integer(0, 255),
        "characters": limit,
        "parts": limit,
    }
    paths: Schema = {"enum": list(rules.QUANTIFIERS)}
    return {
        "require": target(paths=paths),
        "forbid": target(paths=paths),
        "count": target(max=_integer(0, 10_000)) | {"required": ["max"]},
        "implies": _object({"if": target(), "then": target()}, ("if", "then")),
        "limit": _object(measures) | {"minProperties": 1, "maxProperties": 1},
        "substitute": _object({"outside": {"enum": list(rules.OUTSIDE)}, "table": TEXT}, ("table",)),
        "sender": _object(dict.fromkeys(rules.SENDER_OPTIONS, limit)) | {"minProperties": 1, "maxProperties": 1},
        "window": limit,
        "variables": limit,
        "split": _object({"pattern": TEXT}, ("pattern",)),
        "whitespace": {"enum": list(rules.WHITESPACE)},
        "metadata": _object({"missing": {"enum": list(rules.METADATA)}}, ("missing",)),
        "translation": {"oneOf": [{"const": "variables"}, _object({"wording": TEXT}, ("wording",))]},
        "problem": {"enum": list(rules.PROBLEMS)},
    }


def _example() -> Schema:
    properties = {
        "ok": TEXT,
        "bad": TEXT,
        "at": TEXT,
        "path": TEXT,
        "facts": _object(_facts()),
        "variables": _named_variables(),
        "encoding": {"enum": list(rules.ENCODINGS)},
        "translations": {"type": "object", "additionalProperties": TEXT},
        "contexts": _one_or_more({"type": "object"}),
    }
    return {**_object(properties), "oneOf": [{"required": ["ok"]}, {"required": ["bad"]}]}
