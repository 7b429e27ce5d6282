"""Where Docker's YAML differs from that of libyaml, on which its parser was modeled."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linter.syntax.nodes import Node, ScalarNode

VERSION = "not YAML to Docker, which accepts only `%YAML 1.1`"

QUESTION_MARK = "not YAML to Docker: inside `{…}` and `[…]`, a value with a `?` needs quotes"

# Docker skips a byte order mark only at the very start, libyaml at the start of each line. And it
# does not count the first one.
_MARK = "(?:\\A|[\r\n\x85\u2028\u2029])\ufeff"
# Docker allows commas and brackets in a tag, and `\'` between double quotes, but no `\/` there;
# libyaml has it the other way around.
_TAG = r"(?<![^\s\[{,])![^\s{}]*[,\[\]]"
_KEY = r"[^\s\[{][^\r\n]*?:(?=\s|$)"
_AFTER_DIRECTIVE = r"[\r\n]%[^\r\n]*(?:\r\n|\r|\n)[ \t]*\Z"
_ESCAPE = r"\"[^\"]*\\['/]"


def is_next(root: Sequence[Node], problem: str, text: str, offset: int, *, is_token: bool) -> bool:
    """
    Whether Docker meets a problem of a later document, of which only `root` could be read.

    Docker stops after the first document, but looks ahead until it knows whether a key follows.
    `is_token` says that the problem is a token, and not a place where it may not be.
    """
    if not root:
        directive = re.search(_AFTER_DIRECTIVE, text[max(offset - 1000, 0) : offset])
        return is_token or bool(directive and re.compile(_KEY).match(text, offset))
    may_be_key = isinstance(root[0], ScalarNode) and not root[0].anchor
    return is_token and may_be_key and problem.startswith("mapping values")


def may_differ(text: str) -> bool:
    """Whether libyaml may read a text differently; only the pure parser follows Docker then."""
    if "!" in text and re.search(_TAG, text):
        return True
    if "\ufeff" in text and re.search(_MARK, text):
        return True
    return ("\\'" in text or "\\/" in text) and bool(re.search(_ESCAPE, text))
