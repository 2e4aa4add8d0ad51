"""The whole command on one small file, against importing click, jinja2 and yaml: at most 1.3 times."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import corpus
from benchmarks.measure import paired

ROUNDS = 25


def main() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)

    command = "from smslint.cli import run; run()"
    imports = ("-c", "import click, jinja2, yaml")
    with tempfile.TemporaryDirectory() as folder:
        (path,) = corpus.write(Path(folder), 1)
        plain = Path(folder) / "plain" / "hello.sms"
        plain.parent.mkdir()
        (plain.parent / ".git").mkdir()
        plain.write_text("Votre code est {{ code }}\n")
        for name, file in (("without a configuration", plain), ("with a configuration", path)):
            found = paired(partial(run, "-c", command, str(file)), partial(run, *imports), ROUNDS)
            base = found.base_seconds * 1000
            print(f"start-up {name}: {found.ratio:.2f} x import click, jinja2, yaml ({base:.0f} ms)")
