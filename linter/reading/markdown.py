"""Finds the stack files and the scripts in the code blocks of a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.reading.code_blocks import CodeBlock, code_blocks
from linter.reading.inside import Found, Place, is_stack_file, place_of
from linter.reading.inside import views as views_of
from linter.syntax.composer import NotYaml, compose
from linter.syntax.embedded import Embedded, Segment, hole
from linter.syntax.source import Source, View

_YAML = frozenset({"", "yaml", "yml", "docker-compose", "compose", "dockercompose"})
_SHELL = frozenset(
    {"", "sh", "bash", "shell", "zsh", "console", "terminal", "text", "shell-session"}
    | {"shellsession", "sh-session", "bash-session", "ksh"}
)
_HINT = re.compile(r"com\.docker|interlock", re.IGNORECASE)
_PROMPT = re.compile(r"[ \t]*(?:[\w.@:~/\\()\[\] -]{0,80}[$%]|PS[^>\r\n]{0,80}>)[ \t]+")
_ROOT = re.compile(r"[ \t]*(?:[\w.@:~/()\[\]-]{0,80})?#[ \t]+(?=(?:sudo[ \t]+)?docker\b)")
_SECOND = re.compile(r"[ \t]*>[ \t]?")
_ANGLES = re.compile(r"<[A-Za-z][\w .|-]{0,60}>")


def views(source: Source) -> Iterator[View]:
    """One for each stack file, and one for all services that commands create."""
    return views_of(source, "markdown", find, examples=True)


def find(text: str) -> Found:
    """The stack files and the scripts in the code blocks."""
    files: list[Place] = []
    scripts: list[Embedded] = []
    for block in code_blocks(text):
        inner = Embedded(text, [Segment(*line) for line in block.lines])
        if block.language in _YAML and is_stack_file(inner.text):
            place = place_of(text, inner, 0, len(inner.text))
            if (block.language and _HINT.search(inner.text)) or _is_yaml(text, place):
                files.append(place)
        elif block.language in _SHELL and ("docker" in inner.text or "<<" in inner.text):
            scripts.append(Embedded(text, _commands(text, block)))
    return Found(tuple(scripts), tuple(files))


def _is_yaml(text: str, place: Place) -> bool:
    """Whether a block is YAML; if it is not, an example that is not about labels is no mistake."""
    try:
        compose(Source("", "\n".join(text[start:end] for start, end in place.ranges)))
    except NotYaml:
        return False
    return True


def _commands(text: str, block: CodeBlock) -> Iterator[Segment]:
    """What is typed; with prompts, the other lines are what is printed."""
    prompt = next(
        (each for each in (_PROMPT, _ROOT) if any(_begins(each, text, *at) for at in block.lines)),
        None,
    )
    goes_on = False
    for start, end in block.lines:
        first = start
        if prompt is not None:
            match = prompt.match(text, start, end)
            if match is None and goes_on:
                match = _SECOND.match(text, start, end)
            if match is None and not goes_on:
                continue
            first = match.end() if match else start
        yield from _with_angles(text, first, end)
        goes_on = text[first:end].rstrip("\r\n").endswith("\\")


def _begins(prompt: re.Pattern[str], text: str, start: int, end: int) -> bool:
    return prompt.match(text, start, end) is not None


def _with_angles(text: str, start: int, end: int) -> Iterator[Segment]:
    """A line in which `<name>` stands for any value."""
    for match in _ANGLES.finditer(text, start, end):
        yield Segment(start, match.start())
        yield hole(*match.span())
        start = match.end()
    yield Segment(start, end)
