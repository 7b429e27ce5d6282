"""Makes nodes of the words of a command, which are where these words are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from linter.reading.docker_options import Call, Option
from linter.reading.shell_tokens import Word
from linter.syntax.embedded import Embedded
from linter.syntax.mask import HOLE
from linter.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode

_BRACED = re.compile(r"\$\{(\w+)\}", re.ASCII)

Pair = tuple[ScalarNode, ScalarNode]


class Command(NamedTuple):
    """A command for services, and the script that it is in."""

    call: Call
    script: Embedded
    outer: str

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.script.place(self.call.first.start)[0]

    @property
    def words(self) -> Iterator[Word]:
        """The words that are part of what it says about services."""
        yield from (option.word for option in self.call.options)
        yield from self.call.operands

    @property
    def syntax(self) -> Iterator[tuple[int, int]]:
        """Where it says what it does, and the names of its options."""
        for word, length in self.call.syntax:
            yield self.script.outer(*word.place(0, length))

    def node(self, word: Word, start: int, end: int) -> ScalarNode:
        """A part of a word."""
        if start < end:
            low, high = self.script.outer(*word.place(start, end))
        else:  # nothing is written
            low = high = self.script.outer(word.start, word.end)[1]
        return ScalarNode(word.text[start:end], low, high)

    def whole(self, word: Word) -> ScalarNode:
        return self.node(word, 0, len(word.text))

    def value(self, option: Option) -> ScalarNode:
        return self.node(option.word, option.start, len(option.word.text))

    def pair(self, option: Option) -> Pair:
        """The key and the value of `key=value`."""
        word, text = option.word, option.word.text
        sign = text.find("=", option.start)
        end = sign if sign >= 0 else len(text)
        return self.node(word, option.start, end), self.node(
            word, min(end + 1, len(text)), len(text)
        )

    def fields(self, option: Option) -> dict[str, ScalarNode]:
        """The fields of `key=value,key=value`; empty if it is not of this form."""
        found: dict[str, ScalarNode] = {}
        start = option.start
        for field in option.text.split(","):
            key, sign, _ = field.partition("=")
            if sign:
                found[key.strip().lower()] = self.node(
                    option.word, start + len(key) + 1, start + len(field)
                )
            start += len(field) + 1
        return found

    def named(self, option: Option, *keys: str) -> ScalarNode:
        """What is referred to: all of a value, or one of its fields."""
        fields = self.fields(option)
        return next((fields[key] for key in keys if key in fields), self.value(option))

    def shown(self, node: ScalarNode, word: Word) -> str:
        """The text of a node with its variables as written."""
        written = (
            self.outer[slice(*self.script.outer(run.start, run.end))]
            for run in word.runs
            if run.is_hole
        )
        return re.sub(HOLE, lambda _: _BRACED.sub(r"$\1", next(written, "$")), node.value)


def key_of(name: str, place: Node) -> ScalarNode:
    return ScalarNode(name, place.start, place.end)


def external_of(place: ScalarNode) -> MappingNode:
    return mapping_of([(key_of("external", place), key_of("true", place))], place)


def mapping_of(pairs: Iterable[tuple[Node, Node]], place: Node) -> MappingNode:
    found = MappingNode(place.start, "", None, flow=True)
    found.end = place.end
    for key, value in pairs:
        found.children += (key, value)
    return found


def sequence_of(nodes: list[Node]) -> SequenceNode:
    found = SequenceNode(nodes[0].start, "", None, flow=True)
    found.end = nodes[-1].end
    found.children = nodes
    return found
