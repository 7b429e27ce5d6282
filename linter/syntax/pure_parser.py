"""PyYAML's pure-Python parser, made to accept what libyaml accepts."""

from __future__ import annotations

from yaml.error import Mark
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken, TagToken

_BREAKS = "\r\n\x85\u2028\u2029"
_END_OF_LINE = "\0" + _BREAKS
_HANDLE = frozenset("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


_ESCAPES = {key: each for key, each in Scanner.ESCAPE_REPLACEMENTS.items() if key != "/"}
_ESCAPES["'"] = "'"


class PureParser(Reader, Scanner, Parser):
    """
    PyYAML's pure-Python parser, extended to skip the tabs that libyaml and Docker skip.

    A tab may separate tokens wherever it does not affect indentation: inside flow collections,
    after a value, before a comment.
    """

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        self.ESCAPE_REPLACEMENTS = _ESCAPES  # type: ignore[misc] # final only in the stubs

    def scan_to_next_token(self) -> None:
        if not self.index and self.peek() == "\ufeff":
            self.forward()
        while True:
            self._skip_blanks(tabs=bool(self.flow_level) or not self.allow_simple_key)
            self._skip_comment()
            if not self._line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_plain_spaces(self, indent: int, start_mark: Mark) -> list[str]:
        blanks = self._skip_blanks(tabs=True)
        if self.peek() not in _BREAKS:
            return [blanks] if blanks else []
        first = self._line_break()
        self.allow_simple_key = True
        more: list[str] = []
        while not self._at_document_marker():
            while self.peek() in " \t":
                if self.peek() == "\t" and not self.flow_level and self.column < indent:
                    raise ScannerError(
                        "while scanning a plain scalar",
                        start_mark,
                        "found a tab character that violates indentation",
                        self.get_mark(),
                    )
                self.forward()
            if self.peek() not in _BREAKS:
                break
            more.append(self._line_break())
        else:
            return []
        if first != "\n":
            return [first, *more]
        return more or [" "]

    def scan_block_scalar_indicators(self, start_mark: Mark) -> tuple[bool | None, int | None]:
        chomping: bool | None = None
        increment: int | None = None
        while (indicator := self.peek()) not in " \t" + _END_OF_LINE:
            if indicator in "+-" and chomping is None:
                chomping = indicator == "+"
            elif indicator in "123456789" and increment is None:
                increment = int(indicator)
            else:
                raise ScannerError(
                    "while scanning a block scalar",
                    start_mark,
                    f"found {indicator!r} instead of an indentation or chomping indicator",
                    self.get_mark(),
                )
            self.forward()
        return chomping, increment

    def scan_block_scalar_ignored_line(self, start_mark: Mark) -> None:
        self._skip_blanks(tabs=True)
        super().scan_block_scalar_ignored_line(start_mark)

    def scan_flow_scalar(self, style: str) -> ScalarToken:
        start_mark = self.get_mark()
        try:
            token = super().scan_flow_scalar(style)
            token.value.encode()
        except ValueError:  # `\\U00110000`, which Python has no character for, or half of a pair
            raise ScannerError(
                "while parsing a quoted scalar",
                start_mark,
                "found invalid Unicode character escape code",
                start_mark,
            ) from None
        return token

    def scan_tag(self) -> TagToken:
        """A tag may hold a `!` that ends no handle, and a tab may follow it."""
        start_mark, length = self.get_mark(), 1
        handle: str | None = "!"
        suffix = ""
        while self.peek(length) in _HANDLE:
            length += 1
        if self.peek(1) == "<":
            handle, length = None, 2
        elif self.peek(length) == "!":
            length += 1
            handle = self.prefix(length)
        else:
            length = 1
        self.forward(length)
        if length > 1 or self.peek() not in " \t" + _END_OF_LINE:
            suffix = self.scan_tag_uri("tag", start_mark)
        if handle is None and self.peek() == ">":
            self.forward()
        elif handle is None:
            raise self._bad_tag("did not find the expected '>'", start_mark)
        if self.peek() not in " \t" + _END_OF_LINE:
            raise self._bad_tag("did not find expected whitespace or line break", start_mark)
        value = (handle, suffix) if suffix else (None, "!")
        return TagToken(value, start_mark, self.get_mark())

    def _bad_tag(self, problem: str, start_mark: Mark) -> ScannerError:
        return ScannerError("while scanning a tag", start_mark, problem, self.get_mark())

    def _line_break(self) -> str:
        """Skip the line break at this position and return it; `""` if there is none."""
        return str(self.scan_line_break())  # type: ignore[no-untyped-call] # missing in the stubs

    def _skip_blanks(self, *, tabs: bool) -> str:
        skipped = ""
        while (blank := self.peek()) == " " or (tabs and blank == "\t"):
            skipped += blank
            self.forward()
        return skipped

    def _skip_comment(self) -> None:
        if self.peek() == "#":
            while self.peek() not in _END_OF_LINE:
                self.forward()

    def _at_document_marker(self) -> bool:
        return self.prefix(3) in ("---", "...") and self.peek(3) in " \t" + _END_OF_LINE
