"""Counting one string: alphabets, septets, parts. Knows the standard (3GPP TS 23.038 and 23.040) alone."""
