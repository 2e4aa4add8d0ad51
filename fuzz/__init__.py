"""Searches that are longer than `make test` has time for: `make fuzz`. docs/measurements.md has what they found."""
