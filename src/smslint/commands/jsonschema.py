"""`smslint schema`: JSON Schema for editors, of the configuration and of packs.

Made from the constants that the readers use; a test compares both. smslint itself never validates with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from smslint.configuration import config, declarations, facts, languages
from smslint.gsm import codings
from smslint.gsm.segments import HEADER_OCTETS
from smslint.packs import extending, gateways, limits, parameters, rules, speaking
from smslint.packs.extending import CAPS
from smslint.packs.limits import BySender
from smslint.packs.windows import DATES_MAX, DAYS
from smslint.reading.schema import FALSE, TRUE, WORDS_MAX
from smslint.tree.domains import ALPHABETS

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def _any_case(words: Iterable[str]) -> str:
    """A pattern for one of `words`: the expressions of editors have no flags within."""
    return f"(?:{'|'.join(''.join(f'[{c.upper()}{c.lower()}]' for c in word) for word in words)})"


# YAML writes a text without quotes where it can, and a loader may take it for something else.
TEXT: Schema = {"type": ["string", "number", "boolean"]}
VALUE: Schema = {"type": ["string", "integer", "boolean"]}  # of a variable
WORDS: Schema = {"type": ["string", "number", "boolean"], "maxLength": WORDS_MAX}
NOTHING: Schema = {"type": "null"}
TEXTS: Schema = {"oneOf": [NOTHING, TEXT, {"type": "array", "items": TEXT}]}
FLAG: Schema = {"oneOf": [{"type": "boolean"}, {"type": "string", "pattern": f"^{_any_case((*TRUE, *FALSE))}$"}]}


def _changeable(properties: dict[str, Schema], keys: Iterable[str]) -> dict[str, Schema]:
    """`properties`, those of `keys` also as `key+` and `key-`."""
    return properties | {f"{key}{sign}": properties[key] for key in keys for sign in "+-"}


def _integer(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _object(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """A mapping of these keys; one that requires none may be left empty."""
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": list(required)} if required else {"type": ["object", "null"]})


def _named(schema: Schema, **more: Schema) -> Schema:
    """A mapping of names to the same."""
    return {"type": ["object", "null"], **more, "additionalProperties": schema}


def _severity(known: tuple[str, ...]) -> Schema:
    # `off` is false for a loader of YAML 1.1.
    return {"enum": [*known, False]}


def _one_or_more(schema: Schema, nothing: bool = True) -> Schema:
    if schema.get("type") == ["object", "null"]:
        schema = schema | {"type": "object"}
    return {"oneOf": [*([NOTHING] if nothing else []), schema, {"type": "array", "items": schema}]}


_LANGUAGE = f"^{_any_case(sorted(languages.CODES))}(?:[-_].*)?$"
_FACTS: Schema = {"$ref": "#/$defs/facts"}
_CATEGORY: Schema = {"enum": [*gateways.CATEGORIES, *gateways.CATEGORY_ALIASES]}


def _gateway_settings() -> dict[str, Schema]:
    settings: dict[str, Schema] = {
        "prefix": WORDS,
        "suffix": WORDS,
        "append_to": _one_or_more(_CATEGORY),
        "append_when_sender": {"enum": list(gateways.SENDERS)},
        "first_message_only": FLAG,
        "short_code": WORDS,
        "skip_if_present": FLAG,
        "header_octets": _integer(HEADER_OCTETS, gateways.HEADER_OCTETS_MAX),
        "capacity": _object({key: _integer(*gateways.capacity_bounds(key)) for key in gateways.CAPACITY_KEYS}),
        "tokens": _named({"oneOf": [{"type": ["string", "boolean"]}, _integer(0, gateways.TOKEN_LENGTH_MAX)]}),
        "alphabet": {"enum": list(gateways.ALPHABETS)},
        "outside": {"enum": list(gateways.OUTSIDE)},
        "replacement": {**TEXT, "pattern": "^[\\x20-\\x5F\\x61-\\x7E]*$"},
        "tables": _one_or_more({"enum": list(codings.kinds())}),
    }
    return _changeable(settings, gateways.LISTS)


def _window() -> dict[str, Schema]:
    time = {"type": "string", "pattern": "^(?:(?:[01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)$"}
    day = {"type": "string", "pattern": f"^{_any_case(DAYS)}(?:-{_any_case(DAYS)})?$"}
    return {"days": _one_or_more(day), "from": time, "to": time, "holidays": FLAG}


def _sending() -> Schema:
    """The window of a template, which may name dates."""
    date = {
        "type": "string",
        "pattern": "^(?:19[0-9]{2}|20[0-9]{2}|2100)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$",
    }
    dates = {"oneOf": [date, {"type": "array", "items": date, "minItems": 1, "maxItems": DATES_MAX}]}
    either = {"not": {"type": "object", "required": ["days", "dates"]}}
    return _object({**_window(), "dates": dates}) | {"type": "object"} | either


def _facts() -> dict[str, Schema]:
    country = {"type": "string", "pattern": "^[A-Za-z]{2}$"}
    known = {
        "category": _CATEGORY,
        "country": _one_or_more(country, nothing=False),
        "language": {"type": "string", "pattern": "^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$"},
        "sender": WORDS,
        "brand": _one_or_more({**WORDS, "pattern": r"\S"}, nothing=False),
        "gateway": {"$ref": "#/$defs/gateways"},
        "max_segments": _integer(1, facts.SEGMENTS_MAX),
        "send_window": _sending(),
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
        "values": {"oneOf": [VALUE, {"type": "array", "items": VALUE, "minItems": 1}]},
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
            "fields": _named_variables(declarations.NAME),
        }
    )


def _named_variables(name: str = declarations.VARIABLE) -> Schema:
    return _named({"$ref": "#/$defs/variable"}, propertyNames={"pattern": f"^{name}$"})


def of_configuration() -> Schema:
    """The schema of `.smslint.yaml`."""
    variables = _named_variables()
    names = {"pattern": r"^[^\W\d]\w*(\.[^\W\d]\w*)*$"}
    filters = _named(_object(_text()), propertyNames=names)
    delimiter = {**TEXT, "minLength": 1}
    severities = _named(_severity(extending.SEVERITIES))
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
                {"type": "object", "propertyNames": {"pattern": _LANGUAGE}, "additionalProperties": TEXT},
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
    entry = {"files": TEXTS, "contexts": _one_or_more({"type": "object"}), "data": TEXT}
    either = {"oneOf": [{"required": ["contexts"]}, {"required": ["data"]}]}
    return _one_or_more({"oneOf": [TEXT, context, _object(entry) | either]})


def _extends() -> Schema:
    return _one_or_more({"oneOf": [TEXT, _object({"pack": TEXT, "severity_max": {"enum": list(CAPS)}}, ("pack",))]})


def _defs() -> dict[str, Schema]:
    """What stands in several places."""
    settings = _object({"profile": {"enum": list(gateways.names())}, **_gateway_settings()}) | {"type": "object"}
    gateway = {"oneOf": [{"enum": list(gateways.names())}, settings]}
    named = _one_or_more({"$ref": "#/$defs/gateway"}, nothing=False)
    return {"variable": _variable(), "gateway": gateway, "gateways": named}


def of_packs() -> Schema:
    """The schema of a pack."""
    texts = _named(TEXT)
    named = {"oneOf": [TEXT, _object({"name": TEXT, "cues": TEXTS, "pattern": TEXT}, ("pattern",))]}
    language = _object(
        _changeable({"cues": TEXTS, "any": _one_or_more(named), "never": _one_or_more(named)}, speaking.PATTERNS)
    )
    slot = {"oneOf": [TEXT, _object({"cues": TEXTS, "pattern": TEXT}, ("pattern",))]}
    case = {"ok": TEXT, "bad": TEXT, "rule": TEXT, "facts": _FACTS}
    case |= {"variables": _named_variables()}
    ok_or_bad = [{"required": ["ok"], "not": {"anyOf": [{"required": [key]} for key in ("bad", "rule")]}}]
    ok_or_bad += [{"required": ["bad", "rule"], "not": {"required": ["ok"]}}]
    stated: dict[str, Schema] = {"source": TEXTS, "confidence": {"enum": list(limits.CONFIDENCES)}}
    stated |= {"note": TEXT, "country": TEXTS, "examples": _one_or_more({"$ref": "#/$defs/case"})}
    known = _changeable(_limits(), limits.LISTS)
    stating = {
        name: _object({"value": value, **stated}, ("value", "source", "confidence")) for name, value in known.items()
    }
    properties = {
        "version": {"const": 1},
        "pack": TEXT,
        "summary": TEXT,
        "extends": _extends(),
        "country": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
        "limits": _object(stating),
        "fragments": texts,
        "slots": _named(slot),
        "wording": _named(_named(language)),
        "substitutes": {
            "type": ["object", "null"],
            "patternProperties": {"[^-]$": texts, "-$": TEXTS},
            "additionalProperties": False,
        },
        "rules": _one_or_more({"$ref": "#/$defs/rule"}),
    }
    pack = _object(properties, ("version", "pack")) | {"dependentRequired": {"limits": ["country"]}}
    defs = {
        **_defs(),
        "rule": _rule(),
        "facts": _object(_facts()),
        "case": _object(case) | {"type": "object", "oneOf": ok_or_bad},
    }
    return {"$schema": DRAFT, "title": "smslint pack", **pack, "$defs": defs}


def _limits() -> dict[str, Schema]:
    """What each limit takes."""
    by_sender = _object(dict.fromkeys(BySender._fields, TEXT)) | {"type": "object"}
    found: dict[str, Schema] = dict.fromkeys(limits.LIMITS, TEXT)
    found |= {name: {"enum": list(known)} for name, known in limits.CHOSEN.items()}
    found |= {name: _integer(1, limits.NUMBER_MAX) for name in limits.NUMBERS}
    found["registered_variables"] = _named(_integer(1, limits.NUMBER_MAX))
    return found | {
        "opt_out_text": {"oneOf": [TEXT, by_sender]},
        "sender_generic": TEXTS,
        "placeholders": _one_or_more({"type": "string", "pattern": r"^(?!.*name.*name).+name.+$"}),
        "send_window": _one_or_more(_object(_window())),
    }


def _rule() -> Schema:
    identity = {"type": ["string", "integer", "boolean"], "pattern": f"^{rules.ID}$", "minimum": 0}
    properties: dict[str, Schema] = {
        "id": identity,
        "aliases": _one_or_more(identity),
        "yields_to": _one_or_more(identity),
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
    changed |= {f"{check}+": _added(taken) for check, taken in _checks().items()}
    options = {f"{check}-": TEXTS for check in parameters.CHECKS}
    one_check = {"oneOf": [_asks(check) for check in parameters.CHECKS]}
    whole = {"required": ["summary", "message"], **one_check}
    # What a rule that is inherited need not say again, the schema cannot know.
    inherited: Schema = {"anyOf": [one_check, {"not": {"anyOf": [_asks(check) for check in parameters.CHECKS]}}]}
    return {**_object({**changed, **options, "when-": TEXTS}, ("id",)), "anyOf": [whole, inherited]}


def _added(check: Schema) -> Schema:
    """What is added to an inherited check: any of its options, where it has several."""
    return _object(check["properties"]) if "properties" in check and "maxProperties" not in check else check


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
    places: dict[str, Schema] = {"wording": TEXT, "pattern": TEXT, "closing": TEXT, "brand": FLAG, "limit": limit}
    places |= {key: {"enum": list(known)} for key, known in parameters.CHOICES.items()} | {
        "except": {"enum": ["stop_code"]}
    }

    def target(**also: Schema) -> Schema:
        return {**_object({**places, **also}), "oneOf": [{"required": [key]} for key in parameters.TARGETS]}

    measures: dict[str, Schema] = {
        "segments": {"anyOf": [{"const": "max_segments"}, _integer(0, 255)]},
        "suffix_segments": _integer(0, 255),
        "characters": limit,
        "parts": limit,
    }
    paths: Schema = {"enum": list(parameters.QUANTIFIERS)}
    in_texts = {"properties": {"scope": {"enum": list(parameters.WRITTEN)}}, "required": ["scope"]}
    of_no_pattern = {**in_texts, "anyOf": [{"required": ["wording"]}, {"required": ["brand"]}]}
    return {
        "require": target(paths=paths),
        "forbid": target(paths=paths, scope={"enum": [*parameters.SCOPES, *parameters.WRITTEN]})
        | {"not": of_no_pattern},
        "count": target(max=_integer(0, 10_000)) | {"required": ["max"]},
        "implies": _object({"if": target(), "then": target()}, ("if", "then")),
        "limit": _object(measures) | {"minProperties": 1, "maxProperties": 1},
        "substitute": _object({"outside": {"enum": list(parameters.OUTSIDE)}, "table": TEXT}, ("table",)),
        "sender": _object(dict.fromkeys(parameters.SENDER_OPTIONS, limit)) | {"minProperties": 1, "maxProperties": 1},
        "window": limit,
        "variables": limit,
        "split": _object({"pattern": TEXT}, ("pattern",)),
        "whitespace": {"enum": list(parameters.WHITESPACE)},
        "metadata": _object({"missing": {"enum": list(parameters.METADATA)}}, ("missing",)),
        "translation": {"oneOf": [{"const": "variables"}, _object({"wording": TEXT}, ("wording",))]},
        "problem": {"enum": list(parameters.PROBLEMS)},
    }


def _example() -> Schema:
    properties = {
        "ok": TEXT,
        "bad": TEXT,
        "at": TEXT,
        "path": TEXT,
        "facts": _FACTS,
        "variables": _named_variables(),
        "encoding": {"enum": list(rules.ENCODINGS)},
        "translations": {"type": "object", "additionalProperties": TEXT},
        "contexts": _one_or_more({"type": "object"}),
    }
    return {**_object(properties), "oneOf": [{"required": ["ok"]}, {"required": ["bad"]}]}
