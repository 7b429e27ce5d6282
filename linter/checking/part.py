"""What was found in some of the stacks of a run, so that it can be told to another process."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from linter.model.census import Counts
from linter.model.diagnostic import Diagnostic, Ignored, Unjudged

Place = tuple[str, int, int]
"""The path of a file, and the offsets of a part of it."""


class Part(NamedTuple):
    """
    The findings, and what they are counted with, by the paths of the files.

    `unknown` are the places of values that are not known, and whether they depend on an expression
    of a template; `compared` has the stacks that are not judged themselves. `ran` has the
    names of the rules that judged a file.
    """

    diagnostics: Sequence[Diagnostic] = ()
    suppressed: Sequence[Ignored] = ()
    unjudged: Sequence[Unjudged] = ()
    unknown: Mapping[Place, bool] = {}
    compared: Sequence[str] = ()
    ran: Mapping[str, frozenset[str]] = {}
    counts: Mapping[str, Counts] = {}

    def without(self, paths: Container[str]) -> Part:
        """The part without what is about these files; no other finding may depend on them."""
        return Part(
            [each for each in self.diagnostics if each.path not in paths],
            [each for each in self.suppressed if each.diagnostic.path not in paths],
            [each for each in self.unjudged if each.path not in paths],
            {place: each for place, each in self.unknown.items() if place[0] not in paths},
            [each for each in self.compared if each not in paths],
            {path: each for path, each in self.ran.items() if path not in paths},
            {path: each for path, each in self.counts.items() if path not in paths},
        )
