"""Reads templates of stack files for the function `templatefile` of Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.reading.blocks import Kind, Language, Piece
from linter.reading.jinja import is_stack
from linter.reading.templates import views as views_of
from linter.syntax.mask import Unmaskable
from linter.syntax.source import Source, View

_OPENING = re.compile(r"(\$\$\{|%%\{)|[$%]\{")
_INSIDE = re.compile(r"[\"{}]|\$\{|%\{")
_QUOTED = re.compile(r"(?:[^\"\\$%]|\\.|\$(?!\{)|%(?!\{))*", re.DOTALL)
_WORD = re.compile(r"%\{~?\s*([a-z]*)")
_TAG = re.compile(r"%\{~?\s*(?:if|for)\b")


def views(source: Source) -> Iterator[View]:
    """A view for each of the stacks that a template can become."""
    if is_stack(source.text):
        yield from views_of(source, _LANGUAGE)


def fits(text: str) -> bool:
    """Whether a template with an ambiguous name is one of Terraform."""
    return _TAG.search(text) is not None or "{{" not in text


def _pieces(text: str) -> Iterator[Piece]:
    end = 0
    while match := _OPENING.search(text, end):
        start, is_escape = match.start(), match[1]
        end = _end(text, match.end())
        if (
            is_escape or match[0] == "${"
        ):  # what is left has one character less, and may be a variable of Docker
            yield Piece(Kind.EXPRESSION, start, end)
        else:
            word = _WORD.match(text, start)
            name, after = (word[1], word.end()) if word else ("", start + 2)
            rest = text[after : end - 1].rstrip("~")
            yield Piece(Kind.TAG, start, end, name, " ".join(rest.split()))


def _end(text: str, start: int) -> int:
    """Where the braces around an expression end, which may contain texts with expressions."""
    open_braces, offset = ["{"], start
    while open_braces:
        if open_braces[-1] == '"':
            match = _QUOTED.match(text, offset)
            offset = match.end() if match else offset
            found = text[offset : offset + 2]
            if not found:
                break
            if found[0] == '"':
                open_braces.pop()
                offset += 1
            else:
                open_braces.append("{")
                offset += 2
            continue
        match = _INSIDE.search(text, offset)
        if match is None:
            break
        offset = match.end()
        if match[0] == "}":
            open_braces.pop()
        else:
            open_braces.append(match[0][-1])
    else:
        return offset
    raise Unmaskable(f"`{text[start - 2 : start]}` is not closed", start - 2)


_LANGUAGE = Language(
    name="tftpl",
    pieces=_pieces,
    ends={"if": "endif", "for": "endfor"},
    forks={"if": frozenset({"else"})},
    tag="%{{ {} }}",
)
