"""The text format of a rule's manual page."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from linter.report import Style
from linter.report.lines import paint

_WIDEST = 100
_BOLD = "1"
_BLOCKS = re.compile(r"^```[\s\S]*?^```$|(?:^(?!```).+\n?)+", re.MULTILINE)
_ITEM = re.compile(r"(?:[-*]|[0-9]+\.) ")


def write(page: str, style: Style) -> str:
    """A page of Markdown, with paragraphs wrapped to the terminal and code unchanged."""
    blocks = (match.group().rstrip("\n") for match in _BLOCKS.finditer(page))
    return "\n\n".join("\n".join(_lines(block, style)) for block in blocks) + "\n"


def _lines(block: str, style: Style) -> Iterator[str]:
    if block.startswith("```"):
        yield from (f"    {line}".rstrip() for line in block.split("\n")[1:-1])
    elif block.startswith("#"):
        yield paint(block.lstrip("# "), _BOLD, style)
    else:
        for item in _items(block):
            mark = _ITEM.match(item)
            yield from textwrap.wrap(
                item,
                min(style.width, _WIDEST),
                subsequent_indent=" " * len(mark.group()) if mark else "",
                break_long_words=False,
                break_on_hyphens=False,
            )


def _items(block: str) -> Iterator[str]:
    """The items of a list, each on one line, or the whole paragraph."""
    item = ""
    for line in block.split("\n"):
        if item and _ITEM.match(line):
            yield item
            item = ""
        item = f"{item} {line.strip()}".strip()
    yield item
