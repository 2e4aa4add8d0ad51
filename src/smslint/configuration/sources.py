"""Files to templates: decoding, front matter, line ends; and the map from a template's text back to the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

FILE_SIZE_MAX = 256 * 1024  # bytes; the longest message that TS 23.040 can cut has 39,015 characters

_FRONT_MATTER = r"(?s)---[ \t]*(\r\n|\r|\n)(?P<yaml>(?:.*?(?:\r\n|\r|\n))??)---[ \t]*(?:\r\n|\r|\n|\Z)"
_LINE_END = r"\r\n|\r"


class Template(NamedTuple):
    """One message body: its text as a template engine reads it (LF line ends), and where that stands in the file.

    `front_matter` is the YAML above the body, None without one; it begins at `front_matter_start` in the file.
    """

    text: str
    front_matter: str | None
    front_matter_start: int
    start: int
    removed: tuple[int, ...]

    def offset(self, position: int) -> int:
        """The offset in the file of `position` in the text."""
        return self.start + position + bisect_right(self.removed, position)


def template(content: str) -> Template:
    """The template that a file of this content holds."""
    match = re.match(_FRONT_MATTER, content) if content.startswith("---") else None
    start = match.end() if match else 0
    body = content[start:]
    removed = []
    if "\r" in body:
        for count, found in enumerate(re.finditer(r"\r\n", body)):
            # The text's newline at this place stands one character further on in the file from here.
            removed.append(found.start() - count + 1)
        body = re.sub(_LINE_END, "\n", body)
    if match is None:
        return Template(body, None, 0, 0, tuple(removed))
    return Template(body, match["yaml"], match.start("yaml"), match.end(), tuple(removed))
