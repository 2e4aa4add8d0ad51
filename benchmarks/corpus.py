"""Realistic templates: 440 bytes each, with the control flow that SMS templates have (three in four have none)."""

from __future__ import annotations

import random
from pathlib import Path

SIZE_BYTES = 440

_OPENINGS = ("Bonjour {{ first_name }}, ", "{{ brand }} : ", "Hi {{ first_name|default('there') }}, ", "Cher client, ")
_SENTENCES = (
    "votre commande {{ order_id }} est en route et sera livrée le {{ date }}. ",
    "your appointment on {{ date }} at {{ hour }} is confirmed. ",
    "profitez de -{{ discount }}% sur toute la boutique jusqu'à dimanche ! ",
    "notre équipe vous attend au {{ shop.address }}. ",
    "reply to this message if you have any question about it. ",
    "suivez votre colis : {{ link }} ",
)
_BRANCHES = (
    "{% if vip %}Offre réservée à nos clients fidèles.{% endif %} ",
    "{% if express %}Livraison demain.{% else %}Livraison sous 3 jours.{% endif %} ",
    "{% if points > 0 %}Il vous reste {{ points }} points.{% elif vip %}Merci !{% endif %} ",
    "{{ 'Madame' if female else 'Monsieur' }}, ",
)
CONFIGURATION = """\
version: 1
include: ["**/*.j2"]
defaults:
  {category: marketing, country: FR, language: fr, sender: ACME, brand: [ACME], gateway: ovhcloud, max_segments: 4}
variables:
  first_name: {max_length: 20, alphabet: latin}
  discount: {values: [10, 20, 30]}
  link: {length: 22}
"""


def write(folder: Path, number: int) -> list[Path]:
    """`number` templates below `folder`, with a configuration; the same ones each time."""
    chosen = random.Random(1)
    (folder / ".smslint.yaml").write_text(CONFIGURATION, encoding="utf-8")
    paths = []
    for index in range(number):
        path = folder / f"{index // 100:02}" / f"{index:04}.j2"
        path.parent.mkdir(exist_ok=True)
        path.write_text(template(chosen), encoding="utf-8")
        paths.append(path)
    return paths


def template(chosen: random.Random) -> str:
    """One template of about SIZE_BYTES."""
    parts = [chosen.choice(_OPENINGS)]
    if chosen.random() < 0.25:
        parts += chosen.sample(_BRANCHES, chosen.randint(1, 3))
    while sum(len(part.encode()) for part in parts) < SIZE_BYTES - 60:
        parts.append(chosen.choice(_SENTENCES))
    return "".join(parts).strip() + "\n"
