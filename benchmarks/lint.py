"""2,000 templates of 440 bytes linted, against Jinja2 parsing the same files: at most 2 times."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

from jinja2 import Environment

from benchmarks import corpus
from benchmarks.measure import paired
from smslint.linting.parallel import COLLECTED_AFTER
from smslint.linting.project import Project
from smslint.linting.run import Options, lint_files

NUMBER = 2_000
ROUNDS = 5
CONFIGURATIONS = {
    "nothing declared": 'version: 1\ninclude: ["**/*.j2"]\n',
    "marketing with a gateway and declared values": corpus.CONFIGURATION,
}


def main() -> None:
    gc.set_threshold(COLLECTED_AFTER)  # as the command does
    with tempfile.TemporaryDirectory() as folder:
        paths = corpus.write(Path(folder), NUMBER)
        environment = Environment()

        def parse() -> None:
            for path in paths:
                environment.parse(path.read_text(encoding="utf-8"))

        for name, configuration in CONFIGURATIONS.items():
            (Path(folder) / ".smslint.yaml").write_text(configuration, encoding="utf-8")
            for jobs in (1, 0):
                options = Options(jobs=jobs, witnesses=False)
                found = paired(lambda: lint_files([folder], Project(), options), parse, ROUNDS)  # noqa: B023
                print(
                    f"lint of {NUMBER:,} templates, {name}, {'one process' if jobs else 'as many as there are cores'}: "
                    f"{found.ratio:.2f} x bare jinja2 parse ({NUMBER / found.seconds:,.0f} and "
                    f"{NUMBER / found.base_seconds:,.0f} files/s)"
                )
