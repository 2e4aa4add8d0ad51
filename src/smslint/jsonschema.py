"""`smslint schema`: JSON Schema for editors, of the configuration and of packs.

Made from the constants that the readers use; a test compares both. smslint itself never validates with it.
"""

from __future__ import annotations

from typing import Any

from smslint import config, declarations, facts, gateways, limits, rules
from smslint.domains import ALPHABETS
from smslint.windows import DAYS

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

# YAML writes a text without quotes where it can, and a loader may take it for something else.
TEXT: Schema = {"type": ["string", "number", "boolean"]}
TEXTS: Schema = {"oneOf": [TEXT, {"type": "array", "items": TEXT}]}
FLAG: Schema = {"enum": [True, False, "true", "false", "yes", "no", "on", "off"]}


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
    return {
        "prefix": TEXT,
        "suffix": TEXT,
        "append_to": _one_or_more(_CATEGORY),
        "append_when_sender": {"enum": list(gateways.SENDERS)},
        "skip_if_present": FLAG,
        "header_octets": _integer(6, 7),
        "tokens": {"type": "object", "additionalProperties": TEXT},
    }


def _window() -> Schema:
    time = {"type": "string", "pattern": "^([01]?[0-9]|2[0-4]):[0-5][0-9]$"}
    day = {"type": "string", "pattern": f"^(?:{'|'.join(DAYS)})(?:-(?:{'|'.join(DAYS)}))?$"}
    return _object({"days": _one_or_more(day), "from": time, "to": time, "holidays": FLAG})


def _facts() -> dict[str, Schema]:
    gateway = {"oneOf": [{"enum": list(gateways.names())}, _object({"profile": TEXT, **_gateway_settings()})]}
    country = {"type": "string", "pattern": "^[A-Za-z]{2}$"}
    known = {
        "category": _CATEGORY,
        "country": _one_or_more(country),
        "language": {"type": "string", "pattern": "^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$"},
        "sender": TEXT,
        "brand": TEXTS,
        "gateway": _one_or_more(gateway),
        "max_segments": _integer(1, facts.SEGMENTS_MAX),
        "send_window": _window(),
        "consent": TEXT,
        "first_message": FLAG,
        "stop_code": TEXT,
    }
    return {key: known[key] for key in facts.KEYS}


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
            "fields": {"type": "object", "additionalProperties": {"$ref": "#/$defs/variable"}},
        }
    )


def of_configuration() -> Schema:
    """The schema of `.smslint.yaml`."""
    variables = {"type": "object", "additionalProperties": {"$ref": "#/$defs/variable"}}
    names = {"pattern": r"^[^\W\d]\w*(\.[^\W\d]\w*)*$"}
    filters = {"type": "object", "propertyNames": names, "additionalProperties": _object(_text())}
    delimiter = {"type": "string", "minLength": 1}
    template = _object({"files": TEXTS, **_facts()}, ("files",))
    properties = {
        "version": {"const": 1},
        "extends": TEXTS,
        "include": TEXTS,
        "exclude": TEXTS,
        "defaults": _object(_facts()),
        "templates": _one_or_more(template),
        "same_message": _one_or_more({"type": "string", "pattern": r"\{language\}"}),
        "variables": variables,
        "undeclared": {"$ref": "#/$defs/variable"},
        "filters": filters,
        "jinja": _object(dict.fromkeys(config.JINJA_FLAGS, FLAG) | dict.fromkeys(config.JINJA_DELIMITERS, delimiter)),
        "rules": {"type": "object", "additionalProperties": _severity(config.SEVERITIES)},
        "fail_on": {"enum": list(config.FAIL_ON)},
        "require_reason": FLAG,
    }
    known = {key: properties[key] for key in config.KEYS}
    return {"$schema": DRAFT, "title": "smslint configuration", **_object(known, ("version",)), "$defs": _defs()}


def _defs() -> dict[str, Schema]:
    return {"variable": _variable()}


def of_packs() -> Schema:
    """The schema of a pack."""
    texts = {"type": "object", "additionalProperties": TEXT}
    named = {"oneOf": [{"type": "string"}, _object({"name": TEXT, "cues": TEXTS, "pattern": TEXT}, ("pattern",))]}
    language = _object({"cues": TEXTS, "any": _one_or_more(named), "never": _one_or_more(named)})
    slot = {"oneOf": [{"type": "string"}, _object({"cues": TEXTS, "pattern": TEXT}, ("pattern",))]}
    limit = _object(
        {"value": {}, "source": TEXTS, "confidence": {"enum": list(limits.CONFIDENCES)}, "note": TEXT},
        ("value", "source", "confidence"),
    )
    properties = {
        "version": {"const": 1},
        "pack": TEXT,
        "summary": TEXT,
        "extends": TEXTS,
        "country": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
        "limits": _object(dict.fromkeys(limits.LIMITS, limit)),
        "fragments": texts,
        "slots": {"type": "object", "additionalProperties": slot},
        "wording": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": language}},
        "substitutes": {"type": "object", "additionalProperties": texts},
        "rules": {"type": "array", "items": _rule()},
    }
    return {"$schema": DRAFT, "title": "smslint pack", **_object(properties, ("version", "pack")), "$defs": _defs()}


def _rule() -> Schema:
    example = _object(
        {
            "ok": TEXT,
            "bad": TEXT,
            "at": TEXT,
            "path": TEXT,
            "facts": _object(_facts()),
            "variables": {"type": "object", "additionalProperties": {"$ref": "#/$defs/variable"}},
            "encoding": {"enum": list(rules.ENCODINGS)},
            "translations": {"type": "object", "additionalProperties": TEXT},
        }
    )
    when = dict.fromkeys(rules.WHEN, TEXTS) | {"asked": {"type": "object"}}
    checks = {check: {"type": ["object", "string"]} for check in rules.CHECKS}
    properties: dict[str, Schema] = {
        "id": {"type": "string", "pattern": "^[a-z0-9/-]+$"},
        "summary": TEXT,
        "severity": _severity(rules.SEVERITIES),
        "when": _object(when),
        **checks,
        "message": TEXT,
        "why": TEXT,
        "source": TEXTS,
        "confidence": {"enum": list(limits.CONFIDENCES)},
        "examples": {"type": "array", "items": example},
    }
    one_check = [{"required": [check]} for check in rules.CHECKS]
    return {**_object(properties, ("id", "summary", "message")), "oneOf": one_check}
