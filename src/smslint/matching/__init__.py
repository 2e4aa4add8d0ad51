"""Patterns: what they fold, what they need to find, how long they may take. Knows nothing of rules."""
