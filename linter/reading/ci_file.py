"""Finds the scripts in GitHub workflows and GitLab CI files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.reading.inside import Found
from linter.reading.inside import views as views_of
from linter.syntax.composer import NotYaml, compose
from linter.syntax.embedded import Embedded, Segment, hole
from linter.syntax.nodes import BLOCK_STYLES, MappingNode, ScalarNode, SequenceNode, nodes
from linter.syntax.source import Source, View

_KEYS = frozenset({"run", "script", "before_script", "after_script"})
_GITHUB = re.compile(r"^(?:on|\"on\"|'on'|true)[ \t]*:", re.MULTILINE)
_JOBS = re.compile(r"^(?:jobs|runs)[ \t]*:", re.MULTILINE)
_EXPRESSION = re.compile(r"\$\{\{(?:[^}]|\}(?!\}))*+\}\}")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_ESCAPE = re.compile(
    r"\\(?P<escaped>x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|.)", re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "e": "\x1b", "_": "\xa0"}
_PLAIN = re.compile(r"(?P<mark>(?!))|[ \t]*+(?:\r\n|\r|\n)\s*+")
_QUOTED = re.compile(r"'(?P<mark>')|[ \t]*+(?:\r\n|\r|\n)\s*+")
_HEXADECIMAL = ("x", "u", "U")


def is_workflow(text: str) -> bool:
    """Whether a YAML file is a workflow of GitHub."""
    return _JOBS.search(text) is not None and _GITHUB.search(text) is not None


def views(source: Source) -> Iterator[View]:
    """One for each heredoc with a stack file, and one for all services that jobs create."""
    return views_of(source, "ci", find)


def find(text: str) -> Found:
    """The scripts of jobs."""
    try:
        root = compose(Source("", text)).root
    except NotYaml:
        return Found()
    scripts: list[Embedded] = []
    for node in nodes(root):
        if isinstance(node, MappingNode):
            for key, value in node.pairs:
                if isinstance(key, ScalarNode) and key.value in _KEYS:
                    lines = value.children if isinstance(value, SequenceNode) else [value]
                    scripts += (
                        Embedded(text, _with_expressions(text, _scalar(text, each)))
                        for each in lines
                        if isinstance(each, ScalarNode) and not each.tag
                    )
    return Found(tuple(scripts))


def _scalar(text: str, scalar: ScalarNode) -> Iterator[Segment]:
    """The value of a scalar."""
    if scalar.style in BLOCK_STYLES:
        yield from _block(text, scalar)
    elif scalar.style == '"':
        yield from _escaped(text, scalar.start + 1, scalar.end - 1)
    else:
        margin = 1 if scalar.style else 0
        start = scalar.start + margin
        parts = _QUOTED if scalar.style else _PLAIN
        for part in parts.finditer(text, start, scalar.end - margin):
            yield Segment(start, part.start())
            yield Segment(*part.span(), part["mark"] or " ")
            start = part.end()
        yield Segment(start, scalar.end - margin)


def _block(text: str, scalar: ScalarNode) -> Iterator[Segment]:
    """The lines of a block scalar without their indentation; those of `>` are joined."""
    header = _LINE.match(text, scalar.start)
    start = header.end() if header else scalar.end
    indent: int | None = None
    while start < scalar.end:
        match = _LINE.match(text, start, scalar.end)
        end = max(match.end() if match else scalar.end, start + 1)
        bare = text[start:end].lstrip(" ")
        if indent is None and bare.strip():
            indent = end - start - len(bare)
        first = min(start + (indent or 0), end - len(bare) if bare.strip() else end - 1)
        if scalar.style == ">" and text[end - 1] == "\n" and bare.strip():
            yield Segment(first, end - 1)
            yield Segment(end - 1, end, " ")
        else:
            yield Segment(first, end)
        start = end


def _escaped(text: str, start: int, end: int) -> Iterator[Segment]:
    """The value of a scalar in double quotes."""
    while part := _ESCAPE.search(text, start, end):
        yield Segment(start, part.start())
        escaped = part["escaped"]
        if escaped[0] in _HEXADECIMAL and len(escaped) > 1:
            yield Segment(*part.span(), chr(min(int(escaped[1:], 16), 0x10FFFF)))
        elif escaped[0] not in "\r\n":
            yield Segment(*part.span(), _ESCAPES.get(escaped, escaped))
        start = part.end()
    yield Segment(start, end)


def _with_expressions(text: str, segments: Iterator[Segment]) -> Iterator[Segment]:
    """The value with the expressions of the CI system, which are not known."""
    for segment in segments:
        start, end, other = segment
        if other is None:
            for match in _EXPRESSION.finditer(text, start, end):
                yield Segment(start, match.start())
                yield hole(*match.span())
                start = match.end()
        yield Segment(start, end, other)
