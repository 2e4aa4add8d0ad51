"""Benchmarks: each compares two things in one run and reports their ratio, for machines are noisy. `make bench`."""
