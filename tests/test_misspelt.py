"""Variables that are not declared, with nearly the name of one that is: slips are told, honest names are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from smslint.linting.misspelt import nearest
from tests.test_reports import smslint

SLIPS = """
frist_name/first_name firstname/first_name firstName/first_name FIRST_NAME/first_name Link/link
custmer/customer delivry_date/delivery_date adress/address pirce/price naem/name tracking_lnik/tracking_link
custommer.name/customer.name customer.nmae/customer.name prénmo/prénom prenon/prenom traxking/tracking
 tracking.url_shrot/tracking.url_short fisrt/first
"""
HONEST = """
name1/name2 name/name1 line_1/line_2 city/cities item/items parcels/parcel inscrit/inscrite client/clients date/rate
sender/gender order/border contact/contract contacts/contracts country/county from_date/form_date user_id/user_ip
link_fr/link_en start_date/start_time code_a/code_b city/pity day/days price/prices abonne/abonnee ht/ttc id/ip
shop.name/shop_name_2 shipping/shopping user.name/user trial_end/trail_end n/N employee/employer livres/libres
ticket/ticker market/marker items_total/item_total used/uses parent/patent mon/nom
"""


def pairs(text: str) -> list[tuple[str, ...]]:
    return [tuple(pair.split("/")) for pair in text.split()]


@pytest.mark.parametrize(("name", "declared"), pairs(SLIPS))
def test_slips_are_told(name: str, declared: str) -> None:
    assert nearest(name, ("other", declared)) == declared


@pytest.mark.parametrize(("name", "declared"), pairs(HONEST))
def test_honest_names_are_not(name: str, declared: str) -> None:
    assert nearest(name, (declared,)) is None
    assert nearest(declared, (name,)) is None


CONFIG = """version: 1
defaults: {category: informational}
variables:
  first_name: {max_length: 5}
  customer: {fields: {city: {max_length: 5}}}
  parcels: {max_items: 2, item: {fields: {address: {max_length: 5}}}}
  link_*: {max_length: 9}
"""


def found(folder: Path, text: str) -> list[str]:
    (folder / ".smslint.yaml").write_text(CONFIG)
    (folder / "a.sms").write_text(text)
    lines = smslint("check", str(folder), "--format", "concise", "--select", "variable-misspelt").stdout.splitlines()
    return [line.removeprefix(f"{folder}/a.sms:") for line in lines]


@pytest.mark.parametrize(
    ("text", "place", "name", "meant"),
    [
        ("Hello {{ frist_name }}{{ frist_name }}", "1:10", "frist_name", "first_name"),
        ("Hello {{ frist_name|upper|default('x') }}", "1:10", "frist_name", "first_name"),
        ("Hi frist_names\n{% if frist_name %}a{% endif %}", "2:7", "frist_name", "first_name"),
        ("{{ customer.ctiy }}", "1:4", "customer.ctiy", "customer.city"),
        ("{{ custommer.city }}", "1:4", "custommer.city", "customer.city"),
        ("{{ custommer.name }}", "1:4", "custommer", "customer"),
        ("{% for one in parcels %}{% if one.adress %}a{% endif %}{% endfor %}", "1:35", "adress", "address"),
        ("{% for one in pacels %}a{% endfor %}", "1:15", "pacels", "parcels"),
        ("{% macro m(a) %}{{ a }}{% endmacro %}{{ m(frist_name) }}", "1:43", "frist_name", "first_name"),
    ],
)
def test_a_slip_in_a_template(tmp_path: Path, text: str, place: str, name: str, meant: str) -> None:
    (line,) = found(tmp_path, text)
    words = f"no variable `{name}` is declared: did you mean `{meant}`"
    assert line.startswith(f"{place}: warning[variable-misspelt] {words}")


@pytest.mark.parametrize(
    "text",
    [
        "{{ first_name }}{{ link_a }}{{ lnik_a }}{{ other }}",
        "{% for parcel in parcels %}{{ parcel.address }}{{ loop.index }}{% endfor %}",
        "{% set frist_name = 'a' %}{{ frist_name }}",
        "{% macro m(frist_name) %}{{ frist_name }}{% endmacro %}{{ m(1) }}",
        "{% for frist_name in ['a', 'b'] %}{{ frist_name }}{% endfor %}",
        "{{ range(3)|join }}{{ '{{ frist_name }}' }}",
    ],
)
def test_what_a_template_binds_itself_is_no_slip(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_in_another_file_it_stands_where_that_is_brought_in(tmp_path: Path) -> None:
    (tmp_path / "foot.txt").write_text("{% if frist_name %}a{% endif %}")
    (line,) = found(tmp_path, "Hello {% include 'foot.txt' %}")
    assert line.startswith("1:10: ")
    assert "`first_name`" in line
    assert line.endswith("foot.txt`)")
