"""Where Docker's YAML differs from that of libyaml, on which its parser was modeled."""

from __future__ import annotations

import re

VERSION = "not YAML to Docker, which accepts only `%YAML 1.1`"

QUESTION_MARK = "not YAML to Docker: inside `{…}` and `[…]`, a value with a `?` needs quotes"

# Docker allows commas and brackets in a tag, and `\'` between double quotes, but no `\/` there;
# libyaml has it the other way around.
_TAG = re.compile(r"(?<![^\s\[{,])![^\s{}]*[,\[\]]")
_KEY = re.compile(r"(?<![ \t])[^\s\[{][^\n]*?:(?=\s|$)")
_ESCAPE = re.compile(r"\"[^\"]*\\['/]")


def needs_start(text: str, offset: int) -> bool:
    """
    Whether a key after a directive needs `---` before it, as other text does not.

    Docker notices because it looks for the colon of a key before it stops at the end of a document.
    """
    lines = [line for line in text[max(offset - 1000, 0) : offset].splitlines() if line.strip()]
    after = next((line for line in reversed(lines) if not line.lstrip().startswith("#")), "")
    return after.startswith("%") and bool(_KEY.match(text, offset))


def may_differ(text: str) -> bool:
    """Whether libyaml may read a text differently; only the pure parser follows Docker then."""
    if "!" in text and _TAG.search(text):
        return True
    return ("\\'" in text or "\\/" in text) and bool(_ESCAPE.search(text))
