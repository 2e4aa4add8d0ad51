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
        plain = Path(folder) / "plain"
        plain.mkdir()
        (plain / ".git").mkdir()
        (plain / "name.sms").write_text("Votre code est {{ code }}\n")
        (plain / "if.sms").write_text("Bonjour {% if name %}{{ name|upper }}{% else %}client{% endif %}\n")
        files = {
            "a text with a name": plain / "name.sms",
            "with an if and a filter": plain / "if.sms",
            "with a configuration": path,
        }
        for name, file in files.items():
            found = paired(partial(run, "-c", command, str(file)), partial(run, *imports), ROUNDS)
            base = found.base_seconds * 1000
            print(f"start-up {name}: {found.ratio:.2f} x import click, jinja2, yaml ({base:.0f} ms)")
