"""The map of hosts, services and stacks: their colors, their links and a picture of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linter.report.lines import place
from linter.report.routes import mode_text, share_text, stack_of, tasks_text
from linter.report.routes.picture import COLORS, Line, Named, Picture, picture
from linter.routing.forecast import Forecast
from linter.routing.routes import Backend


class ShownService(NamedTuple):
    """A service, and the routes it is on."""

    name: str
    place: str
    color: int
    routes: Sequence[tuple[int, str]]


class Services:
    """The services on all routes by stack, numbered in the order of the routes."""

    def __init__(self, forecasts: Sequence[Forecast]) -> None:
        self._forecasts = forecasts
        self._found: dict[int, tuple[int, Backend]] = {}
        for each in forecasts:
            for backend in each.route.backends:
                self._found.setdefault(id(backend.service), (len(self._found), backend))

    def color(self, backend: Backend) -> int:
        return self._found[id(backend.service)][0] % COLORS

    def _by_stack(self) -> dict[str, list[tuple[int, Backend]]]:
        stacks: dict[str, list[tuple[int, Backend]]] = {}
        for number, backend in self._found.values():
            stacks.setdefault(stack_of(backend), []).append((number, backend))
        return stacks

    def shown(self, titles: Sequence[str]) -> list[tuple[str, Sequence[ShownService]]]:
        """The services of each stack; `titles` are those of the routes."""
        on: dict[int, list[tuple[int, str]]] = {}
        for number, (each, title) in enumerate(zip(self._forecasts, titles, strict=True), 1):
            for backend in each.route.backends:
                on.setdefault(id(backend.service), []).append((number, title))
        return [
            (title, [_service(number, each, on[id(each.service)]) for number, each in members])
            for title, members in self._by_stack().items()
        ]

    def picture(self, titles: Sequence[tuple[str, str]]) -> Picture | None:
        """The picture; `titles` are those of the routes, with their service clusters."""
        lines = [
            Line(
                number,
                self._found[id(row.backend.service)][0],
                share_text(row.now),
                None if row.now.share is None else float(row.now.share),
            )
            for number, each in enumerate(self._forecasts)
            for row in each.rows
        ]
        return picture(
            [
                Named(title, f"service cluster {cluster}" if cluster else "")
                for title, cluster in titles
            ],
            [
                Named(each.name, f"{tasks_text(each)}, {mode_text(each.mode)}")
                for _, each in self._found.values()
            ],
            [
                (title, [number for number, _ in members])
                for title, members in self._by_stack().items()
            ],
            lines,
        )


def _service(number: int, backend: Backend, routes: Sequence[tuple[int, str]]) -> ShownService:
    return ShownService(backend.name, place(backend.service.name.span), number % COLORS, routes)
