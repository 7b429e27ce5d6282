"""Finds the commands in the tasks of Ansible that run some."""

from __future__ import annotations

from collections.abc import Iterator

from linter.reading.ansible_tasks import modules
from linter.reading.ansible_values import value_of
from linter.reading.inside import Found
from linter.reading.inside import views as views_of
from linter.reading.scalar_segments import segments
from linter.syntax.embedded import Embedded, Segment, hole
from linter.syntax.expressions import expressions
from linter.syntax.nodes import MappingNode, Node, ScalarNode
from linter.syntax.source import Source, View

_MODULES = frozenset({"command", "raw", "shell"})


def views(source: Source) -> Iterator[View]:
    """One for each heredoc with a stack file, and one for all services that tasks create."""
    return views_of(source, "ansible", find)


def find(text: str) -> Found:
    """The commands of tasks, in the order of the file."""
    scripts: list[ScalarNode] = []
    for module, arguments in modules(text):
        if module in _MODULES:
            script: Node | None = arguments
            if isinstance(arguments, MappingNode):
                script = value_of(arguments, "cmd")
            if isinstance(script, ScalarNode) and not script.tag:
                scripts.append(script)
    scripts.sort(key=lambda each: each.start)
    return Found(tuple(Embedded(text, _with_expressions(text, each)) for each in scripts))


def _with_expressions(text: str, scalar: ScalarNode) -> Iterator[Segment]:
    """The value with the expressions of Jinja, which are not known."""
    for segment in segments(text, scalar):
        start, end, other = segment
        if other is None:
            for first, last in expressions(text, start, end):
                yield Segment(start, first)
                yield hole(first, last)
                start = last
        yield Segment(start, end, other)
