"""`python -m smslint`: the command, where its script is not on the path."""

from smslint.cli import run

run()
