"""What was found in some of the stacks of a run, so that it can be told to another process."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType

from linter.checking.uses import Use
from linter.model.census import Counts
from linter.model.diagnostic import Diagnostic, Ignored, Unjudged
from linter.record import Record

Place = tuple[str, int, int]
"""The path of a file, and the offsets of a part of it."""


class Part(Record):
    """
    The findings, and what they are counted with, by the paths of the files.

    `unknown` are the places of values that are not known, and whether they depend on an expression
    of a template; `compared` has the stacks that are not judged themselves. `ran` has the
    names of the rules that judged a file. `uses` are those of configurations of Interlock, which
    are checked when all of them are known.
    """

    __slots__ = (
        "compared",
        "counts",
        "diagnostics",
        "ran",
        "suppressed",
        "unjudged",
        "unknown",
        "uses",
    )

    def __init__(
        self,
        diagnostics: Sequence[Diagnostic] = (),
        suppressed: Sequence[Ignored] = (),
        unjudged: Sequence[Unjudged] = (),
        unknown: Mapping[Place, bool] = MappingProxyType({}),
        compared: Sequence[str] = (),
        ran: Mapping[str, frozenset[str]] = MappingProxyType({}),
        counts: Mapping[str, Counts] = MappingProxyType({}),
        uses: Sequence[Use] = (),
    ) -> None:
        self.diagnostics = diagnostics
        self.suppressed = suppressed
        self.unjudged = unjudged
        self.unknown = unknown
        self.compared = compared
        self.ran = ran
        self.counts = counts
        self.uses = uses

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
            [each.without(paths) for each in self.uses],
        )
