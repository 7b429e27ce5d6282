"""
Reads stacks inside other texts: service commands in scripts, and stack files between other lines.

A reader of a language finds the scripts and the stack files in it; the rest is the same for all.
"""

from __future__ import annotations

import re
import shlex
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from linter.reading import shell
from linter.reading.bounds import most_stacks, refusal
from linter.reading.command_nodes import Command
from linter.reading.docker_options import call
from linter.reading.service_commands import Services, services_of
from linter.reading.shell_tokens import Heredoc
from linter.syntax.composer import NotYaml
from linter.syntax.embedded import Embedded
from linter.syntax.mask import HOLE, Hole, Masked, Unmaskable, mask
from linter.syntax.nodes import Document
from linter.syntax.source import Source, Span, View

_COMMANDS = "commands are not changed"
_EXPANDED = "the shell replaces variables in this heredoc, unless its delimiter is in quotes"
_PREFIXED = "each line begins with something that does not belong to the stack file"

_HINT = re.compile(r"\bservices:|\bdocker\b.{0,200}?\bservice\b")
_LINE = re.compile(r"[^\r\n]++")
_ELLIPSIS = re.compile(r"[ \t]*(?:#[ \t]*|-[ \t]+)?(?:\.{3,}|…|<\.{3}>|\[\.{3}\])[ \t]*")


class Place(NamedTuple):
    """
    A stack file inside a text: the ranges that belong to it, and its holes.

    `fixed` says why it cannot be changed. If it is `cut`, a part of it has been left out.
    """

    ranges: tuple[tuple[int, int], ...]
    holes: tuple[tuple[int, int], ...] = ()
    fixed: str = ""
    cut: bool = False

    def mask(self, text: str) -> Masked:
        """The stack file in the text. Raises Unmaskable."""
        hidden: list[tuple[int, int]] = []
        last = 0
        for start, end in sorted((*self.ranges, *self.holes)):
            if start > last:
                hidden.append((last, start))
            last = max(last, end)
        return mask(text, [*hidden, (last, len(text))], (Hole(*each) for each in self.holes))


class Found(NamedTuple):
    """The scripts and the stack files in a text."""

    scripts: tuple[Embedded, ...] = ()
    files: tuple[Place, ...] = ()


Find = Callable[[str], Found]


class _Read(NamedTuple):
    """
    What was read from a text.

    Each of the services comes with its comments; `holes` are those of all commands, `syntax` are
    the parts of them that are only the language.
    """

    files: tuple[Place, ...]
    services: tuple[tuple[Services, tuple[tuple[int, int], ...]], ...]
    holes: tuple[tuple[int, int], ...]
    syntax: tuple[tuple[int, int], ...]


def views(source: Source, form: str, find: Find, *, examples: bool = False) -> Iterator[View]:
    """
    How to read each stack in a text.

    In a text with `examples`, no two of them have to be there at the same time.
    """
    try:
        mask(source.text, ())
    except Unmaskable as error:
        if _HINT.search(source.text):
            yield View(form, tree=partial(_refuse, reason=error.reason, offset=error.offset))
        return
    read, most = _read(find, source.text), most_stacks(source.text)
    for number, place in enumerate(read.files[:most]):
        masked = partial(_file, find=find, number=number)
        yield View(form, masked, fixed=place.fixed, alone=examples, cut=place.cut)
    for number, (services, _) in enumerate(read.services[:most]):
        tree = partial(_services, find=find, number=number)
        alone = examples or services.is_alternative
        by_hand = partial(_by_hand, created=services.created)
        yield View(form, partial(_words, find=find), tree, _COMMANDS, alone=alone, by_hand=by_hand)
    if max(len(read.files), len(read.services)) > most:
        yield View(form, tree=partial(_refuse, reason=refusal(most), offset=0))


def is_stack_file(text: str) -> bool:
    """Whether a text has `services:` at its top level, so that it may be a stack file."""
    least, found = -1, -1
    for line in _LINE.findall(text):
        bare = line.lstrip(" ")
        if not bare.strip() or bare.startswith(("#", "---", "...", "…")):
            continue
        indent = len(line) - len(bare)
        least = indent if least < 0 else min(indent, least)
        if found < 0 and bare.startswith("services:"):
            found = indent
    return found >= 0 and found == least


