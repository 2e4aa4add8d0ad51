"""Packs: rules, wording, limits and gateway profiles out of YAML, as typed values. They ask nothing yet."""
