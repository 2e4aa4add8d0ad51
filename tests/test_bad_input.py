"""What nobody should write and somebody will: a finding or exit 2, within seconds, and the other files still linted."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.test_reports import smslint

SECONDS_MAX = 5.0

MANY = 3_000

BAD: dict[str, bytes] = {
    "not-utf-8": b"caf\xe9",
    "utf-16": "Bonjour".encode("utf-16"),
    "nul": b"a\0b {{ x }}",
    "lone-surrogate": b'{{ "\\ud800" }} {{ "\\udc00\\ud83d" }}',
    "encoded-surrogate": b"a\xed\xa0\x80b",
    "empty": b"",
    "only-white-space": b" \n\t\r\n ",
    "only-variables": b"{{ a }}{{ b }}{{ a.b.c }}{{ a[0] }}{{ a['x'] }}",
    "ten-megabytes": b"a" * 10_000_000,
    "as-large-as-may-be": b"{{ a }} " * 32_000,
    "one-long-text": b"a" * 262_144,
    "nested-tags": b"{% if a %}" * 5_000 + b"x" + b"{% endif %}" * 5_000,
    "nested-parentheses": b"{{ " + b"(" * 20_000 + b"a" + b")" * 20_000 + b" }}",
    "nested-lists": b"{{ " + b"[" * 20_000 + b"]" * 20_000 + b" }}",
    "unclosed-braces": b"{{" * 100_000,
    "not-not": b"{{ x if " + b"not " * 30_000 + b"a }}",
    "minus-minus": b"{{ " + b"-" * 30_000 + b"1 }}",
    "chained-sum": b"{{ " + b"1+" * 30_000 + b"1 }}",
    "chained-text": b"{{ a" + b"~a" * 30_000 + b" }}",
    "chained-filters": b"{{ a" + b"|upper" * 20_000 + b" }}",
    "chained-attributes": b"{{ a" + b".b" * 30_000 + b" }}",
    "chained-subscripts": b"{{ a" + b"[1].b" * 40 + b" }}",
    "chained-defaults": b"{{ a" + b"|default('x')" * 40 + b" }}",
    "mappings-in-mappings": b"{{ " + b"{'a': " * 20 + b"x" + b", 'b': x}[k]" * 20 + b" }}",
    "chained-comparisons": b"{% if a" + b" < a" * 30_000 + b" %}x{% endif %}",
    "chained-ternaries": b"{{ " + b"a if b else " * 10_000 + b"c }}",
    "many-same-conditions": b"{% if a %}x{% endif %}" * MANY,
    "many-conditions": b"".join(b"{%% if a%d %%}x{%% endif %%}" % n for n in range(MANY)),
    "many-entangled-conditions": b"".join(
        b"{%% if a%d or a%d %%}x{%% endif %%}" % (n % 97, n % 89) for n in range(MANY)
    ),
    "set-to-itself-or": b"{% set x = a or b %}" + b"{% set x = x or a %}" * 200 + b"{{ x|upper }}",
    "set-or-and-asked": b"{% set x = a %}"
    + b"".join(b"{%% set x = x or b%d %%}{%% if x %%}y{%% endif %%}" % n for n in range(1_500)),
    "or-after-or": b"{{ " + b" or ".join(b"a%d" % n for n in range(200)) + b" }}",
    "many-values-compared": b"".join(b"{%% if a == %d %%}x{%% endif %%}" % n for n in range(MANY)),
    "long-elif": b"{% if a0 %}" + b"".join(b"{%% elif a%d %%}x" % n for n in range(MANY)) + b"{% endif %}",
    "one-wide-condition": b"{% if " + b" or ".join(b"a%d" % n for n in range(MANY)) + b" %}x{% endif %}",
    "a-variable-everywhere": b"{{ city }}" * MANY,
    "power": b"{{ 10 ** 10 ** 10 }}{% if 10 ** 10 ** 10 %}x{% endif %}",
    "long-product": b"{{ 'a' * 10 ** 12 }}",
    "long-range": b"{% for i in range(10 ** 12) %}{{ i }}{% endfor %}",
    "long-range-of-text": b"{% for i in range(10 ** 12) %}, number {{ i }}{% endfor %}",
    "long-text-after-choices": b"".join(b"{%% if a%d %%}x{%% endif %%}" % n for n in range(12))
    + b"".join(b"b" * 1_000 + b"{{ x%d }}" % n for n in range(240)),
    "printed-in-many-worlds": "{% macro m(p, q=p) %}a{{ code }}{% if p %}a{{ q|upper|lower }}{% else %}[{{ flag }}"
    "{% endif %}{% if not q and flag in [true, true] %}{{ '~~’ ' ~ p }}{% endif %}[~{% endmacro %}"
    "{% if (flag and name) or name in ['', 'AB'] %}{{ code }}{{ lang|lower }}{% else %}{{ name }}[’d{% endif %}"
    "{% set s = m(name|upper|lower) %}{{ s }}{{ lang|upper if code != '7' else flag|upper }}".encode(),
    "wide-center": b"{{ 'a'|center(10 ** 12) }}{{ 'a'|center(1000000000000) }}{{ 'a'.ljust(10**12) }}",
    "wide-format": b"{{ '%1000000000000d'|format(1) }}{{ '{:>1000000000000}'.format(1) }}",
    "long-number": b"{{ " + b"9" * 100_000 + b" }}",
    "macro-that-calls-itself": b"{% macro m() %}{{ m() }}x{% endmacro %}{{ m() }}",
    "macros-that-call-each-other": b"{% macro a() %}{{ b() }}{{ b() }}{% endmacro %}"
    b"{% macro b() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}",
    "macro-bomb": b"{% macro m0() %}x{% endmacro %}"
    + b"".join(b"{%% macro m%d() %%}{{ m%d() }}{{ m%d() }}{%% endmacro %%}" % (n, n - 1, n - 1) for n in range(1, 40))
    + b"{{ m39() }}",
    "many-names-set-under-conditions": b"".join(b"{%%set l%d=1%%}" % n for n in range(6_000))
    + b"".join(b"{%%if c%%}{%%set l%d=2%%}{%%endif%%}" % n for n in range(3_800)),
    "many-names-set-and-a-loop": b"".join(b"{%%set l%d=1%%}" % n for n in range(6_000))
    + b"".join(b"{%%if c%%}{%%set l%d=2%%}{%%endif%%}" % n for n in range(3_800))
    + b"{% for a in b %}{{ l1 }}{% endfor %}",
    "set-bomb": b"{% set s0 = 'x' %}"
    + b"".join(b"{%% set s%d = s%d ~ s%d %%}" % (n, n - 1, n - 1) for n in range(1, 60))
    + b"{{ s59 }}",
    "block-set-bomb": b"{% set s0 %}x{% endset %}"
    + b"".join(b"{%% set s%d %%}{{ s%d }}{{ s%d }}{%% endset %%}" % (n, n - 1, n - 1) for n in range(1, 60))
    + b"{{ s59 }}",
    "many-breaks": b"{% for a in range(900) %}{% if x == a %}{% break %}{% endif %}{{ a }}{% endfor %}",
    "many-continues": b"{% for a in range(300) %}{% if x == a %}{% continue %}{% endif %}x{% else %}n{% endfor %}",
    "caller-that-calls-itself": b"{% set ns = namespace() %}{% macro m() %}{% set ns.c = caller %}{{ caller() }}"
    + b"{% endmacro %}{% call m() %}{{ ns.c() }}{{ ns.c() }}{% endcall %}",
    "long-chain-of-sets": b"".join(b"{%% if x%d %%}{%% set v = %d %%}{%% endif %%}" % (n, n) for n in range(200))
    + b"{% if v == 3 %}a{% endif %}{{ v }}",
    "translation-of-percents": b"{{ _('" + b"%(" * 3000 + b"') % {'a': 1} }}",
    "one-name-through-many-filters": b"{{ a }}"
    + b"".join(
        b"{{ a|truncate(%d, true, '%s', 0)|%s }}" % (n, end, f)
        for n in range(3, 9)
        for end in (b"", b".", "é".encode())
        for f in (b"upper", b"trim|lower", b"title")
    ),
    "a-chain-of-filters": b"{{ a"
    + b"".join(b"|truncate(%d, true, '%d', 0)|replace('%d', 'b')" % (90 - n, n, n) for n in range(40))
    + b" }}",
    "nested-loops": b"{% for a in items %}" * 20 + b"x" + b"{% endfor %}" * 20,
    "nested-literal-loops": b"{% for a in [1,2,3,4,5,6,7,8,9] %}" * 20 + b"x" + b"{% endfor %}" * 20,
    "front-matter-not-yaml": b"---\n{{{\n---\nx",
    "front-matter-alias-bomb": b"---\na: &a [x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b]\n---\nx",
    "front-matter-nested": b"---\n" + b"[" * 100_000 + b"\n---\nx",
    "front-matter-tag": b"---\n!!python/object/apply:os.system ['touch pwned']\n---\nx",
    "include-outside": b"{% include '../../../../etc/passwd' %}{% include '/etc/passwd' %}",
    "include-itself": b"{% include 'include-itself.sms' %}",
    "extends-itself": b"{% extends 'extends-itself.sms' %}",
    "attribute-walk": b"{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "unknown-tag": b"{% now 'utc' %}",
    "bidi": "a\u202eb \u2066c\u2069 STOP 36180".encode(),
    "catastrophic-wording": b"STOP " + b"au " * 20_000 + b"x",
    "many-stops": b"STOP " * 40_000,
    "a-long-word": b"r" + b"e" * 200_000,
    "products": b"{% set c = 10 ** 3 %}{{ count" + b" * count" * 9 + b" }}",
    "counted-by-flags": b"{% set ns = namespace(a=0) %}"
    + b"{% if x %}{% set ns.a = ns.a + 1 %}{% endif %}" * 300
    + b"{{ ns.a }}",
    "swapped": b"{% set a, b = (1, 2) if x else (3, 4) %}" + b"{% set a, b = (b, a) if x else (a, b) %}" * 100,
    "selected": b"{{ items|selectattr('a')|list|length }}" * 500,
    "sets-swapped": b"{% set t = city %}{% set city = count %}{% set count = t %}" * 1_200 + b"{{ city }}",
    "sums-of-an-attribute": b"{{ items|sum(attribute='n') }}" * 1_800,
    "many-elif-on-one-number": b"{% if count > 0 %}0"
    + b"".join(b"{%% elif count > %d %%}%d" % (n, n) for n in range(1, 2_200))
    + b"{% endif %}",
    "many-numbers-compared-in-one-if": b"{% if n == 0 %}0"
    + b"".join(b"{%% elif n == %d %%}%d" % (n, n) for n in range(1, 2_200))
    + b"{% endif %}",
    "split-after-split": b"{{ a" + b".split()[0]" * MANY + b" }}",
    "set-to-a-title-of-itself": b"{% set v = (v ~ count)|title %}" * 900 + b"{{ v }}",
    "filters-on-three-variables": b"{{ (a ~ count ~ city)|title }}" * 1_000,
    "ifs-that-set-one-text": b"{% set t = '' %}"
    + b"".join(b"{%% if c%d %%}{%% set t = t ~ 'x' %%}{%% endif %%}" % n for n in range(1_000))
    + b"{{ t }}",
    "ifs-on-what-ifs-set": b"".join(b"{%% if t %%}{%% set t = 'x%d' %%}{%% endif %%}" % n for n in range(1_000))
    + b"{{ t }}",
    "nested-loops-that-set": b"".join(b"{%% for a%d in x%d %%}{%% set t = t ~ a%d %%}" % (n, n, n) for n in range(12))
    + b"{{ t }}"
    + b"{% endfor %}" * 12,
    "nested-loops-and-lasts": b"".join(
        b"{%% for i%d in items %%}{{ i%d }}{%% if loop.last %%}x{%% endif %%}" % (n, n) for n in range(12)
    )
    + b"{% endfor %}" * 12,
    "nested-declared-loops": b"{% for a in items %}" * 12 + b"{{ a }}{% set t = t ~ a %}" + b"{% endfor %}" * 12,
    "lists-that-grow": b"{% set l = [] %}" + b"{% set l = l + [v] %}" * 2_900 + b"{{ l|join }}",
    "many-links": b"https://a.b/" * 20_000,
}

CONFIGURATION = """\
version: 1
defaults: {category: marketing, brand: [ACME], gateway: ovhcloud, sender: ACME}
variables: {city: {values: [Paris, Nîmes]}, items: {max_items: 3}, count: {max_length: 4, alphabet: digits}}
"""


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".smslint.yaml").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / f"{name}.sms").write_bytes(BAD[name])
    (tmp_path / "zz.sms").write_text("ACME l’ami STOP 36180")
    start = time.process_time()  # of this process alone: others may be busy too
    result = smslint("check", ".", "--format", "json")
    assert time.process_time() - start < SECONDS_MAX
    data = json.loads(result.stdout)
    assert "forced-unicode" in {f["rule"] for f in data["findings"] if f["path"] == "zz.sms"}
    assert [template["path"] for template in data["templates"]] == [f"{name}.sms", "zz.sms"]
    assert not (tmp_path / "pwned").exists()
    assert "root:" not in result.stdout


def test_what_is_no_readable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.sms").mkdir()
    (tmp_path / "folder.sms" / "in.sms").write_text("{#- smslint: category=otp -#}Code")
    (tmp_path / "dangling.sms").symlink_to("nowhere")
    (tmp_path / "outside.sms").symlink_to("/etc/hostname")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "good.sms").write_text("{#- smslint: category=otp -#}Code")
    result = smslint("check", ".", "--format", "json")
    data = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [error["path"] for error in data["errors"]] == ["dangling.sms"]
    assert [template["path"] for template in data["templates"]] == ["folder.sms/in.sms", "good.sms"] or [
        template["path"] for template in data["templates"]
    ] == ["good.sms", "folder.sms/in.sms"]
    assert smslint("check", "dangling.sms").exit_code == 2
