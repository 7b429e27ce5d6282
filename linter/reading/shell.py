"""
Splits a shell script into commands and words, with their positions.

`shlex` knows no positions, `bashlex` gives up on a whole script for one part that it cannot read,
and what follows here must take hostile texts in linear time. Nothing is expanded: what a shell
would put in place of `$NAME` and `$(command)` is a hole. bash and dash read the words alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linter.reading.shell_tokens import INSIDE, SKIPPED, TOKEN, Heredoc, Run, Script, Word
from linter.syntax.mask import HOLE

_MOST_NESTED = 200

_SINGLE = re.compile(r"[^']*+'")
_DESCRIPTOR = re.compile(r"[0-9]{1,9}|\{\w{1,99}\}", re.ASCII)
_BRACES = re.compile(r"\{[^{}]*+\}")
_WORDS = frozenset({"plain", "escaped", "single", "double", "other"})
_NESTED = frozenset({"arithmetic", "substitution", "braces"})
_QUOTES = frozenset({"double", "heredoc"})
_ESCAPED = re.compile(r"\\\$(?:\{[^{}\n]{0,999}\}|\w+)")
_LINE = re.compile(r"[^\n]*+\n?")
_ALL = re.compile(r"\$(?:[@*]|\{[^}]{0,99}\[[@*]\])")


def read(text: str) -> Script:
    """Split a script; a command with a quotation mark that is never closed is left out."""
    return _Reader(text).read()


class _Pending(NamedTuple):
    """A heredoc whose lines begin after the next line break."""

    delimiter: Word
    without_tabs: bool


class _Frame:
    """A command while it is being read, or what is between quotation marks or braces in it."""

    __slots__ = ("awaits", "end", "kind", "runs", "start", "texts", "unquoted", "word", "words")

    def __init__(self, kind: str, start: int) -> None:
        self.kind = kind
        self.start = start
        self.words: list[Word] = []
        self.awaits = ""  # what the next word is for: a redirection or a heredoc
        self.clear()

    @property
    def escapable(self) -> str:
        """The characters that a backslash escapes between quotation marks, and in a heredoc."""
        return "$`\\" if self.kind == "heredoc" else '"$`\\'

    def clear(self) -> None:
        """Begin with a new word."""
        self.word: int | None = None
        self.end = 0
        self.texts: list[str] = []
        self.unquoted: list[str] = []
        self.runs: list[Run] = []


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.frames = [_Frame("script", 0)]
        self.escapes: list[tuple[int, int]] = []
        self.commands: list[tuple[int, tuple[Word, ...]]] = []
        self.pending: list[_Pending] = []
        self.heredocs: list[tuple[_Pending, int, int]] = []
        self.comments: list[tuple[int, int]] = []

    def read(self) -> Script:
        while self.at < len(self.text):
            kind = self.frames[-1].kind
            if kind in ("double", "heredoc"):
                self._in_quotes()
            elif kind in ("braces", "arithmetic"):
                self._in_braces()
            else:
                self._in_command()
        if len(self.frames) == 1:
            self._end_command()
        self.commands.sort(key=lambda each: each[0])
        return Script(
            tuple(words for _, words in self.commands),
            tuple(self._heredoc(*each) for each in self.heredocs),
            tuple(self.comments),
        )

    def _heredoc(self, found: _Pending, start: int, end: int) -> Heredoc:
        written = self.text[found.delimiter.start : found.delimiter.end]
        expands = not any(mark in written for mark in "'\"\\")
        return Heredoc(start, end, expands, found.without_tabs)

    @property
    def _command(self) -> _Frame:
        """The frame with the word that is being read."""
        return next(each for each in reversed(self.frames) if each.kind not in _QUOTES)

    def _push(self, kind: str, start: int) -> None:
        if len(self.frames) >= _MOST_NESTED:
            self.at = len(self.text)  # no script is nested as deeply
        self.frames.append(_Frame(kind, start))

    def _in_command(self) -> None:
        kind, match = self._next(TOKEN)
        start = match.start()
        if kind in _WORDS:
            self._part(kind, match)
        elif kind in ("variable", "quoted"):
            self._hole(start)
        elif kind == "blank":
            self._end_word()
        elif kind == "newline":
            self._end_command()
            self._take_heredocs()
        elif kind == "close" or match[0] == self.frames[-1].kind == "`":
            self._close(match[0])
        elif kind in _NESTED:
            self._begin(match, kind)
        elif kind in ("heredoc", "redirection"):
            self._redirect(match[0])
        elif kind in ("separator", "open"):
            self._end_command()
            if kind == "open":
                self._push("(", start)

    def _next(self, pattern: re.Pattern[str]) -> tuple[str, re.Match[str]]:
        """The next token; every pattern has an alternative for any character."""
        match = pattern.match(self.text, self.at)
        if match is None:
            raise AssertionError
        self.at = match.end()
        return match.lastgroup or "", match

    def _part(self, kind: str, match: re.Match[str]) -> None:
        """A part of a word, with or without quotes."""
        frame, (start, end) = self.frames[-1], match.span()
        if kind == "plain" and match[0] == "#" and frame.word is None:
            self._comment(start)
        elif kind == "plain":
            self._add(match[0], start, start, end)
            frame.unquoted.append(match[0])
        elif kind == "escaped":
            self._add(match["escaped"], end - 1, start, end)
        elif kind == "single":
            self._add(match["single"], start + 1, start, end)
        elif kind == "double":
            self._add("", start, start, end)
            self._push("double", start)
        elif match[0] == "'":  # never closed
            self._push("open", start)
            self.at = len(self.text)
        elif match[0] == "\\" or match[0].isspace():  # at the end of the text, or as in a word
            self._end_word()
        else:
            self._add(match[0], start, start, end)

    def _begin(self, match: re.Match[str], kind: str) -> None:
        """A substitution, which is a hole in its word; what is in it are commands as well."""
        frame = self.frames[-1]
        if match[0] == "((" and (frame.word is not None or frame.words):
            self.at = match.start() + 1
            self._end_command()
            self._push("(", match.start())
            return
        if match[0] in ("<(", ">("):
            self._end_word()
        self._nest(match, kind)

    def _nest(self, match: re.Match[str], kind: str) -> None:
        self._push(match[0] if kind == "substitution" else kind, match.start())

    def _close(self, mark: str) -> None:
        self._end_command()
        frame = self.frames[-1]
        if mark == ")" and frame.kind in ("(", "script", "`"):
            if frame.kind == "(":
                self.frames.pop()
            return
        self.frames.pop()
        self._hole(frame.start)

    def _in_quotes(self) -> None:
        kind, match = self._next(INSIDE)
        start, frame = match.start(), self.frames[-1]
        if kind == "double" and frame.kind == "double":
            self.frames.pop()
            self._command.end = self.at
        elif kind == "variable":
            self._hole(start)
        elif kind == "escaped" and match["escaped"] in frame.escapable:
            self.escapes.append((start, self.at))
            self._add(match["escaped"], self.at - 1, start, self.at)
        elif kind in _NESTED:
            self._nest(match, kind)
        elif kind != "joined":
            self._add(match[0], start, start, self.at)

    def _in_braces(self) -> None:
        """Find the end of `${…}` or `$((…))`; parentheses in the latter are counted."""
        kind, match = self._next(SKIPPED)
        frame = self.frames[-1]
        if kind == "double":
            self._push("double", match.start())
        elif kind == "single":
            in_quotes = any(each.kind == "double" for each in self.frames[-2:])
            if not in_quotes and (end := _SINGLE.match(self.text, self.at)):
                self.at = end.end()
        elif kind in _NESTED:
            self._nest(match, kind)
        elif frame.kind == "braces" and match[0] == "}":
            self._leave(frame)
        elif frame.kind == "arithmetic" and match[0] == "(":
            self._push("arithmetic", -1)
        elif frame.kind == "arithmetic" and match[0] == ")":
            if frame.start >= 0 and self.text.startswith(")", self.at):
                self.at += 1
            self._leave(frame)

    def _leave(self, frame: _Frame) -> None:
        self.frames.pop()
        if frame.start >= 0 and not self.text.startswith("((", frame.start):
            self._hole(frame.start)

    def _add(self, text: str, at: int, start: int, end: int) -> None:
        """Add a part to the word; it is written from `start` to `end`, its text begins at `at`."""
        frame = self._command
        if frame.kind in ("braces", "arithmetic"):
            return
        if frame.word is None:
            frame.word = start
        frame.end = end
        if text:
            offset = frame.runs[-1].offset + len(frame.runs[-1].text) if frame.runs else 0
            frame.runs.append(Run(offset, text, at, at + len(text)))
            frame.texts.append(text)

    def _hole(self, start: int) -> None:
        frame = self._command
        self._add(HOLE, start, start, self.at)
        if frame.runs and frame.runs[-1].start == start:
            frame.runs[-1] = frame.runs[-1]._replace(end=self.at)
            quoted = self.frames[-1].kind == "double"
            if not quoted or _ALL.match(self.text, start):
                frame.unquoted.append(HOLE)

    def _end_word(self) -> None:
        frame = self.frames[-1]
        if frame.word is None:
            return
        text, unquoted = "".join(frame.texts), "".join(frame.unquoted)
        word = Word(text, frame.word, frame.end, tuple(frame.runs), _is_loose(text, unquoted))
        frame.clear()
        if frame.awaits.startswith("<<") and frame.awaits != "<<<":
            self.pending.append(_Pending(word, frame.awaits == "<<-"))
        elif not frame.awaits:
            frame.words.append(word)
        frame.awaits = ""

    def _end_command(self) -> None:
        self._end_word()
        frame = self.frames[-1]
        if frame.words:
            self.commands.append((frame.words[0].start, tuple(frame.words)))
        frame.words = []
        frame.awaits = ""

    def _redirect(self, sign: str) -> None:
        frame = self.frames[-1]
        written = "".join(frame.texts)
        if frame.unquoted == [written] and _DESCRIPTOR.fullmatch(written) and sign[0] != "&":
            frame.clear()  # the number of a file descriptor
        self._end_word()
        frame.awaits = sign

    def _comment(self, start: int) -> None:
        end = self.text.find("\n", start)
        self.at = end if end >= 0 else len(self.text)
        self.comments.append((start, self.at))

    def _take_heredocs(self) -> None:
        """Read the lines of the heredocs that begin here."""
        for pending in self.pending:
            start = self.at
            while self.at < len(self.text):
                _, match = self._next(_LINE)
                first = match.start()
                line = match[0].rstrip("\r\n")
                if pending.without_tabs:
                    line = line.lstrip("\t")
                if line == pending.delimiter.text:
                    self.heredocs.append((pending, start, first))
                    break
            else:
                self.heredocs.append((pending, start, self.at))
        self.pending.clear()


def _is_loose(text: str, unquoted: str) -> bool:
    """Whether the shell may make several words, or none, of one."""
    if HOLE in unquoted and not text.strip(HOLE):
        return True
    if "{" not in unquoted:
        return False
    return any("," in each or ".." in each for each in _BRACES.findall(unquoted))


def holes(text: str) -> Iterator[tuple[int, int]]:
    """What the shell replaces in a heredoc: variables, commands and escaped characters."""
    reader = _Reader(text)
    reader.frames.append(_Frame("heredoc", 0))
    reader.read()
    found = [(run.start, run.end) for run in reader.frames[0].runs if run.is_hole]
    end = 0
    for start, stop in sorted((*found, *reader.escapes)):
        if start >= end:
            variable = _ESCAPED.match(text, start)
            end = variable.end() if variable else stop
            yield start, end
