"""Finds the scripts in a Jenkinsfile or other Groovy file: the strings of `sh` and `bat` steps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.reading.inside import Found
from linter.reading.inside import views as views_of
from linter.syntax.embedded import Embedded, Segment, hole
from linter.syntax.source import Source, View

# What never ends goes on to the end, and so does a long string, or each of many would be tried.
_TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z))
  | '''(?P<singles>(?:[^'\\]|\\.|'(?!''))*+)(?:'''|\\?\Z)
  | \"""(?P<doubles>(?:[^"\\]|\\.|"(?!""))*+)(?:\"""|\\?\Z)
  | '(?P<single>(?:[^'\\\n]|\\.)*+)'
  | "(?P<double>(?:[^"\\\n]|\\.)*+)"
  | (?P<open>'(?:[^'\\\n]|\\.){200,}+|"(?:[^"\\\n]|\\.){200,}+)
  | \b(?P<step>sh|bat|powershell|pwsh)\b(?=[ \t]*[('"\[]|[ \t]+\w)
  | (?P<script>\bscript[ \t]*:)
  | (?P<blank>[\s(\[]++)
  | (?P<word>\w++)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_STRINGS = ("singles", "doubles", "single", "double")
_CONCATENATED = re.compile(r"[ \t\r\n]*(?:\+|\.(?!(?:trim|stripIndent|stripMargin)\())")
_PIECE = re.compile(r"\\(?P<escaped>u+[0-9a-fA-F]{4}|\r?\n|.)|\$(?:\{|[A-Za-z_][\w.]*+)", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " "}
_BATCH = re.compile(r"""(?P<hole>%[\w~]+%?)|\^(?:[ \t]*\r?\n|(.))|["'`$]|\\(?!["\\])""", re.DOTALL)


def views(source: Source) -> Iterator[View]:
    """One for each heredoc with a stack file, and one for all services that steps create."""
    return views_of(source, "jenkinsfile", find)


def find(text: str) -> Found:
    """The scripts of steps; one that is put together from several strings is not read."""
    scripts: list[Embedded] = []
    step, is_next = "", False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        if kind in _STRINGS:
            if is_next and step in ("sh", "bat") and not _CONCATENATED.match(text, token.end()):
                segments = list(_string(text, *token.span(kind), expands=kind.startswith("double")))
                if step == "bat":
                    segments = list(_batch(text, segments))
                scripts.append(Embedded(text, segments))
            is_next = False
        elif kind == "step":
            step, is_next = token["step"], True
        elif kind == "script":
            is_next = bool(step)
        elif kind not in ("blank", "comment"):
            is_next = False
    return Found(tuple(scripts))


def _string(text: str, start: int, end: int, *, expands: bool) -> Iterator[Segment]:
    """What Groovy makes of a string; what it replaces in one with double quotes is not known."""
    while piece := _PIECE.search(text, start, end):
        yield Segment(start, piece.start())
        start = piece.end()
        escaped = piece["escaped"]
        if escaped is not None:
            if escaped not in ("\n", "\r\n"):
                known = chr(int(escaped[-4:], 16)) if len(escaped) > 1 else escaped
                yield Segment(piece.start(), start, _ESCAPES.get(escaped, known))
        elif expands:
            start = _closed(text, start, end) if piece[0] == "${" else start
            yield hole(piece.start(), start)
        else:
            yield Segment(piece.start(), start)
    yield Segment(start, end)


def _closed(text: str, start: int, end: int) -> int:
    """Where `${…}` ends."""
    depth = 1
    while depth and (brace := _BRACE.search(text, start, end)):
        start = brace.end()
        depth += 1 if brace[0] == "{" else -1
    return start if not depth else end


def _batch(text: str, segments: list[Segment]) -> Iterator[Segment]:
    """
    A batch file as a shell would write it.

    There, `^` escapes what follows, only double quotes quote, and `%NAME%` is not known.
    """
    in_quotes = False
    for segment in segments:
        if segment.text is not None:
            yield segment
            continue
        start = segment.start
        while piece := _BATCH.search(text, start, segment.end):
            yield Segment(start, piece.start())
            start = piece.end()
            in_quotes ^= piece[0] == '"'
            if piece["hole"]:
                yield hole(*piece.span())
            else:
                yield Segment(*piece.span(), _in_shell(piece, in_quotes=in_quotes))
        yield Segment(start, segment.end)


def _in_shell(piece: re.Match[str], *, in_quotes: bool) -> str | None:
    """How a shell writes a character of a batch file; None if it is the same."""
    character = piece[0]
    if character == '"' or (in_quotes and character[0] in "'^"):
        return None
    if character[0] == "^":
        return f"\\{piece[2]}" if piece[2] else " "
    return f"\\{character}"
