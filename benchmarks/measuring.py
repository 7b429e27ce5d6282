"""Measures what a process uses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent


class Usage(NamedTuple):
    """What a process uses: wall time and CPU time in seconds, and peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


def usage(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Usage:
    """What one run of a command uses."""
    measure = [sys.executable, "-I", "-S", str(_HERE / "measure.py"), *command]
    printed = subprocess.run(
        measure, cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    wall, cpu, memory, _ = map(float, printed.stdout.split())
    return Usage(wall, cpu, memory / 1024)
