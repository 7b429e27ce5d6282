"""
Reads templates of stack files as the stacks that they can become, each a view of the same text.

Tags and comments are blank in a view, and so are the branches that it does not take; expressions
are holes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from linter.reading.blocks import Arm, Block, Kind, Language, Piece, parse, says_something
from linter.reading.bounds import most_stacks
from linter.reading.branches import MAX_VIEWS, Picks, choices
from linter.reading.conditions import fact
from linter.reading.insertions import settled
from linter.syntax.composer import compose
from linter.syntax.mask import Branch, Hole, Masked, Unmaskable, mask
from linter.syntax.nodes import Document, DuplicateKey
from linter.syntax.source import Source, View

_IGNORE = re.compile(r"\{#[-+]?[ \t]*interlock-lint:")
_HEADER = re.compile(
    r"(?:^|[ \t:-])[|>][-+]?[ \t]*(?:#[^\r\n]{0,200})?\r?\n"
    r"(?P<blank>(?:[ \t]*\r?\n)+)(?P<indent> *)\S",
    re.MULTILINE,
)
_LINE = re.compile(r"[^\r\n]+")
_BLANK = re.compile(r"[ \t]*(?=[\r\n]|\Z)")


def views(source: Source, language: Language) -> Iterator[View]:
    """A view for each of the stacks that a template can become."""
    try:
        most = most_stacks(source.text, MAX_VIEWS)
        found = choices(parse(source.text, language), most)
    except Unmaskable as error:
        yield View(language.name, mask=partial(_unreadable, error=error))
        return
    for number, picks in enumerate(found):
        yield View(
            language.name,
            mask=partial(_masked, language=language, picks=picks),
            tree=_document,
            number=number,
            of=len(found),
            every=partial(views, language=language),
        )


def _document(source: Source) -> Document:
    """The document of a view; keys that may exclude each other are not the same one twice."""
    document = compose(source)
    inserted = {hole.visible[0] for hole in source.masked.holes if hole.is_inserted}
    document.duplicates = tuple(
        each for each in document.duplicates if each.key.start not in inserted and _is_certain(each)
    )
    return document


def _is_certain(duplicate: DuplicateKey) -> bool:
    """Whether both keys are there at once: what must hold for one must hold for the other too."""
    masked = duplicate.key.source.masked
    branches = (masked.around(span.start) for span in (duplicate.first, duplicate.key))
    first, second = (each[0].facts if each else frozenset() for each in branches)
    return first <= second or second <= first


def _unreadable(_text: str, error: Unmaskable) -> Masked:
    raise error


def _masked(text: str, language: Language, picks: Picks) -> Masked:
    """The YAML that is left when some branches are taken. Raises Unmaskable."""
    taken = _Taken(text, language, picks)
    taken.add(parse(text, language))
    first = mask(text, taken.hidden, taken.holes)
    holes = list(settled(text, first))
    hidden = list(_uneven(text, first.yaml, taken.hidden, holes))
    return mask(text, hidden, holes, taken.branches, taken.tags)


def _uneven(
    text: str, yaml: str, hidden: list[tuple[int, int]], holes: list[Hole]
) -> Iterator[tuple[int, int]]:
    """
    What is hidden, without what becomes a hole because YAML would not take the blanks.

    Lines at the start of a block scalar must not have more blanks than its text is indented by.
    """
    found = [(match.span("blank"), len(match["indent"])) for match in _HEADER.finditer(yaml)]
    found.reverse()
    for start, end in sorted(hidden):
        while found and found[-1][0][1] <= start:
            found.pop()
        if not found or found[-1][0][0] >= end:
            yield start, end
            continue
        (first, last), column = found[-1]
        for match in _LINE.finditer(text, start, end):
            line = max(yaml.rfind("\n", 0, match.start()), yaml.rfind("\r", 0, match.start())) + 1
            edge = max(line + column, match.start())
            if first <= match.start() < last and edge < match.end():
                if match.start() < edge:
                    yield match.start(), edge
                holes.append(Hole(edge, match.end()))
            else:
                yield match.span()


class _Taken:
    """What is hidden, and what is not known, when some branches are taken."""

    def __init__(self, text: str, language: Language, picks: Picks) -> None:
        self.text = text
        self.language = language
        self.picks = picks
        self.hidden: list[tuple[int, int]] = []
        self.holes: list[Hole] = []
        self.branches: list[Branch] = []
        self.tags: list[tuple[int, int]] = []

    def add(self, arm: Arm, scope: int = 0, within: Branch | None = None) -> None:
        """Add what is in a branch that is taken."""
        for each in arm.pieces:
            if isinstance(each, Block):
                self._add_block(each, scope, within)
            elif self._is_value(each):
                self.holes.append(Hole(each.start, each.end, scope))
            else:
                self.hidden += self._hidden(each)

    def _add_block(self, block: Block, scope: int, within: Branch | None) -> None:
        if block.is_value and says_something(self.text, block, self.language):
            self.holes.append(Hole(block.start, block.end, scope))
            return
        if block.is_value or block.is_silent:
            self.hidden.append((block.start, block.end))
            return
        taken = 0
        if block.number is not None:
            taken = self.picks.get(block.number, 0)
            holds = taken < len(block.arms)
            tag = block.arms[taken if holds else 0].tag
            facts = {
                fact(arm.condition, holds=number == taken)
                for number, arm in enumerate(block.arms[: taken + 1])
                if arm.condition is not None
            }
            facts |= within.facts if within else set()
            within = Branch(tag.start, tag.end, block.end, holds, frozenset(facts), within)
            self.branches.append(within)
        for number, arm in enumerate(block.arms):
            end = arm.tag.end if number == taken else arm.end
            self.hidden.append((arm.tag.start, end))
        self.hidden.append((block.last.start, block.last.end))
        tags = (*(arm.tag for arm in block.arms), block.last)
        self.tags += ((tag.start, tag.end) for tag in tags)
        if taken < len(block.arms):
            self.add(block.arms[taken], block.start if block.word == "for" else scope, within)

    def _is_value(self, piece: Piece) -> bool:
        """Whether a part stands for text, or is inside of a word that is not known without it."""
        if piece.kind is Kind.EXPRESSION or piece.word in self.language.prints:
            return True
        before, after = self.text[piece.start - 1 : piece.start], self.text[piece.end :][:1]
        return bool(before.strip(" \t\r\n}") and after.strip(" \t\r\n{"))

    def _hidden(self, piece: Piece) -> Iterator[tuple[int, int]]:
        """What of a tag or a comment is hidden; a comment for this program is one in YAML too."""
        start, end = piece.start, piece.end
        if _IGNORE.match(self.text, start) and _BLANK.match(self.text, end):
            yield start, start + 1
            if self.text[start + 2] in "-+":
                yield start + 2, start + 3
            yield end - 2 - (self.text[end - 3] in "-+"), end
        else:
            yield start, end
