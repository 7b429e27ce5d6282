"""Quotation marks, also those of documents that people paste: YAML removes only its own."""

import re

_SINGLE = "\u2018\u2019\u201a\u201b"
"""Single quotation marks; one of them alone may be an apostrophe."""

_DOUBLE = (
    "\u201c\u201d\u201e\u201f"  # quotation marks
    "\xab\xbb\u2039\u203a"  # guillemets
    "\u2033\uff02\u300c\u300d\u300e\u300f"  # a double prime, and those of East Asian texts
)
_TYPOGRAPHIC = frozenset(_SINGLE + _DOUBLE)
QUOTES = "'\"" + _SINGLE + _DOUBLE

_AROUND = rf"(?:\A|(?<=[,;])|(?<=[,;] ))[{QUOTES}]+|[{QUOTES}]+(?= ?(?:[,;]|\Z))"


def unquoted(text: str) -> str:
    """A text without quotation marks of any kind around it, or around the items of a list in it."""
    return re.sub(_AROUND, "", text)


def quotation_marks(text: str) -> list[tuple[int, int]]:
    """Where in a text the quotation marks are that `unquoted` removes."""
    return [match.span() for match in re.finditer(_AROUND, text)]


def are_pair(first: str, last: str) -> bool:
    """Whether two marks may be around a text; people confuse those of a document."""
    return first == last or {first, last} <= _TYPOGRAPHIC


def is_only_a_quote(mark: str) -> bool:
    """Whether a mark is never anything else, such as an apostrophe."""
    return mark in _DOUBLE
