"""`smslint.count` on texts of 120 to 300 characters: at least 150,000 a second."""

from __future__ import annotations

import random
import time

from smslint import count

NUMBER = 100_000
_KINDS = {
    "GSM-7": "abcdefghijklmnopqrstuvwxyz éèàù'.,!0123456789",
    "GSM-7 with extension characters": "abcdefghijklmnopqrstuvwxyz €{}[]",
    "UCS-2": "abcdefghijklmnopqrstuvwxyz ’êç",
    "UCS-2 with emoji": "abcdefghijklmnopqrstuvwxyz 😀🎉",
}


def main() -> None:
    chosen = random.Random(1)
    for name, characters in _KINDS.items():
        texts = ["".join(chosen.choices(characters, k=chosen.randint(120, 300))) for _ in range(1_000)]
        start = time.perf_counter()
        for _ in range(NUMBER // len(texts)):
            for text in texts:
                count(text)
        print(f"count, {name}: {NUMBER / (time.perf_counter() - start):,.0f} messages/s")
