"""A shape of files that grow, and what they are made of."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

PREFIX = "com.docker.lb."
USUAL = {"port": "'8080'", "network": "front"}
FRONT = "networks:\n  front: {name: front}\n"
FILE = "stack.yml"
MIGRATE = f"migrate --to vip {FILE}"
HISTORY = "history"
"""The name of a file with commits, as `git fast-import` reads them."""


class Shape(NamedTuple):
    """
    Files for each size, and the command to run on them.

    The smallest size that is worth measuring is `first`. To count how often lines run, twice and
    four times `counted` are enough, unless a limit of the program stops the growth elsewhere.
    """

    title: str
    thing: str
    command: str
    files: Callable[[int], Mapping[str, str]]
    first: int = 1_000
    counted: int = 30

    def write(self, count: int, folder: Path) -> None:
        """Write the files of a size into a new folder, and commits if there is a history."""
        files = dict(self.files(count))
        history = files.pop(HISTORY, None)
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if history is not None:
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
            command = ["git", "fast-import", "--quiet"]
            subprocess.run(command, cwd=folder, check=True, input=history.encode())


def service(name: object, labels: Mapping[str, object], *, replicas: object = None) -> str:
    count = "" if replicas is None else f"      replicas: {replicas}\n"
    lines = "".join(f"        {PREFIX}{key}: {value}\n" for key, value in labels.items())
    head = f"  s{name}:\n    image: i\n    networks: [front]\n    deploy:\n"
    return f"{head}{count}      labels:\n{lines}"


def stack(services: Iterable[str], *, before: str = "", after: str = "") -> dict[str, str]:
    return {FILE: f"{before}services:\n{''.join(services)}{FRONT}{after}"}


def own_hosts(count: int, **labels: object) -> Iterable[str]:
    return (service(n, {"hosts": f"h{n}.example.com", **USUAL, **labels}) for n in range(count))
