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

from linter.syntax.mask import HOLE

_MOST_NESTED = 200

# In the order of the alternatives; each matches at the place where the one before has ended.
_TOKEN = re.compile(
    rf"""
    (?P<plain>[^\s\\'"$`;&|<>()\#{HOLE}]++|\#)
  | (?P<blank>[ \t\r]++)
  | (?P<joined>\\\r?\n)
  | (?P<newline>\n)
  | \\(?P<escaped>[^\n])
  | '(?P<single>[^']*+)'
  | (?P<double>\$?")
  | (?P<quoted>\$'(?:[^'\\]|\\.)*+')
  | (?P<arithmetic>\$?\(\()
  | (?P<substitution>[$<>]\(|`)
  | (?P<braces>\$\{{)
  | (?P<variable>\$(?:[A-Za-z_]\w*+|[0-9@*\#?$!-])|{HOLE})
  | (?P<heredoc><<-?(?!<))
  | (?P<redirection>&>>?|<<<|<>|>>|>\||[<>]&|[<>])
  | (?P<separator>[;&|]++)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)

# Within double quotes, and within `${…}`.
_INSIDE = re.compile(
    rf"""
    (?P<plain>[^"\\$`{HOLE}]++)
  | (?P<joined>\\\r?\n)
  | \\(?P<escaped>["\\$`])
  | (?P<substitution>\$\((?!\()|`)
  | (?P<arithmetic>\$\(\()
  | (?P<braces>\$\{{)
  | (?P<variable>\$(?:[A-Za-z_]\w*+|[0-9@*\#?$!-])|{HOLE})
  | (?P<double>")
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)

# Within `${…}` and `$((…))`, only their end matters.
_SKIPPED = re.compile(
    r"""(?P<plain>[^"'\\$`(){}]++)|(?P<escaped>\\.)|(?P<substitution>\$\((?!\()|`)"""
    r"""|(?P<arithmetic>\$\(\()|(?P<braces>\$\{)|(?P<double>")|(?P<single>')|(?P<other>.)""",
    re.DOTALL,
)

_SINGLE = re.compile(r"[^']*+'")
_DESCRIPTOR = re.compile(r"[0-9]{1,9}|\{\w{1,99}\}", re.ASCII)
_BRACES = re.compile(r"\{[^{}]*+\}")
_QUOTES = frozenset({"double", "heredoc"})
_ESCAPED = re.compile(r"\\\$(?:\{[^{}\n]{0,999}\}|\w+)")
_LINE = re.compile(r"[^\n]*+\n?")
_ALL = re.compile(r"\$(?:[@*]|\{[^}]{0,99}\[[@*]\])")


class Run(NamedTuple):
    """
    A part of a word that is written without quotes and escapes, or a hole.

    `text` begins at `offset` in the word, and is at `start` and `end` in the script.
    """

    offset: int
    text: str
    start: int
    end: int

    @property
    def is_hole(self) -> bool:
        return self.text == HOLE


class Word(NamedTuple):
    """
    A word as a command gets it.

    `start` and `end` are where it is in the script, with quotes. `is_loose` means that it may be
    any number of words, or none: a variable without quotes, `"$@"`, `{a,b}`.
    """

    text: str
    start: int
    end: int
    runs: tuple[Run, ...] = ()
    is_loose: bool = False

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the text is in the script; all of it if it is empty."""
        found = [each for each in self.runs if each.offset < end]
        found = [each for each in found if each.offset + len(each.text) > start]
        if not found:
            return self.start, self.end
        first, last = found[0], found[-1]
        low = first.start if first.is_hole else first.start + max(start - first.offset, 0)
        return low, last.end if last.is_hole else last.start + min(
            end - last.offset, len(last.text)
        )


class Heredoc(NamedTuple):
    """
    Lines of a script that a command gets as its input.

    `words` are those of the command. If it `expands`, the shell replaces variables in it;
    `without_tabs` means that tabs at the beginning of its lines do not belong to it.
    """

    words: tuple[Word, ...]
    start: int
    end: int
    expands: bool
    without_tabs: bool


class Script(NamedTuple):
    """The commands of a script in the order in which they begin, and its comments."""

    commands: tuple[tuple[Word, ...], ...]
    heredocs: tuple[Heredoc, ...]
    comments: tuple[tuple[int, int], ...]


def read(text: str) -> Script:
    """Split a script; a command with a quotation mark that is never closed is left out."""
    return _Reader(text).read()


class _Pending(NamedTuple):
    """A heredoc whose lines begin after the next line break."""

    words: list[Word]
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
        return Heredoc(tuple(found.words), start, end, expands, found.without_tabs)

    @property
    def _escapable(self) -> str:
        """The characters that a backslash escapes here."""
        return "$`\\" if self.frames[-1].kind == "heredoc" else '"$`\\'

    @property
    def _command(self) -> _Frame:
        """The frame with the word that is being read."""
        return next(each for each in reversed(self.frames) if each.kind not in _QUOTES)

    def _push(self, kind: str) -> None:
        if len(self.frames) >= _MOST_NESTED:
            self.at = len(self.text)  # no script is nested as deeply
        self.frames.append(_Frame(kind, self.at))

    def _in_command(self) -> None:
        match = _TOKEN.match(self.text, self.at)
        assert match is not None  # any character matches
        start, self.at = match.span()
        kind, frame = match.lastgroup, self.frames[-1]
        if kind == "plain":
            if match[0] == "#" and frame.word is None:
                self._comment(start)
            else:
                self._add(match[0], start, start, self.at)
                frame.unquoted.append(match[0])
        elif kind == "escaped":
            self._add(match["escaped"], self.at - 1, start, self.at)
        elif kind == "single":
            self._add(match["single"], start + 1, start, self.at)
        elif kind == "double":
            self._add("", start, start, self.at)
            self._push("double")
        elif kind in ("variable", "quoted"):
            self._hole(start)
        elif kind == "blank":
            self._end_word()
        elif kind == "newline":
            self._end_command()
            self._take_heredocs()
        elif kind == "close" or (kind == "substitution" and match[0] == frame.kind == "`"):
            self._close(match[0])
        elif kind in ("arithmetic", "substitution", "braces"):
            self._begin(match, kind)
        elif kind in ("heredoc", "redirection"):
            self._redirect(match[0])
        elif kind in ("separator", "open"):
            self._end_command()
            if kind == "open":
                self._push("(")
        elif kind == "other":
            self._other(match[0], start)

    def _other(self, character: str, start: int) -> None:
        if character in "'\"":  # never closed
            self.frames.append(_Frame("open", start))
            self.at = len(self.text)
        elif character.isspace():
            self._end_word()
        elif character == "\\":  # at the end of the text
            self._end_word()
        else:
            self._add(character, start, start, self.at)

    def _begin(self, match: re.Match[str], kind: str) -> None:
        """A substitution, which is a hole in its word; what is in it are commands as well."""
        frame = self.frames[-1]
        if match[0] == "((":
            if frame.word is None and not frame.words:
                self._push("arithmetic")
                self.frames[-1].start = match.start()
            else:
                self.at = match.start() + 1
                self._end_command()
                self._push("(")
            return
        if match[0] in ("<(", ">("):
            self._end_word()
        self._push("arithmetic" if kind == "arithmetic" else kind if kind == "braces" else match[0])
        self.frames[-1].start = match.start()

    def _close(self, mark: str) -> None:
        self._end_command()
        frame = self.frames[-1]
        if frame.kind in ("(", "script", "`") and mark == ")":
            if frame.kind == "(":
                self.frames.pop()
            return
        self.frames.pop()
        self._hole(frame.start)

    def _in_quotes(self) -> None:
        match = _INSIDE.match(self.text, self.at)
        assert match is not None  # any character matches
        start, self.at = match.span()
        kind = match.lastgroup
        if kind == "double" and self.frames[-1].kind == "double":
            self.frames.pop()
            self._command.end = self.at
        elif kind == "variable":
            self._hole(start)
        elif kind == "escaped" and match["escaped"] in self._escapable:
            self.escapes.append((start, self.at))
            self._add(match["escaped"], self.at - 1, start, self.at)
        elif kind in ("substitution", "arithmetic", "braces"):
            self._push(kind if kind != "substitution" else match[0])
            self.frames[-1].start = start
        elif kind != "joined":
            self._add(match[0], start, start, self.at)

    def _in_braces(self) -> None:
        """Find the end of `${…}` or `$((…))`; parentheses in the latter are counted."""
        match = _SKIPPED.match(self.text, self.at)
        assert match is not None  # any character matches
        start, self.at = match.span()
        kind, frame = match.lastgroup, self.frames[-1]
        if kind == "double":
            self._push("double")
        elif kind == "single":
            in_quotes = any(each.kind == "double" for each in self.frames[-2:])
            if not in_quotes and (end := _SINGLE.match(self.text, self.at)):
                self.at = end.end()
        elif kind in ("substitution", "arithmetic", "braces"):
            self._push(kind if kind != "substitution" else match[0])
            self.frames[-1].start = start
        elif frame.kind == "braces" and match[0] == "}":
            self._leave(frame)
        elif frame.kind == "arithmetic" and match[0] == "(":
            self._push("arithmetic")
            self.frames[-1].start = -1
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
            self.pending.append(_Pending(frame.words, word, frame.awaits == "<<-"))
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
                match = _LINE.match(self.text, self.at)
                assert match is not None  # even an empty line matches
                first, self.at = match.span()
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
