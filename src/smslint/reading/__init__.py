"""YAML with places, and every mistake in it at its own line and column. Knows nothing of what is said in it."""
