"""
Parses the language of Terraform's files into blocks and expressions that know their positions.

Whatever an expression does besides naming, joining and listing values is left as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_DEPTH = 100
"""Levels of nested blocks and collections; files need about five."""

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
_BRACKETS = {"{": "}", "(": ")", "[": "]"}


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


class Expression(NamedTuple):
    """
    A value: a `text`, a `path` such as `local.labels`, a `list`, an `object`, a `call`, or `other`.

    `name` is the path, the called function, or a number or a word as written. `items` are those of
    a list, the arguments of a call, or keys and values in turn.
    """

    kind: str
    start: int
    end: int
    name: str = ""
    items: tuple[Expression, ...] = ()
    parts: tuple[str | tuple[int, int], ...] = ()


class Attribute(NamedTuple):
    """`name = value`, with the place of the name."""

    name: str
    start: int
    end: int
    value: Expression


class Block(NamedTuple):
    """A block with its labels, such as `resource "docker_service" "web"`, or a whole file."""

    name: str
    labels: tuple[str, ...]
    start: int
    end: int
    attributes: tuple[Attribute, ...] = ()
    blocks: tuple[Block, ...] = ()

    def value(self, name: str) -> Expression | None:
        """The value of an attribute."""
        return next((each.value for each in self.attributes if each.name == name), None)

    def inner(self, name: str) -> list[Block]:
        """The blocks with a name in this one."""
        return [each for each in self.blocks if each.name == name]


class File(NamedTuple):
    """A whole file; `templates` and `comments` are ranges of the text."""

    body: Block
    templates: tuple[tuple[int, int], ...]
    comments: tuple[tuple[int, int], ...]


def parse(text: str) -> File:
    """Parse a file. Raises NotHcl."""
    tokens = list(_tokens(text))
    code = [each for each in tokens if each.kind != "comment"]
    parser = _Parser([*code, Token("end", "", len(text), len(text))])
    body = parser.body("", (), 0, "", 0)
    templates = (part for each in code for part in each.parts if isinstance(part, tuple))
    comments = ((each.start, each.end) for each in tokens if each.kind == "comment")
    return File(body, tuple(templates), tuple(comments))


# -- Tokens ---------------------------------------------------------------------------------------


def _tokens(text: str) -> Iterator[Token]:
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


# -- Blocks and expressions -----------------------------------------------------------------------


class _Parser:
    """Goes through tokens; line breaks matter only outside of brackets."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.index]

    def take(self, text: str = "") -> Token:
        """The next token, which must be a sign if that is given."""
        token = self.next
        if (text and (token.kind != "sign" or token.text != text)) or token.kind == "end":
            raise NotHcl(token.start)
        self.index += 1
        return token

    def skip_lines(self) -> None:
        while self.next.kind == "newline":
            self.index += 1

    def is_sign(self, text: str) -> bool:
        return self.next.kind == "sign" and self.next.text in text.split()

    def body(
        self, name: str, labels: tuple[str, ...], start: int, closing: str, level: int
    ) -> Block:
        """What is in a block, up to its closing bracket, or in a file."""
        if level > MAX_DEPTH:
            raise NotHcl(self.next.start)
        attributes: list[Attribute] = []
        blocks: list[Block] = []
        while True:
            self.skip_lines()
            if closing and self.is_sign(closing):
                end = self.take().end
                return Block(name, labels, start, end, tuple(attributes), tuple(blocks))
            if not closing and self.next.kind == "end":
                return Block(name, labels, start, self.next.end, tuple(attributes), tuple(blocks))
            key = self.take()
            if key.kind != "name":
                raise NotHcl(key.start)
            if self.is_sign("="):
                self.take()
                value = self.expression(inside=False)
                attributes.append(Attribute(key.text, key.start, key.end, value))
            else:
                blocks.append(self._block(key, level + 1))

    def _block(self, key: Token, level: int) -> Block:
        labels: list[str] = []
        while self.next.kind in ("name", "text"):
            label = self.take()
            labels.append(
                label.text or "".join(each for each in label.parts if isinstance(each, str))
            )
        self.take("{")
        return self.body(key.text, tuple(labels), key.start, "}", level)

    def expression(self, *, inside: bool) -> Expression:
        """A value, up to the end of the line or, inside of brackets, of the item."""
        start, first = self.next.start, self.index
        value = self._primary()
        if inside:
            self.skip_lines()
        if self._is_over(inside=inside):
            return value
        self.index = first
        return Expression("other", start, self._skip(inside=inside))

    def _is_over(self, *, inside: bool) -> bool:
        return self.is_sign(", ) ] }") or (
            self.is_sign("= : =>") if inside else self.next.kind in ("newline", "end")
        )

    def _skip(self, *, inside: bool) -> int:
        """Go to the end of a value; returns where that is."""
        closing: list[str] = []
        end = self.next.start
        while closing or not (self.is_sign(", ) ] }") or (not inside and self.next.kind in _ENDS)):
            token = self.take()
            if token.kind == "sign" and token.text in _BRACKETS:
                closing.append(_BRACKETS[token.text])
            elif closing and token.kind == "sign" and token.text == closing[-1]:
                closing.pop()
            end = token.end if token.kind != "newline" else end
        return end

    def _primary(self) -> Expression:
        token = self.take()
        if self.depth > MAX_DEPTH:
            raise NotHcl(token.start)
        if token.kind == "text":
            return Expression("text", token.start, token.end, parts=token.parts)
        if token.kind == "number":
            return Expression("word", token.start, token.end, token.text)
        if token.kind == "name":
            return self._named(token)
        if token.kind == "sign" and token.text in ("[", "{"):
            items, end = self._items(_BRACKETS[token.text], pairs=token.text == "{")
            kind = "object" if token.text == "{" else "list"
            if items is not None:
                return Expression(kind, token.start, end, items=items)
        return Expression("other", token.start, token.end)

    def _named(self, token: Token) -> Expression:
        path, end = [token.text], token.end
        while self.is_sign(".") and self.tokens[self.index + 1].kind == "name":
            self.take()
            path.append(self.next.text)
            end = self.take().end
        name = ".".join(path)
        if self.is_sign("("):
            self.take()
            items, end = self._items(")", pairs=False)
            kind = "other" if items is None else "call"
            return Expression(kind, token.start, end, name, items or ())
        return Expression("path" if len(path) > 1 else "word", token.start, end, name)

    def _items(self, closing: str, *, pairs: bool) -> tuple[tuple[Expression, ...] | None, int]:
        """The items up to a closing bracket, and where it ends; None if they are made by a loop."""
        found: list[Expression] = []
        known = True
        self.depth += 1
        self.skip_lines()
        while not self.is_sign(closing):
            if self.next.kind == "name" and self.next.text == "for" and not found:
                known = False
            value = self.expression(inside=True)
            found.append(value)
            if self.is_sign("= : =>"):
                self.take()
                self.skip_lines()
                found.append(self.expression(inside=not pairs) if known else self._rest())
            if self.is_sign(","):
                self.take()
            elif not (self.is_sign(closing) or self.next.kind == "newline"):
                known = False
                self.take()
            self.skip_lines()
        end = self.take().end
        self.depth -= 1
        if pairs and len(found) % 2:
            known = False
        return tuple(found) if known else None, end

    def _rest(self) -> Expression:
        start = self.next.start
        return Expression("other", start, self._skip(inside=True))


_ENDS = ("newline", "end")
