"""A shape of files that grow, and what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

PREFIX = "com.docker.lb."
USUAL = {"port": "'8080'", "network": "front"}
FRONT = "networks:\n  front: {name: front}\n"
FILE = "stack.yml"
MIGRATE = f"migrate --to vip {FILE}"


class Shape(NamedTuple):
    """
    Files for each size, and the command to run on them.

    The smallest size that is worth measuring is `first`. To count how often lines run, `counted` is
    enough, unless a limit of the program stops the growth elsewhere.
    """

    title: str
    thing: str
    command: str
    files: Callable[[int], Mapping[str, str]]
    first: int = 1_000
    counted: int = 30


def service(name: object, labels: Mapping[str, object], *, replicas: object = None) -> str:
    count = "" if replicas is None else f"      replicas: {replicas}\n"
    lines = "".join(f"        {PREFIX}{key}: {value}\n" for key, value in labels.items())
    head = f"  s{name}:\n    image: i\n    networks: [front]\n    deploy:\n"
    return f"{head}{count}      labels:\n{lines}"


def stack(services: Iterable[str], *, before: str = "", after: str = "") -> dict[str, str]:
    return {FILE: f"{before}services:\n{''.join(services)}{FRONT}{after}"}


def own_hosts(count: int, **labels: object) -> Iterable[str]:
    return (service(n, {"hosts": f"h{n}.example.com", **USUAL, **labels}) for n in range(count))
