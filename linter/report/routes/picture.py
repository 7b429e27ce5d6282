"""Where the hosts, services and stacks are in a picture: hosts at the left, stacks at the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linter.report.escape import escape, width

WIDTH = 1000
COLORS = 8
"""How many colors there are for services."""

_HOST, _HOST_WIDTH = 8, 340
_STACK, _STACK_WIDTH = 600, 392
_HOST_HEIGHT, _LEAST, _PER_LINE = 36, 44, 18
_GAP, _HEAD, _PADDING = 12, 30, 10
_HOST_COLUMNS, _SERVICE_COLUMNS = 40, 42
_MOST_LINES = 80
"""With more lines, nobody finds their way in a picture."""


class Line(NamedTuple):
    """A service on a route: its share in words, and as a number if it is known."""

    route: int
    service: int
    label: str
    share: float | None


class Node(NamedTuple):
    """A box with a text, and a smaller one below it; `link` is a place on the page."""

    x: float
    y: float
    width: float
    height: float
    text: str
    below: str
    link: str
    color: int


class Curve(NamedTuple):
    """A line from a host to a service, and where its label is."""

    path: str
    color: int
    thickness: float
    is_empty: bool
    label: str
    x: float
    y: float


class Picture(NamedTuple):
    """Everything in the picture."""

    width: int
    height: float
    stacks: Sequence[Node]
    services: Sequence[Node]
    hosts: Sequence[Node]
    curves: Sequence[Curve]


class Named(NamedTuple):
    """A name to show, and a few words about it."""

    text: str
    below: str


def picture(
    hosts: Sequence[Named],
    services: Sequence[Named],
    stacks: Sequence[tuple[str, Sequence[int]]],
    lines: Sequence[Line],
) -> Picture | None:
    """
    The picture; None if it would have too many lines.

    Lines name routes and services by their index; each stack has the indexes of its services.
    """
    if not 0 < len(lines) <= _MOST_LINES:
        return None
    boxes, nodes, bottom = _right(services, stacks, lines)
    left = list(_left(hosts, nodes, lines))
    height = max(bottom, *(each.y + each.height for each in left)) + _GAP / 2
    return Picture(
        WIDTH, height, boxes, list(nodes.values()), left, list(_curves(left, nodes, lines))
    )


def _right(
    services: Sequence[Named], stacks: Sequence[tuple[str, Sequence[int]]], lines: Sequence[Line]
) -> tuple[list[Node], dict[int, Node], float]:
    """The boxes of the stacks, the services in them, and where the last one ends."""
    boxes: list[Node] = []
    nodes: dict[int, Node] = {}
    y = _GAP / 2
    for title, members in stacks:
        top, y = y, y + _HEAD
        for index in members:
            text, below = services[index]
            height = max(_LEAST, _PER_LINE * sum(each.service == index for each in lines) + 8)
            nodes[index] = Node(
                _STACK + _PADDING,
                y,
                _STACK_WIDTH - 2 * _PADDING,
                height,
                _cut(text, _SERVICE_COLUMNS),
                _cut(below, _SERVICE_COLUMNS),
                "",
                index % COLORS,
            )
            y += height + _PADDING
        shown = _cut(title, _SERVICE_COLUMNS)
        boxes.append(Node(_STACK, top, _STACK_WIDTH, y - top, shown, "", "", 0))
        y += _GAP
    return boxes, nodes, y - _GAP


def _left(hosts: Sequence[Named], nodes: dict[int, Node], lines: Sequence[Line]) -> Iterator[Node]:
    """The hosts, each as near to the middle of its services as those above it allow."""
    wanted: list[tuple[float, int]] = []
    for index in range(len(hosts)):
        ends = [nodes[each.service] for each in lines if each.route == index]
        middle = sum(each.y + each.height / 2 for each in ends) / max(len(ends), 1)
        wanted.append((middle - _HOST_HEIGHT / 2, index))
    y = _GAP / 2
    for place, index in sorted(wanted):
        text, below = hosts[index]
        height = _LEAST if below else _HOST_HEIGHT
        y = max(y, place)
        link = f"#route-{index + 1}"
        shown = _cut(text, _HOST_COLUMNS)
        yield Node(_HOST, y, _HOST_WIDTH, height, shown, _cut(below, _HOST_COLUMNS), link, 0)
        y += height + _GAP


def _curves(left: Sequence[Node], nodes: dict[int, Node], lines: Sequence[Line]) -> Iterator[Curve]:
    by_route = {each.link: each for each in left}
    for index, node in nodes.items():
        ends = [each for each in lines if each.service == index]
        ends.sort(key=lambda each: by_route[f"#route-{each.route + 1}"].y)
        for number, each in enumerate(ends, 1):
            host = by_route[f"#route-{each.route + 1}"]
            x, y = host.x + host.width, host.y + host.height / 2
            to_x, to_y = node.x, node.y + node.height * number / (len(ends) + 1)
            bend = (to_x - x) / 2
            yield Curve(
                f"M{x:g} {y:g}C{x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}",
                node.color,
                1.5 if each.share is None else round(1.5 + each.share * 5, 2),
                each.share == 0,
                each.label,
                to_x - 8,
                to_y - 5,
            )


def _cut(text: str, columns: int) -> str:
    """A text that fits, without its middle if necessary."""
    text = escape(text)
    if width(text) <= columns:
        return text
    half = (columns - 1) // 2
    while width(text[:half]) + width(text[-half:]) >= columns:
        half -= 1
    return f"{text[:half]}…{text[-half:]}"
