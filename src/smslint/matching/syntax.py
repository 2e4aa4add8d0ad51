"""Python's own parser of regular expressions, and its codes. Both are private to `re`: they are imported here alone."""

try:
    from re import _constants as codes  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_constants as codes
    import sre_parse as parser

__all__ = ["codes", "parser"]
