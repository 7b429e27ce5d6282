"""The product versions that a stack can be written for, and which features each one has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linter.model.words import did_you_mean
from linter.record import Record

# Oldest first: releases are compared in this order.
LINES = (
    "ucp-3.0",
    "ucp-3.1",
    "ucp-3.2",
    "mke-3.3",
    "mke-3.4",
    "mke-3.5",
    "mke-3.6",
    "mke-3.7",
    "mke-3.8",
    "mke-3.9",
    "mke-4",
)
WITHOUT_SWARM = frozenset({"mke-4"})

_TARGET = r"(?P<line>(?:ucp|mke)-(?:3\.[0-9]+|4))k?(?:\.(?P<patch>[0-9]{1,4}|x))?(?:\.[0-9]+)?"


class UnknownTarget(ValueError):
    """A target that is not a known product line or a release of one."""


class Target(Record):
    """A product line and a release of it; without a release, the newest one of the line."""

    __slots__ = ("line", "patch")

    def __init__(self, line: str, patch: int | None = None) -> None:
        self.line = line
        self.patch = patch

    def __str__(self) -> str:
        return self.line if self.patch is None else f"{self.line}.{self.patch}"

    @property
    def has_swarm(self) -> bool:
        return self.line not in WITHOUT_SWARM

    def has(self, since: Sequence[str]) -> bool:
        """
        Whether the target has a feature that was added in the releases `since`, one per line.

        A line without a release in `since` has the feature if it is newer than all that have one.
        """
        releases = {release.line: release.patch or 0 for release in map(parse, since)}
        if self.line in releases:
            return self.patch is None or self.patch >= releases[self.line]
        return all(LINES.index(self.line) > LINES.index(line) for line in releases)

    def is_past(self, until: str | None) -> bool:
        """Whether the target is newer than `until`, the last release that had a feature."""
        if until is None:
            return False
        last = parse(until)
        if self.line == last.line:
            return last.patch is not None and (self.patch is None or self.patch > last.patch)
        return LINES.index(self.line) > LINES.index(last.line)


def parse(text: str) -> Target:
    """
    Read a target such as `ucp-3.1.2`, `mke-3.8`, `mke-3.8.x` or `mke-4`.

    Raises UnknownTarget, which names the known lines.
    """
    match = re.fullmatch(_TARGET, text.strip().lower())
    if not match or match["line"] not in LINES:
        hint = did_you_mean(text.strip().lower(), LINES)
        lead = f"{hint} Use" if hint else "; use"
        raise UnknownTarget(
            f"unknown target `{text}`{lead} one of {', '.join(LINES)}, or a release such as "
            "mke-3.8.16"
        )
    patch = match["patch"]
    return Target(match["line"], None if patch in (None, "x") else int(patch))
