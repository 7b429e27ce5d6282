"""
Records which stack files `docker stack config` accepts, for machines without Docker.

`python tests/recorded.py` asks about every value in every place, which takes a few minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path as File
from typing import NamedTuple

from stack_cases import ENVIRONMENT, VALUES, VERSIONS, Path, paths

FEW = ("x", "null", "{1: x}", ".inf", "${")
"""The values of keys that Docker does not look into."""

ANSWERS = File(__file__).parent / "stack_answers.json"


class Case(NamedTuple):
    """One stack file, with the place and the value that it is about."""

    name: str
    value: str
    text: str


def cases(path: Path) -> Iterator[Case]:
    """The cases of a place: all values, then a valid one in all versions of the format."""
    if path.name.endswith("env_file") or "env_file[" in path.name:
        return  # Docker reads these files
    known = not path.name.endswith(("unknown-key", "x-extension"))
    for value in VALUES if known else FEW:
        yield Case(path.name, value, path.text(value))
    if path.name != ".version":
        for version in VERSIONS:
            sample = json.dumps(path.sample)
            yield Case(path.name, f"version {version}", path.text(sample, version))


def accepted(text: str) -> bool:
    """Whether the real `docker stack config` accepts a stack file."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            ["docker", "stack", "config", "-c", "-"],
            input=text.encode(),
            capture_output=True,
            env={"PATH": os.environ["PATH"], "HOME": folder, **ENVIRONMENT},
            cwd=folder,
            timeout=60,
        )
    return result.returncode == 0


def recorded() -> dict[str, dict[str, bool]]:
    """The recorded answers: by place and value, whether Docker accepts the file."""
    data = json.loads(ANSWERS.read_text(encoding="utf-8"))
    return {
        path.name: {
            case.value: sign == "+"
            for case, sign in zip(cases(path), data["answers"].get(path.name, ""), strict=True)
        }
        for path in paths()
    }


def record() -> None:
    """Ask Docker about all cases, and write the answers: `+` for accepted, `-` for refused."""
    answers: dict[str, str] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path in paths():
            texts: Iterable[str] = [case.text for case in cases(path)]
            signs = pool.map(accepted, texts)
            if row := "".join("+" if each else "-" for each in signs):
                answers[path.name] = row
    command = ["docker", "version", "--format", "{{.Client.Version}}"]
    version = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    data = {"cli": version, "answers": answers}
    ANSWERS.write_text(json.dumps(data, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
