"""ruamel.yaml, without what only those need who write a file with it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import StringMark
from ruamel.yaml.parser import RoundTripParser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import AnchorToken

_BLANKS = re.compile(r"(?: *+\r?\n)*+ *+")


class Parsed(NamedTuple):
    """The data of the first document, and all anchors and lines of comments up to its end."""

    data: Any
    anchors: list[str]
    comments: list[str]


def load(text: str) -> Parsed:
    """Load the first document of a text. Raises what ruamel.yaml raises."""
    reader = YAML(typ="rt")
    parts = {"Parser": _Parser, "Composer": _Composer, "Constructor": _Constructor}
    vars(reader).update(parts, Reader=_Reader, Scanner=_Scanner)
    data = next(iter(reader.load_all(text)), None)
    return Parsed(data, reader.scanner.anchors, reader.scanner.comments)


class _Mark(StringMark):
    """The same mark, created by one function instead of two."""

    __slots__ = ()

    def __init__(self, reader: Reader) -> None:
        self.name, self.index = reader.name, reader.index
        self.line, self.column = reader.line, reader.column
        self.buffer, self.pointer = reader.buffer, reader.pointer


class _Reader(Reader):
    def get_mark(self) -> Any:
        return _Mark(self)  # there is always a text, and never a stream

    def forward(self, length: int = 1) -> None:
        """Go on within a line at once, and not by each character."""
        if self.buffer[self.pointer : self.pointer + length].isprintable():
            self.pointer += length
            self.index += length
            self.column += length
        else:
            super().forward(length)


class _Scanner(Scanner):
    """
    Collects anchors and comments as they are scanned.

    The scanner that keeps comments moves them from token to token, which takes half of the time,
    and appends each of their lines to those above it, which takes time for every pair of lines.
    """

    reader: Any = None  # found once, not for each character
    flow_level: Any = 0  # counted for each token, not for each character

    def __init__(self, loader: Any) -> None:
        self.reader = loader.reader
        self.comments: list[str] = []
        self.anchors: list[str] = []
        super().__init__(loader)

    def fetch_flow_collection_start(self, *arguments: Any, **named: Any) -> None:
        super().fetch_flow_collection_start(*arguments, **named)
        self.flow_level = len(self.flow_context)

    def fetch_flow_collection_end(self, *arguments: Any, **named: Any) -> None:
        super().fetch_flow_collection_end(*arguments, **named)
        self.flow_level = len(self.flow_context)

    def need_more_tokens(self) -> bool:
        # Nearly always, the next token cannot be a key, so there is nothing to wait for.
        if self.tokens and not self.possible_simple_keys:
            return False
        return bool(super().need_more_tokens())

    def check_token(self, *choices: Any) -> bool:
        if not self.tokens or self.possible_simple_keys:  # as above; this is asked most often
            while self.need_more_tokens():
                self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def scan_to_next_token(self) -> None:
        start = self.reader.pointer
        self._skip_blanks()
        super().scan_to_next_token()
        between = self.reader.buffer[start : self.reader.pointer]
        if "#" in between:
            self.comments += between.splitlines()

    def _skip_blanks(self) -> None:
        """Skip blanks and empty lines at once; many of them were what is not YAML in a file."""
        reader = self.reader
        start, found = reader.pointer, _BLANKS.match(reader.buffer, reader.pointer)
        end = found.end() if found else start
        reader.pointer = end
        reader.index += end - start
        breaks = reader.buffer.count("\n", start, end)
        if not breaks:
            reader.column += end - start
            return
        reader.line += breaks
        reader.column = end - reader.buffer.rindex("\n", start, end) - 1
        if not self.flow_level:
            self.allow_simple_key = True

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> None:
        comment = super().scan_block_scalar_ignored_line(start_mark) or ""
        self.comments += comment.splitlines()

    def scan_anchor(self, TokenClass: Any) -> Any:  # noqa: N803 - the name in ruamel.yaml
        token = super().scan_anchor(TokenClass)
        if TokenClass is AnchorToken:
            self.anchors.append(token.value)
        return token


class _Parser(RoundTripParser):
    """Keeps tags as they are written; there are no comments."""

    scanner: Any = None  # found once, not for each token

    def __init__(self, loader: Any) -> None:
        super().__init__(loader)
        self.scanner = loader.scanner

    def check_event(self, *choices: Any) -> bool:
        event = self.current_event or self.peek_event()
        return event is not None and (not choices or isinstance(event, choices))

    def move_token_comment(self, *_: Any, **__: Any) -> None:
        pass


class _Composer(Composer):
    """Finds the others once, not for each event."""

    parser: Any = None
    resolver: Any = None

    def __init__(self, loader: Any) -> None:
        super().__init__(loader)
        self.parser, self.resolver = loader.parser, loader.resolver


class _Constructor(RoundTripConstructor):
    """
    Forgets which mappings merge a mapping.

    To keep a list of them, ruamel.yaml compares each with all others.
    """

    def flatten_mapping(self, node: Any) -> Any:
        merged = super().flatten_mapping(node)
        for each in merged:
            mapping = each[1] if isinstance(each, tuple) else each  # a tuple before 0.18.11
            mapping._ref.clear()  # noqa: SLF001 - there is no other way to forget them
        return merged
