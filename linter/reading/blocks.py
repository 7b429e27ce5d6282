"""The parts of a template, in whatever language: expressions, comments, and blocks of tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from linter.syntax.mask import Unmaskable

MAX_NESTED = 30
"""Levels of nested blocks in a template."""

_LONGEST_LINE = 2000

_VALUE = re.compile(r"[ \t]*(?:- +)*(?:[^\s#][^\r\n]*:|-)[ \t]+")


class Kind(Enum):
    """What a part of a template is."""

    EXPRESSION = "expression"
    COMMENT = "comment"
    TAG = "tag"


class Piece(NamedTuple):
    """A part of a template that is not text; a tag has a word, and what follows it."""

    kind: Kind
    start: int
    end: int
    word: str = ""
    rest: str = ""


class Language(NamedTuple):
    """
    A language of templates.

    `pieces` finds all that is not text; it raises Unmaskable. `ends` has the tags that end blocks,
    by those that begin them, `forks` the tags that begin a further branch. The text of `silent`
    blocks is not where they are, and that of `opaque` ones is changed. `prints` are tags that stand
    for a text. `tag` is how one is written.
    """

    name: str
    pieces: Callable[[str], Iterator[Piece]]
    ends: Mapping[str, str]
    forks: Mapping[str, frozenset[str]]
    silent: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()
    prints: frozenset[str] = frozenset()
    tag: str = "{{% {} %}}"

    def opens(self, piece: Piece) -> bool:
        """Whether a tag begins a block: `set` does only without a value."""
        return piece.word in self.ends and not (piece.word == "set" and "=" in piece.rest)

    @property
    def closing(self) -> frozenset[str]:
        """The tags that end a block or a branch."""
        return frozenset(self.ends.values()).union(*self.forks.values())


class Arm:
    """One branch of a block, from its tag on to the next one."""

    def __init__(self, tag: Piece) -> None:
        self.tag = tag
        self.end = tag.end
        self.pieces: list[Piece | Block] = []

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks in it whose text is where they are."""
        blocks = (each for each in self.pieces if isinstance(each, Block))
        return [each for each in blocks if not (each.is_silent or each.is_value)]

    @property
    def condition(self) -> str | None:
        """What must hold for it; None for `else`."""
        if self.tag.word == "else":
            return None
        return f"for {self.tag.rest}" if self.tag.word == "for" else self.tag.rest


class Block:
    """
    A block with its branches; `last` is the tag that ends it.

    It `is_silent` if its text is not here, and `is_value` if it is a part of a line, or if its text
    is changed, so that its value is not known. Of a block with a `number`, one branch is taken.
    """

    def __init__(self, tag: Piece) -> None:
        self.arms = [Arm(tag)]
        self.last = tag
        self.is_silent = False
        self.is_value = False
        self.number: int | None = None

    @property
    def word(self) -> str:
        return self.arms[0].tag.word

    @property
    def start(self) -> int:
        return self.arms[0].tag.start

    @property
    def end(self) -> int:
        return self.last.end

    @property
    def ways(self) -> int:
        """The number of its branches, with the one that has no text."""
        if self.number is None:
            return 1
        return len(self.arms) + (self.arms[-1].condition is not None)


def parse(text: str, language: Language) -> Arm:
    """A template as the only branch of a block. Raises Unmaskable."""
    root = Arm(Piece(Kind.TAG, 0, 0))
    arms, opened = [root], list[Block]()
    closing, number = language.closing, 0
    for piece in language.pieces(text):
        block = opened[-1] if opened else None
        if piece.kind is Kind.TAG and language.opens(piece):
            if len(opened) >= MAX_NESTED:
                raise Unmaskable(f"blocks nest deeper than {MAX_NESTED} levels", piece.start)
            opened.append(Block(piece))
            arms[-1].pieces.append(opened[-1])
            arms.append(opened[-1].arms[0])
        elif block and piece.word in language.forks.get(block.word, ()):
            arms[-1].end = piece.start
            arms[-1] = Arm(piece)
            block.arms.append(arms[-1])
        elif block and piece.word and piece.word == language.ends[block.word]:
            arms.pop().end = piece.start
            opened.pop().last = piece
            block.is_silent = block.word in language.silent
            block.is_value = block.word in language.opaque or _is_part_of_line(text, block)
            number = _numbered(block, language, number)
        elif piece.word in closing:
            raise Unmaskable(f"`{language.tag.format(piece.word)}` ends nothing", piece.start)
        else:
            arms[-1].pieces.append(piece)
    if opened:
        shown = language.tag.format(opened[-1].word)
        raise Unmaskable(f"`{shown}` has no end", opened[-1].start)
    return root


def _numbered(block: Block, language: Language, number: int) -> int:
    """Number a block of which one branch is taken; returns the next number."""
    is_choice = block.word == "if" or (block.word in language.forks and len(block.arms) > 1)
    if not is_choice or block.is_value or block.is_silent:
        return number
    block.number = number
    return number + 1


def _is_part_of_line(text: str, block: Block) -> bool:
    """Whether a block is only part of a line, and is not an `if` that decides on a whole value."""
    if block.end - block.start > _LONGEST_LINE:
        return False
    if "\n" in text[block.start : block.end]:
        return False
    near = max(block.start - _LONGEST_LINE, 0)
    start = text.rfind("\n", near, block.start) + 1 or near
    end = text.find("\n", block.end, block.end + _LONGEST_LINE)
    after = text[block.end : end if end >= 0 else block.end + _LONGEST_LINE]
    is_value = block.word == "if" and _VALUE.fullmatch(text, start, block.start)
    return bool(after.strip()) or not is_value


def says_something(text: str, block: Block, language: Language) -> bool:
    """Whether anything is left of a block once all tags are gone."""
    pending = [block]
    for each in pending:
        for arm in each.arms:
            end = arm.tag.end
            for piece in arm.pieces:
                if text[end : piece.start].strip():
                    return True
                end = piece.end
                if isinstance(piece, Block):
                    pending.append(piece)
                elif piece.kind is Kind.EXPRESSION or piece.word in language.prints:
                    return True
            if text[end : arm.end].strip():
                return True
    return False
