"""Finds the scripts in GitHub workflows and GitLab CI files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.reading.inside import Found
from linter.reading.inside import views as views_of
from linter.reading.scalar_segments import segments
from linter.syntax.composer import NotYaml, compose
from linter.syntax.embedded import Embedded, Segment, hole
from linter.syntax.nodes import MappingNode, ScalarNode, SequenceNode, nodes
from linter.syntax.source import Source, View

_KEYS = frozenset({"run", "script", "before_script", "after_script"})
_GITHUB = re.compile(r"^(?:on|\"on\"|'on'|true)[ \t]*:", re.MULTILINE)
_JOBS = re.compile(r"^(?:jobs|runs)[ \t]*:", re.MULTILINE)
_EXPRESSION = re.compile(r"\$\{\{(?:[^}]|\}(?!\}))*+(?P<end>\}\})?")


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
                        Embedded(text, _with_expressions(text, segments(text, each)))
                        for each in lines
                        if isinstance(each, ScalarNode) and not each.tag
                    )
    return Found(tuple(scripts))


def _with_expressions(text: str, segments: Iterator[Segment]) -> Iterator[Segment]:
    """The value with the expressions of the CI system, which are not known."""
    for segment in segments:
        start, end, other = segment
        if other is None:
            for match in _EXPRESSION.finditer(text, start, end):
                if not match["end"]:
                    break
                yield Segment(start, match.start())
                yield hole(*match.span())
                start = match.end()
        yield Segment(start, end, other)
