"""
Draws the pictures in the documents, with the numbers that the program computes.

A picture has a background of its own, because it cannot tell which colors the page around it has.
"""

from __future__ import annotations

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
    sizes = [_ROW * (each.tasks or 0) + 34 for each in route.backends]
    height = 66 + sum(sizes)
    middle = height / 2 + 21
    servers = sum(each.servers or 0 for each in route.backends)
    lines, shapes, words, top = "", _box("proxy", 16, middle - 24, 76, 48), [], 58
    shapes += _text("proxy", 54, middle + 5, centered=True)
    for share, color, size in zip(route.shares(), _COLORS, sizes, strict=True):
        lines += _lines(share.backend, color, top, middle)
        shapes += _service(share.backend, color, top)
        center = _center(share.backend, top)
        shapes += _text(percent(share.requests), 352, center + 2, "share")
        shapes += _text(f"{share.backend.servers} of {servers} servers", 352, center + 20, "quiet")
        tasks = count_tasks(share.backend.tasks or 0)
        words.append(f"{share.backend.name} {percent(share.requests)} ({tasks})")
        top += size
    words_of_all = f"{title}. {route.hosts[0]}: {', '.join(words)}."
    return _drawing(height, words_of_all, _text(title, 16, 30, "title") + lines + shapes)


def _center(backend: Backend, top: float) -> float:
    return top + 20 + _ROW * (backend.tasks or 0) / 2


def _rows(backend: Backend, top: float) -> list[float]:
    return [top + 20 + _ROW * (number + 0.5) for number in range(backend.tasks or 0)]


def _lines(backend: Backend, color: str, top: float, middle: float) -> str:
    """From the proxy to each task, or to the virtual IP and from there to each task."""
    start, first = (92.0, middle), ""
    if backend.mode is Mode.VIP:
        first = _line(color, *start, 160, _center(backend, top))
        start = (226.0, _center(backend, top))
    return first + "".join(_line(color, *start, 264, row) for row in _rows(backend, top))


def _service(backend: Backend, color: str, top: float) -> str:
    shapes = _text(backend.name, 262, top + 13)
    if backend.mode is Mode.VIP:
        center = _center(backend, top)
        shapes += _box(color, 150, center - 13, 76, 26, radius=13)
        shapes += _text("virtual IP", 188, center + 4, "quiet", centered=True)
    for row in _rows(backend, top):
        shapes += _box(color, 262, row - 10, 74, 20)
        shapes += _text("task", 299, row + 4, "quiet", centered=True)
    return shapes


# -- How often the proxy is reconfigured ---------------------------------------------------------


def _update() -> str:
    """What a new image does to the proxy, in each mode; what may happen is pale."""
    folder = ROOT / "tests" / "plan" / "new-image"
    sides = [str(folder / f"{name}.yml") for name in ("old", "new")]
    (change,) = api.plan(*sides, options=api.Options(isolated=True)).services
    title = f"A new image for {count_tasks(change.current.tasks or 0)}: the proxy is reconfigured"
    shapes, words, top = _text(title, 16, 30, "title"), [], 58
    modes = (("task mode", change.task, "second"), ("VIP mode", change.vip, "first"))
    for name, verdict, color in modes:
        least, most = verdict.times.least, verdict.times.most or 0
        text = f"{least} to {most} times" if most else "not at all"
        words.append(f"{text} in {name}")
        shapes += _text(name, 16, top + 18)
        for number in range(most):
            opacity = 1 if number < least else 0.45
            shapes += _box(color, 110 + 24 * number, top + 2, 18, 22, opacity=opacity)
        shapes += _text(text, 110 + 24 * most + (6 if most else 0), top + 18, "quiet")
        top += 40
    return _drawing(top + 6, f"{title} {', '.join(words)}.", shapes)


# -- Shapes --------------------------------------------------------------------------------------


def _drawing(height: float, words: str, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" '
        f'width="{_WIDTH}" height="{height:g}" role="img">\n'
        f"<title>{escape(words)}</title>\n{_STYLE}"
        f"{_box('ground', 0.5, 0.5, _WIDTH - 1, height - 1, radius=8)}{content}</svg>\n"
    )


def _text(text: str, x: float, y: float, kind: str = "", *, centered: bool = False) -> str:
    kind = f' class="{kind}"' if kind else ""
    anchor = ' text-anchor="middle"' if centered else ""
    return f'<text{kind} x="{x:g}" y="{y:g}"{anchor}>{escape(text)}</text>\n'


def _box(
    kind: str,
    x: float,
    y: float,
    width: float,
    height: float,
    radius: float = 4,
    opacity: float = 1,
) -> str:
    size = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"'
    pale = "" if opacity == 1 else f' opacity="{opacity:g}"'
    return f'<rect class="{kind}" {size}{pale}/>\n'


def _line(kind: str, x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line class="{kind}" x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"/>\n'
