"""What a run without findings imports, and how long that takes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SHOWN = 15
RUNS = 7
"""Other programs on the machine can only add to a time, so the least of several counts."""

_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| +(\S+)")


class Imported(NamedTuple):
    """A module, and the time its own code took, in seconds."""

    module: str
    seconds: float


def imported(python: str, command: Sequence[str], folder: Path) -> list[Imported]:
    """The modules that a command imports, slowest first; bytecode is already there."""
    words = [python, "-X", "importtime", *command]
    least: dict[str, float] = {}
    for _ in range(RUNS):
        result = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
        for time, name in _LINE.findall(result.stderr):
            least[name] = min(int(time) / 1e6, least.get(name, 1))
    found = [Imported(name, seconds) for name, seconds in least.items()]
    return sorted(found, key=lambda each: each.seconds, reverse=True)


def totals(found: Sequence[Imported]) -> Iterator[tuple[str, int, float]]:
    """Who the modules are from, how many there are, and how long they take."""
    owners = {"linter": "interlock-lint", "yaml": "PyYAML", "_yaml": "PyYAML"}
    times: dict[str, list[float]] = {"interlock-lint": [], "PyYAML": [], "Python itself": []}
    for module, seconds in found:
        times[owners.get(module.partition(".")[0], "Python itself")].append(seconds)
    for owner, each in times.items():
        yield owner, len(each), sum(each)
