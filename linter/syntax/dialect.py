"""Where Docker's YAML differs from that of libyaml, on which its parser was modeled."""

from __future__ import annotations

import re

VERSION = "not YAML to Docker, which accepts only `%YAML 1.1`"

QUESTION_MARK = "not YAML to Docker: inside `{…}` and `[…]`, a value with a `?` needs quotes"

# Docker allows commas and brackets in a tag, and `\'` between double quotes, but no `\/` there;
# libyaml has it the other way around.
_TAG = re.compile(r"(?<![^\s\[{,])![^\s{}]*[,\[\]]")
_KEY = re.compile(r"[^\s\[{][^\r\n]*?:(?=\s|$)")
_AFTER_DIRECTIVE = re.compile(r"[\r\n]%[^\r\n]*(?:\r\n|\r|\n)[ \t]*\Z")
_ESCAPE = re.compile(r"\"[^\"]*\\['/]")


def needs_start(text: str, offset: int) -> bool:
    """
    Whether a key right after a directive needs `---` before it, as other text does not.

    Docker notices because it looks for the colon of a key before it stops at the end of a document.
    """
    return bool(_AFTER_DIRECTIVE.search(text[max(offset - 1000, 0) : offset])) and bool(
        _KEY.match(text, offset)
    )


def may_differ(text: str) -> bool:
    """Whether libyaml may read a text differently; only the pure parser follows Docker then."""
    if "!" in text and _TAG.search(text):
        return True
    return ("\\'" in text or "\\/" in text) and bool(_ESCAPE.search(text))
