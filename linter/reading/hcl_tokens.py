"""Splits the text of Terraform's files into tokens, with their positions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\ufeff]+)"
    r"|(?P<newline>\n)"
    r"|(?P<comment>(?:#|//)[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/)"
    r"|(?P<heredoc><<-?(?P<mark>[^\W\d][\w.-]*)[ \t]*\r?\n)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d][\w-]*)"
    r'|(?P<quote>")'
    r"|(?P<sign>=>|==|!=|<=|>=|&&|\|\||\.\.\.|::|[{}()\[\],.:?=+*%<>!-]|/(?!\*))"
)
_CHUNK = re.compile(
    r'(?P<plain>[^"\\$%\n]+|\$\$\{|%%\{|[$%](?!\{))|(?P<escape>\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.))'
    r'|(?P<open>[$%]\{)|(?P<quote>")'
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class NotHcl(ValueError):
    """A text is not in the language, at an offset."""

    def __init__(self, offset: int) -> None:
        super().__init__("not a Terraform file")
        self.offset = offset


class Token(NamedTuple):
    """A part of the text; of a quoted text, `parts` are its known texts and its templates."""

    kind: str
    text: str
    start: int
    end: int
    parts: tuple[str | tuple[int, int], ...] = ()


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, without blanks. Raises NotHcl."""
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise NotHcl(offset)
        kind = match.lastgroup or ""
        if kind == "quote":
            token = _quoted(text, offset)
            yield token
            offset = token.end
        elif kind == "heredoc":
            end = re.compile(rf"^[ \t]*{re.escape(match['mark'])}[ \t]*\r?$", re.MULTILINE)
            closing = end.search(text, match.end())
            if closing is None:
                raise NotHcl(offset)
            yield Token("heredoc", match["mark"], offset, closing.end())
            offset = closing.end()
        else:
            offset = match.end()
            if kind != "space":
                yield Token(kind, match[0], match.start(), offset)


def _quoted(text: str, start: int) -> Token:
    parts: list[str | tuple[int, int]] = []
    known: list[str] = []
    offset = start + 1
    while match := _CHUNK.match(text, offset):
        offset = match.end()
        if match["quote"]:
            parts += ["".join(known)] if known else []
            return Token("text", "", start, offset, tuple(parts))
        if match["open"]:
            parts += ["".join(known)] if known else []
            known = []
            offset = _after_template(text, offset)
            parts.append((match.start(), offset))
        else:
            known.append(_known(match[0]))
    raise NotHcl(offset)


def _known(chunk: str) -> str:
    """The text that a part of a quoted text stands for."""
    if chunk in ("$${", "%%{"):
        return chunk[1:]
    if not chunk.startswith("\\"):
        return chunk
    number = int(f"0x{chunk[2:]}", 0) if len(chunk) > 2 else -1
    return chr(number) if 0 <= number <= 0x10FFFF else _ESCAPES.get(chunk[1:], chunk)


def _after_template(text: str, offset: int) -> int:
    """Where a template ends that begins before an offset; it may have texts with templates."""
    open_ones = ["{"]
    while open_ones:
        inside = open_ones[-1] == '"'
        match = (_CHUNK if inside else _TOKEN).match(text, offset)
        if match is None or match.lastgroup in ("heredoc", "mark"):
            raise NotHcl(offset)
        offset = match.end()
        if match["quote"] and inside:
            open_ones.pop()
        elif match["quote"]:
            open_ones.append('"')
        elif inside:
            open_ones += ["{"] if match["open"] else []
        elif match[0] == "{":
            open_ones.append("{")
        elif match[0] == "}":
            open_ones.pop()
    return offset
