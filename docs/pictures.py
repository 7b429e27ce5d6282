"""
Draws the pictures in the documents, with the numbers that the program computes.

A picture has a background of its own, because it cannot tell which colors the page around it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from html import escape
from pathlib import Path

from linter import api
from linter.model.words import count_tasks, percent
from linter.routing.forecast import WhatIf
from linter.routing.routes import Backend, Mode, Route

ROOT = Path(__file__).parent.parent
_WIDTH = 480
_ROW = 26
_STYLE = """\
<style>
  svg { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
  .ground { fill: #ffffff; stroke: #c9ced6 }
  text { fill: #1c2430; font-size: 14px }
  .quiet { fill: #4b5563; font-size: 13px }
  .title { font-weight: 600; font-size: 15px }
  .share { font-weight: 700; font-size: 24px }
  .proxy { fill: #e8ebf0; stroke: #5b6675 }
  .first { fill: #d7e6fb; stroke: #1f5fae }
  .second { fill: #fde3c8; stroke: #a8540a }
  line.first, line.second { stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #191d24; stroke: #3c4552 }
    text { fill: #e8ebf0 }
    .quiet { fill: #b3bcc9 }
    .proxy { fill: #2c333e; stroke: #94a0b0 }
    .first { fill: #173a66; stroke: #74aef2 }
    .second { fill: #5e3208; stroke: #f0a35a }
  }
</style>
"""
_COLORS = ("first", "second")


def pictures() -> dict[str, str]:
    """The pictures by file name."""
    canary = _route("examples/canary.yml")
    halves = canary.changed(lambda each: each._replace(tasks=4))
    midway = halves.changed(WhatIf(Mode.VIP, frozenset({"shop"})).apply)
    return {
        "task-mode.svg": _shares(canary, "Task mode: each task is one server"),
        "vip-mode.svg": _shares(
            canary.changed(WhatIf(Mode.VIP).apply), "VIP mode: each service is one server"
        ),
        "midway.svg": _shares(midway, "Midway: only one service switched"),
        "update.svg": _update(),
    }


def _route(path: str) -> Route:
    (route,) = api.routes(str(ROOT / path), options=api.Options(isolated=True)).routes
    return route


# -- Who gets what -------------------------------------------------------------------------------


def _shares(route: Route, title: str) -> str:
    """The servers of the proxy for a host, and the share of each service."""
    groups = [_ROW * (each.tasks or 0) + 34 for each in route.backends]
    height = 58 + sum(groups) + 8
    middle = 50 + (height - 58) / 2
    lines, boxes, top = [], [], 58
    servers = sum(each.servers or 0 for each in route.backends)
    for share, color, size in zip(route.shares(), _COLORS, groups, strict=True):
        for name, text in _group(share.backend, share.requests, servers, color, top, middle):
            (lines if name == "line" else boxes).append(text)
        top += size
    words = ", ".join(
        f"{each.backend.name} {percent(each.requests)} ({count_tasks(each.backend.tasks or 0)})"
        for each in route.shares()
    )
    return _drawing(
        height,
        f"{title}. {route.hosts[0]}: {words}.",
        f'<text class="title" x="16" y="30">{escape(title)}</text>\n'
        + "".join(lines)
        + _box("proxy", 16, middle - 24, 76, 48)
        + f'<text x="54" y="{middle + 5:g}" text-anchor="middle">proxy</text>\n'
        + "".join(boxes),
    )


def _group(
    backend: Backend, share: Fraction, servers: int, color: str, top: float, middle: float
) -> Iterator[tuple[str, str]]:
    """A service: its servers, its tasks and its share."""
    tasks, own = backend.tasks or 0, backend.servers or 0
    center = top + 20 + _ROW * tasks / 2
    rows = [top + 20 + _ROW * (number + 0.5) for number in range(tasks)]
    yield "box", f'<text x="262" y="{top + 13:g}">{escape(backend.name)}</text>\n'
    if backend.mode is Mode.VIP:
        yield "line", _line(color, 92, middle, 160, center)
        yield "box", _box(color, 150, center - 13, 76, 26, round_=13)
        yield "box", f'<text class="quiet" x="188" y="{center + 4:g}" text-anchor="middle">' + (
            "virtual IP</text>\n"
        )
    for row in rows:
        start = (226, center) if backend.mode is Mode.VIP else (92, middle)
        yield "line", _line(color, *start, 264, row)
        yield "box", _box(color, 262, row - 10, 74, 20)
        yield "box", f'<text class="quiet" x="299" y="{row + 4:g}" text-anchor="middle">task</text>\n'
    yield "box", f'<text class="share" x="352" y="{center + 2:g}">{percent(share)}</text>\n'
    yield "box", f'<text class="quiet" x="352" y="{center + 20:g}">{own} of {servers} servers</text>\n'


# -- How often the proxy is reconfigured ---------------------------------------------------------


def _update() -> str:
    """What a new image does to the proxy, in each mode."""
    folder = ROOT / "tests" / "plan" / "new-image"
    sides = [str(folder / f"{name}.yml") for name in ("old", "new")]
    (change,) = api.plan(*sides, options=api.Options(isolated=True)).services
    tasks = change.current.tasks or 0
    rows, top, words = "", 58, []
    for name, verdict, color in (
        ("task mode", change.task, "second"),
        ("VIP mode", change.vip, "first"),
    ):
        least, most = verdict.times
        text = "not at all" if not most else f"{least} to {most} times"
        words.append(f"{text} in {name}")
        rows += f'<text x="16" y="{top + 18}">{name}</text>\n'
        for number in range(most or 0):
            opacity = 1 if number < least else 0.45
            box = _box(color, 110 + 24 * number, top + 2, 18, 22)
            rows += box.replace("/>", f' opacity="{opacity:g}"/>')
        rows += f'<text class="quiet" x="{110 + 24 * (most or 0) + 6 * bool(most)}" y="{top + 18}">{text}</text>\n'
        top += 40
    title = f"A new image for {count_tasks(tasks)}: the proxy is reconfigured"
    head = f'<text class="title" x="16" y="30">{title}</text>\n'
    return _drawing(top + 6, f"{title} {', '.join(words)}.", head + rows)


# -- Shapes --------------------------------------------------------------------------------------


def _drawing(height: float, words: str, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" '
        f'width="{_WIDTH}" height="{height:g}" role="img">\n'
        f"<title>{escape(words)}</title>\n{_STYLE}"
        f'<rect class="ground" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1:g}" rx="8"/>\n'
        f"{content}</svg>\n"
    )


def _box(color: str, x: float, y: float, width: float, height: float, round_: float = 4) -> str:
    return (
        f'<rect class="{color}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'rx="{round_:g}"/>\n'
    )


def _line(color: str, x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line class="{color}" x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"/>\n'
