"""Random templates, their extents against every rendering by the real Jinja2: `python -m fuzz [NUMBER [SEED]]`.

Each template is drawn from its own seed, so one that fails can be drawn again: `python -m fuzz 1 SEED`. From every
seed three are drawn: of expressions, of all statements in several files, and of values that filters make of others.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter
from random import Random

from tests import test_statements, test_values
from tests.test_extent import compare, draw

NUMBER = 100_000


def main(number: int, first_seed: int) -> int:
    warnings.simplefilter("ignore", SyntaxWarning)  # of what Jinja2 compiles
    start = time.monotonic()
    failed = inexact = 0
    segments: Counter[int] = Counter()
    for seed in range(first_seed, first_seed + number):
        try:
            found = compare(*draw(Random(seed)))
            segments[found.high or 0] += 1
            inexact += not test_statements.compare(*test_statements.draw(Random(seed))).exact
            test_values.compared(seed)
        except Exception as error:  # a template that the real Jinja2 refuses is a fault of the grammar
            failed += 1
            print(f"seed {seed}: {type(error).__name__}: {error}", flush=True)
    shown = ", ".join(f"{n}: {times:,}" for n, times in sorted(segments.items())[:8])
    print(f"{number:,} templates from seed {first_seed} in {time.monotonic() - start:,.0f} s: {failed} failed")
    print(f"statements: {inexact:,} times only a bound")
    print(f"largest counts: {shown} …")
    return 1 if failed else 0


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(arguments[0] if arguments else NUMBER, arguments[1] if len(arguments) > 1 else 0))
