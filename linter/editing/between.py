"""What may be shown of the text between the scalars of a file, and of its comments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from linter.syntax.source import Source

_PUNCTUATION = re.compile(r"[\s,:\[\]{}?-]*")
_OURS = re.compile(r"#[ \t]*interlock-lint:")
_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")
_TOKENS = re.compile(
    rf"(?P<comment>{_COMMENT.pattern})"
    r"|&(?P<anchor>[^\s,\[\]{}]+)"
    r"|(?P<public>[\s,:\[\]{}?-]+|!!(?:str|int|float|bool|null|binary|timestamp)\b|!(?=\s))"
    r"|(?P<private>[^\s,\[\]{}]+)"
)
_PUBLIC_SIGN = re.compile(r"[\s,\[\]{}]")
_NEAR = 300
"""Characters before and after a scalar that are looked at; a shown part of a line is shorter."""

# Other languages have other punctuation, and no anchors.
LITERAL = re.compile(
    rf"(?P<comment>{_COMMENT.pattern})|(?P<anchor>(?!))|(?P<public>[\s,:=\[\]{{}}\"'`\\-]+)"
    r"|(?P<private>[^\s,:=\[\]{}\"'`\\]+)"
)


def private_between(
    text: str,
    start: int,
    end: int,
    aliases: Collection[str],
    tokens: re.Pattern[str] = _TOKENS,
) -> Iterator[tuple[int, int]]:
    """What may not be shown of the text between two scalars."""
    if _PUNCTUATION.fullmatch(text, start, end):
        return
    for match in tokens.finditer(text, start, end):
        if match["comment"]:
            yield from private_comments(text, *match.span())
        elif match["private"] or (match["anchor"] and match["anchor"] not in aliases):
            yield match.span()


def private_elsewhere(
    source: Source, aliases: Collection[str], start: int, end: int
) -> Iterator[tuple[int, int]]:
    """
    What may not be shown of the text between two scalars of which others may be in between.

    A text may have many stacks, also on one line. So what is on none of the lines of a scalar, or
    not near to it, is not looked at.
    """
    first = min(source.line_end(start), start + _NEAR)
    last = max(source.line_start(end), end - _NEAR)
    if first < last and (begins := _PUBLIC_SIGN.search(source.text, last, end)):
        last = begins.start()  # not within what would be private as a whole
    if first >= last:
        yield from private_between(source.text, start, end, aliases)
        return
    yield from private_between(source.text, start, first, aliases)
    yield first, last
    yield from private_between(source.text, last, end, aliases)


def private_comments(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The comment in the rest of a line, up to the one for this program."""
    if comment := _COMMENT.search(text, start, end):
        ours = _OURS.search(text, comment.start(), end)
        if ours is None or ours.start() > comment.start():
            yield comment.start(), ours.start() if ours else end
