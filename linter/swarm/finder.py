"""Finds what runs, and imports what is needed for that only then."""

from __future__ import annotations

from collections.abc import Callable

from linter.model.progress import Progress, nobody
from linter.model.swarm import Running


def finder(
    timeout: float, progress: Progress = nobody, *, contents: bool = False
) -> Callable[[str], Running]:
    """
    What finds the stacks of a source, if asked for with the content of configs.

    `timeout` is how many seconds an engine has for each answer; `progress` counts what it is asked.
    """

    def find(source: str) -> Running:
        from linter.swarm.running import running

        return running(source, timeout, progress, contents=contents)

    return find
