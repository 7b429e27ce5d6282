"""Renders edits as hunks and as unified diffs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from linter.editing.edits import apply, lines_of
from linter.model.diagnostic import Edit
from linter.record import Record
from linter.syntax.source import Source, Span

_CONTEXT = 3

_QUOTED = '"\\'
"""What has to be escaped in a file name, besides what cannot be seen or decoded."""

_NO_BREAK = "\n\\ No newline at end of file\n"


class Hunk(Record):
    """Lines of a text from number `first` on, counted from 0, and the lines that replace them."""

    __slots__ = ("after", "before", "first")

    def __init__(self, first: int, before: list[str], after: list[str]) -> None:
        self.first = first
        self.before = before
        self.after = after

    @property
    def last(self) -> int:
        """The number of the line after the replaced ones."""
        return self.first + len(self.before)


def hunks(source: Source, edits: Iterable[Edit]) -> list[Hunk]:
    """The lines that edits change, including line breaks, in the order of the text."""
    found: list[Hunk] = []
    for start, end, group in regions(source, edits):
        moved = [
            Edit(Span(source, each.span.start - start, each.span.end - start), each.text)
            for each in group
        ]
        region = source.text[start:end]
        before, after = lines_of(region), lines_of(apply(region, moved))
        while before and after and before[-1] == after[-1]:
            before.pop()
            after.pop()
        same = 0
        while same < min(len(before), len(after)) and before[same] == after[same]:
            same += 1
        first = source.position(start).line - 1 + same
        found.append(Hunk(first, before[same:], after[same:]))
    return [each for each in found if each.before or each.after]


class Diff(Record):
    """A unified diff; `git apply` needs `--unidiff-zero` for it if it is `bare`."""

    __slots__ = ("bare", "text")

    def __init__(self, text: str = "", bare: bool = False) -> None:
        self.text = text
        self.bare = bare


def diff(
    source: Source,
    changes: Iterable[Hunk],
    shown: Collection[int],
    name: str = "",
    *,
    from_root: bool = False,
) -> Diff:
    """
    A unified diff of hunks for `patch -p1`; `name` is the name of the file, if not its path.

    If the name starts `from_root` of a repository, the diff has the header of git: without it,
    `git apply` would start at the folder that it runs in. As context, the diff contains only lines
    whose numbers, counted from 0, are in `shown`: the others may contain secrets.
    """
    mark = "\ufeff" if source.encoding == "utf-8-sig" else ""
    marked = [_marked(hunk, mark) for hunk in changes]
    if not marked:
        return Diff()
    lines = lines_of(mark + source.text)
    name = (name or source.path).removeprefix("./").lstrip("/")
    names = [_file_name(f"{side}/{name}") for side in "ab"]
    pieces = ["diff --git {} {}\n".format(*names)] if from_root else []
    pieces.append("--- {}\n+++ {}\n".format(*map(_ended, names)))
    moved, bare = 0, False
    for group in _groups(marked, shown):
        first, last = _with_context(group, lines, shown)
        bare = bare or group[-1].last == last < len(lines)
        body: list[str] = []
        number = first
        for hunk in group:
            body += (f" {line}" for line in lines[number : hunk.first])
            body += (f"-{line}" for line in hunk.before)
            body += (f"+{line}" for line in hunk.after)
            number = hunk.last
        body += (f" {line}" for line in lines[number:last])
        grown = sum(len(hunk.after) - len(hunk.before) for hunk in group)
        count = last - first
        pieces.append(f"@@ -{_range(first, count)} +{_range(first + moved, count + grown)} @@\n")
        pieces += (line if line.endswith(("\n", "\r")) else line + _NO_BREAK for line in body)
        moved += grown
    return Diff("".join(pieces), bare)


def _marked(hunk: Hunk, mark: str) -> Hunk:
    """The hunk, with the byte order mark if it starts at the first line of a text."""
    if hunk.first or not mark:
        return hunk
    before, after = hunk.before[:], hunk.after[:]
    for lines in (before, after):
        if lines:
            lines[0] = mark + lines[0]
    return hunk._replace(before=before, after=after)


def _file_name(path: str) -> str:
    """
    The name of a file in the header of a patch, as git writes it and `patch` reads it.

    It is quoted if it contains special characters.
    """
    if path.isprintable() and not any(mark in path for mark in _QUOTED):
        return path
    return f'"{"".join(map(_in_octal, path))}"'


def _ended(name: str) -> str:
    """A name that is alone on its line; a tab shows where one with blanks ends."""
    return f"{name}\t" if " " in name and not name.startswith('"') else name


def _in_octal(character: str) -> str:
    if character.isprintable() and character not in _QUOTED:
        return character
    return "".join(f"\\{byte:03o}" for byte in character.encode(errors="surrogateescape"))


def _with_context(
    group: list[Hunk], lines: Sequence[str], shown: Collection[int]
) -> tuple[int, int]:
    """
    The first and the last line of a group of hunks with its context.

    There are as many lines above as below: if one side has fewer, `patch` looks at the start or the
    end of the text first. It may ignore one line if they are not there. Without any, `git apply`
    adds new lines to the end of the text, unless it runs with `--unidiff-zero`.
    """
    first, last = group[0].first, group[-1].last
    above = below = 0
    while above < min(_CONTEXT, first) and first - above - 1 in shown:
        above += 1
    while below < min(_CONTEXT, len(lines) - last) and last + below in shown:
        below += 1
    if above < first and above < below:
        below = max(above, 1)
    elif last + below < len(lines) and below < above:
        above = max(below, 1)
    found = lines[first - above : last + below]
    if above < below and first > above and lines[: len(found)] == found:
        below = above
    elif below < above and last + below < len(lines) and lines[-len(found) :] == found:
        above = below
    return first - above, last + below


def _range(first: int, count: int) -> str:
    """A range of lines in a unified diff; an empty one names the line before it."""
    return f"{first + 1 if count else first},{count}"


def _groups(changes: list[Hunk], shown: Collection[int]) -> Iterator[list[Hunk]]:
    """Hunks to show together: only a few lines are between them, and all of those are shown."""
    group: list[Hunk] = []
    for hunk in changes:
        if group:
            between = range(group[-1].last, hunk.first)
            if len(between) > 2 * _CONTEXT or any(line not in shown for line in between):
                yield group
                group = []
        group.append(hunk)
    yield group


def regions(source: Source, edits: Iterable[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """The offsets of whole lines that edits touch, with these edits."""
    group: list[Edit] = []
    start = end = 0
    for edit in sorted(edits, key=lambda edit: edit.span.sort_key):
        first, last = _lines_around(source, edit)
        if group and first > end:
            yield start, end, group
            group = []
        if not group:
            start, end = first, last
        group.append(edit)
        end = max(end, last)
    if group:
        yield start, end, group


def _lines_around(source: Source, edit: Edit) -> tuple[int, int]:
    start, end = edit.span.start, edit.span.end
    first = source.line_start(start)
    ends_line = source.line_start(end) == end
    if ends_line and (end > start or edit.text.endswith(("\n", "\r"))):
        return first, end
    return first, source.next_line(end)
