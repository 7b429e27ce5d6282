"""Reads Jinja templates of stack files, as Ansible renders them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.reading.blocks import Kind, Language, Piece
from linter.reading.templates import views as views_of
from linter.syntax.mask import Unmaskable
from linter.syntax.source import Source, View

_OPENING = re.compile(r"\{[{%#]")
_INSIDE = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[{}]|%\}", re.DOTALL)
_WORD = re.compile(r"\{%[-+]?\s*([A-Za-z_]*)")
_RAW_END = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_TAG = re.compile(
    r"\{%[-+]?\s*(?:autoescape|block|call|do|extends|filter|for|from|if|import|include|macro|raw|set"
    r"|with)\b"
)
_EXPRESSION = re.compile(r"\{\{[-+]?\s*+([^{}]*+)\}\}")
# What only templates of Go begin with, or contain: a field of what Docker knows.
_OF_GO = re.compile(
    r"[.$]|(?:block|define|else|end|env|if|index|json|len|print|printf|println|range|template|with"
    r"|join|lower|split|title|upper)\b(?:\s+[\"$.(\w]|\s*-?\Z)|.*[\s(]\.(?:[A-Za-z]|[\s)]|\Z)"
)
_SERVICES = re.compile(r"^(?:services|\"services\"|'services')[ \t]*:", re.MULTILINE)


def views(source: Source) -> Iterator[View]:
    """A view for each of the stacks that a template can become."""
    if is_stack(source.text):
        yield from views_of(source, _LANGUAGE)


def is_stack(text: str) -> bool:
    """Whether a template has services at its top."""
    return _SERVICES.search(text) is not None


def fits(text: str) -> bool:
    """Whether a stack file is a template of Jinja, rather than of Go for Docker itself."""
    if "{%" in text and _TAG.search(text):
        return is_stack(text)
    if "{{" not in text or not is_stack(text):
        return False
    found = _EXPRESSION.finditer(text)
    # Otherwise, a quote ends between the braces, as in `{label: "{{"}}`.
    whole = (each[1] for each in found if not (each[1].count('"') % 2 or each[1].count("'") % 2))
    return any(each.strip() and not _OF_GO.match(each) for each in whole)


def _pieces(text: str) -> Iterator[Piece]:
    end = 0
    while match := _OPENING.search(text, end):
        start, opening = match.start(), match[0]
        if opening == "{#":
            end = text.find("#}", match.end()) + 2
            if end < 2:
                raise Unmaskable("`{#` is not closed", start)
            yield Piece(Kind.COMMENT, start, end)
        elif opening == "{{":
            end = _end(text, start, "}}")
            yield Piece(Kind.EXPRESSION, start, end)
        else:
            end = _end(text, start, "%}")
            word = _WORD.match(text, start)
            name, after = (word[1], word.end()) if word else ("", start + 2)
            rest = text[after : end - 2].rstrip("-+")
            yield Piece(Kind.TAG, start, end, name, " ".join(rest.split()))
            if name == "raw":
                last = _RAW_END.search(text, end)
                if last is None:
                    raise Unmaskable("`{% raw %}` has no end", start)
                end = last.end()
                yield Piece(Kind.TAG, last.start(), end, "endraw")


def _end(text: str, start: int, closing: str) -> int:
    """Where an expression or a tag ends: not inside of quotes or braces. Raises Unmaskable."""
    depth, offset = 0, start + 2
    while match := _INSIDE.search(text, offset):
        offset = match.end()
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            if closing == "}}" and depth == 0 and text[offset : offset + 1] == "}":
                return offset + 1
            depth = max(depth - 1, 0)
        elif match[0] == closing:
            return offset
    raise Unmaskable(f"`{text[start : start + 2]}` is not closed", start)


_LANGUAGE = Language(
    name="jinja",
    pieces=_pieces,
    ends={
        word: f"end{word}"
        for word in (
            *("autoescape", "block", "call", "filter", "for", "if", "macro", "raw", "set", "trans"),
            "with",
        )
    },
    forks={"if": frozenset({"elif", "else"}), "for": frozenset({"else"})},
    silent=frozenset({"macro", "set"}),
    opaque=frozenset({"call", "filter"}),
    prints=frozenset({"extends", "include"}),
)
