"""The smallest parts of a shell script, and what they are put together to: words and commands."""

from __future__ import annotations

import re
from typing import NamedTuple

from linter.syntax.mask import HOLE

# In the order of the alternatives; each matches at the place where the one before has ended.
TOKEN = re.compile(
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
INSIDE = re.compile(
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
SKIPPED = re.compile(
    r"""(?P<plain>[^"'\\$`(){}]++)|(?P<escaped>\\.)|(?P<substitution>\$\((?!\()|`)"""
    r"""|(?P<arithmetic>\$\(\()|(?P<braces>\$\{)|(?P<double>")|(?P<single>')|(?P<other>.)""",
    re.DOTALL,
)


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

    If it `expands`, the shell replaces variables in it; `without_tabs` means that tabs at the
    beginning of its lines do not belong to it.
    """

    start: int
    end: int
    expands: bool
    without_tabs: bool


class Script(NamedTuple):
    """The commands of a script in the order in which they begin, and its comments."""

    commands: tuple[tuple[Word, ...], ...]
    heredocs: tuple[Heredoc, ...]
    comments: tuple[tuple[int, int], ...]