def place_of(outer: str, script: Embedded, start: int, end: int, fixed: str = "") -> Place:
    """The stack file in a part of an inner text; lines that stand for what is left out are none."""
    ranges: list[tuple[int, int]] = []
    cut = False
    for match in _LINE.finditer(script.text, start, end):
        if _ELLIPSIS.fullmatch(match[0]):
            cut = True
        else:
            ranges += script.ranges(*match.span())
    if not fixed and any(outer[_line_start(outer, low) : low].strip(" ") for low, _ in ranges):
        fixed = _PREFIXED
    return Place(tuple(ranges), tuple(script.replaced(start, end)), fixed, cut)


def _line_start(text: str, offset: int) -> int:
    """Where a line starts, or what is before on it, if that is very long."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


@lru_cache(maxsize=1)  # the views of one text are read one after the other
def _read(find: Find, text: str) -> _Read:
    found = find(text)
    files = list(found.files)
    commands: list[Command] = []
    remarks: list[tuple[int, int]] = []
    for script in found.scripts:
        read = shell.read(script.text)
        calls = filter(None, map(call, read.commands))
        commands += (Command(each, script, text) for each in calls)
        remarks += (script.outer(start, end) for start, end in read.comments)
        files += (
            _heredoc(text, script, each)
            for each in read.heredocs
            if is_stack_file(script.text[each.start : each.end])
        )
    services = tuple(_with_remarks(text, services_of(commands), remarks))
    syntax = tuple(part for command in commands for part in command.syntax)
    return _Read(tuple(files), services, tuple(_holes(commands)), syntax)


def _with_remarks(
    text: str, found: Sequence[Services], remarks: Iterable[tuple[int, int]]
) -> Iterator[tuple[Services, tuple[tuple[int, int], ...]]]:
    """The services with the comments on their commands, which are behind them or above them."""
    commands = sorted((place, number) for number, each in enumerate(found) for place in each.places)
    own: list[list[tuple[int, int]]] = [[] for _ in found]
    for remark in remarks:
        start = remark[0]
        is_behind = text[_line_start(text, start) : start].strip() != ""
        index = bisect_left(commands, (start, 0)) - is_behind
        if commands:
            own[commands[min(max(index, 0), len(commands) - 1)][1]].append(remark)
    return zip(found, map(tuple, own), strict=True)


def _heredoc(outer: str, script: Embedded, heredoc: Heredoc) -> Place:
    fixed = _EXPANDED if heredoc.expands else _PREFIXED if heredoc.without_tabs else ""
    place = place_of(outer, script, heredoc.start, heredoc.end, fixed)
    if not heredoc.expands:
        return place
    body = script.text[heredoc.start : heredoc.end]
    holes = [
        script.outer(heredoc.start + start, heredoc.start + end)
        for start, end in shell.holes(body)
        if body[start:end] != HOLE
    ]
    return place._replace(holes=tuple(sorted((*place.holes, *holes))))


def _holes(commands: Iterable[Command]) -> Iterator[tuple[int, int]]:
    """The holes in the words of commands; of one inside another, only the outer one counts."""
    found = {
        command.script.outer(run.start, run.end)
        for command in commands
        for word in command.words
        for run in word.runs
        if run.is_hole
    }
    last = 0
    for start, end in sorted(found, key=lambda each: (each[0], -each[1])):
        if start >= last:
            yield start, end
            last = end


def _file(text: str, find: Find, number: int) -> Masked:
    files = _read(find, text).files
    return files[number].mask(text) if number < len(files) else Masked(" " * len(text))


def _words(text: str, find: Find) -> Masked:
    return Masked(text, tuple(Hole(*each) for each in _read(find, text).holes))


def _services(source: Source, find: Find, number: int) -> Document:
    read = _read(find, source.text)
    if number >= len(read.services):
        raise NotYaml("the commands are not there any more", Span(source, 0, 0))
    services, remarks = read.services[number]
    return services.document(source, remarks, read.syntax)


def _by_hand(service: str, key: str, value: str | None, *, created: Collection[str]) -> str:
    """What to write in a command to set a label, or to remove it."""
    if value is None:
        return f"remove `--label {key}=…`" if service in created else f"add `--label-rm {key}`"
    word = shlex.quote(f"{key}={value.replace('$$', '$')}")
    return f"add `--label {word}`" if service in created else f"add `--label-add {word}`"


def _refuse(source: Source, reason: str, offset: int) -> Document:
    raise NotYaml(reason, Span(source, offset, offset))
