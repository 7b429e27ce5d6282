"""Finds the files with variables that belong to a stack, by their names and their variables."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from linter.files import variables
from linter.files.decoding import MAX_SETTINGS_BYTES, Unreadable, decode, read_bytes
from linter.files.reach import Reach
from linter.files.settings import UsageError
from linter.model.stack import Stack
from linter.syntax.nodes import comments
from linter.syntax.source import Span

_NAME = re.compile(r"(?:.*[.])?env(?:[._-].*)?", re.IGNORECASE)
_TEMPLATE = re.compile(r"(?:\A|[._-])(?:example|sample|template|dist|tpl|default)s?(?:[._-]|\Z)")
_VARIABLE = re.compile(r"\$(?:\$|\{?([A-Za-z_][A-Za-z0-9_]*))")
_WORD = re.compile(r"[^._-]+")
MOST = 100
"""Files with variables to look at in a folder."""

_SHORTEST = 3
"""`prod` stands for `production`, but `p` does not."""


class EnvFile(NamedTuple):
    """
    A file with variables; `names` are those that it sets.

    `reason` says why a configuration cannot name it, if it cannot.
    """

    path: str
    names: frozenset[str]
    reason: str = ""

    @property
    def words(self) -> frozenset[str]:
        """The words in its name, which may be those of a stack or of an environment."""
        return words(os.path.basename(self.path)) - {"env"}


def in_folder(folder: str, reach: Reach) -> list[EnvFile]:
    """The files with variables in a folder that a configuration may name."""
    try:
        names = sorted(os.listdir(folder or os.curdir))
    except OSError:
        return []
    paths = [
        os.path.join(folder, name)
        for name in names
        if _NAME.fullmatch(name) and not _TEMPLATE.search(name.lower())
    ]
    return [each for path in paths[:MOST] if (each := _read(path, reach))]


def _read(path: str, reach: Reach) -> EnvFile | None:
    try:
        source = decode(read_bytes(reach.find(path), MAX_SETTINGS_BYTES, below=reach.folder), path)
    except Unreadable:
        return None
    names = variables.names(source.text)
    try:
        variables.parse(source)
    except UsageError as error:
        return EnvFile(path, names, str(error))
    return EnvFile(path, names)


def used(stacks: Iterable[Stack]) -> frozenset[str]:
    """The variables that the files of stacks use, outside of comments."""
    return frozenset(
        name
        for stack in stacks
        for document in stack.documents
        for text in _between(document.source.text, comments(document))
        for name in _VARIABLE.findall(text)
        if name
    )


def _between(text: str, spans: Iterable[Span]) -> Iterator[str]:
    offset = 0
    for span in spans:
        yield text[offset : span.start]
        offset = span.end
    yield text[offset:]


def matching(
    found: Iterable[EnvFile], needed: Collection[str], stack: str, environment: str
) -> list[EnvFile]:
    """
    The files that set some of the variables that a stack needs.

    `stack` and `environment` are the names of the base and of what an override adds to it, which
    may be empty. A file for another environment does not fit. Without an environment, there is one
    file for each.
    """
    fitting = [each for each in found if not each.names.isdisjoint(needed)]
    own, wanted = words(stack), words(environment) - {"override"}
    left = {each.path: each.words - own for each in fitting}
    general = [each for each in fitting if not left[each.path]]
    if not wanted:
        return general[:1] or fitting
    exact = [each for each in fitting if left[each.path] == wanted]
    alike = [each for each in fitting if _alike(left[each.path], wanted)]
    return (exact or alike or general)[:1]


def _alike(found: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether a single word is an abbreviation of the other."""
    if len(found) != 1 or len(wanted) != 1:
        return False
    (one,), (other,) = found, wanted
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST and long.startswith(short)


def words(name: str) -> frozenset[str]:
    """The words in a name of a file, between dots, dashes and underscores, in lower case."""
    return frozenset(_WORD.findall(name.lower()))
