"""What an editor shows about labels and routes, as Markdown and as short texts."""

from __future__ import annotations

from linter.model.vocabulary import Row
from linter.model.words import percent
from linter.report.markup import cell, code
from linter.routing.routes import Backend, Mode, Route

_MOST_ROWS = 50
"""Limit of a table: an editor gets it once for each service in it."""


def manual(row: Row) -> str:
    """The manual of a label."""
    schema = row.schema
    lines = [f"**{row.key}**", "", schema.get("description", "")]
    if row.choices:
        lines += ["", f"Values: {', '.join(map(code, row.choices))}"]
    elif row.says:
        lines += ["", f"Value: {row.says}"]
    if "default" in schema:
        lines += ["", f"Default: {code(str(schema['default']))}"]
    if examples := schema.get("examples"):
        lines += ["", f"Example: {', '.join(dict.fromkeys(code(str(each)) for each in examples))}"]
    if row.since:
        lines += ["", f"Since {', '.join(row.since)}"]
    if row.until:
        lines += ["", f"Until {row.until}"]
    return "\n".join(lines)


def title(route: Route) -> str:
    """The host of a route, and how many more it has."""
    host = str(route.hosts[0]) if route.hosts else "all other hosts"
    return host + (f" and {len(route.hosts) - 1:,} more" if len(route.hosts) > 1 else "")


def shares(route: Route) -> list[str]:
    """The share of each service as a percentage; empty where it is not known."""
    return [*map(percent, route.requests() or ())] or [""] * len(route.backends)


def arithmetic(route: Route) -> str:
    """How the requests of a route are divided, as a Markdown table."""
    requests = route.requests()
    lines = ["| service | mode | tasks | share |", "| --- | --- | --- | --- |"]
    for number, each in enumerate(route.backends[:_MOST_ROWS]):
        mode = each.mode.display_name if each.mode else "unknown mode"
        tasks = "unknown" if each.tasks is None else f"{each.tasks:,}"
        part = percent(requests[number]) if requests else "unknown"
        lines.append(f"| {cell(each.name)} | {mode} | {tasks} | {part} |")
    if more := len(route.backends[_MOST_ROWS:]):
        lines += ["", f"{more:,} more"]
    return "\n".join(lines)


def in_mode(route: Route, backend: Backend, mode: Mode) -> str:
    """What a mode of a service does to its share; empty if it does nothing."""
    other = route.changed(lambda each: each._replace(mode=mode) if each is backend else each)
    number = route.backends.index(backend)
    before, after = route.requests(), other.requests()
    if not before or not after or before[number] == after[number]:
        return ""
    return f"{percent(before[number])} → {percent(after[number])}"
