"""The formats of `labels list` and `labels get`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from linter.model.diagnostic import Unjudged
from linter.model.label import Label
from linter.model.stack import Service, Stack
from linter.model.vocabulary import PREFIX, rows
from linter.report import Style
from linter.report.escape import escape
from linter.report.json_parts import document, span, unjudged, written
from linter.report.lines import columns, wrapped

NAMES = ("text", "json")


class Listed(NamedTuple):
    """A service, and the labels of it to list."""

    stack: Stack
    service: Service
    labels: tuple[Label, ...]


class LabelsReport(NamedTuple):
    """The services with the labels to list, and what could not be read."""

    services: Sequence[Listed]
    unread: Sequence[Unjudged] = ()


def as_table(found: LabelsReport, style: Style) -> str:
    """Each service with its labels and where they are, in columns."""
    return "".join(line + "\n" for each in found.services for line in _table(each, style))


def _table(listed: Listed, style: Style) -> Iterator[str]:
    service = listed.service
    name = service.name
    yield from wrapped(f"{escape(str(name))}  {escape(name.span.line_place)}", style, "", "    ")
    cells = [
        (escape(_short(label)), escape(str(label.value)), escape(_origin(label)))
        for label in listed.labels
    ]
    yield from columns(cells, style, "  ")
    if service.is_open:
        yield "  there may be more that cannot be seen here"
    elif not cells:
        yield "  no labels under `deploy`"


def as_values(found: LabelsReport, style: Style, *, alone: bool) -> str:
    """The values, one per line: `alone`, or after the file and the service, with tabs."""
    show = escape if style.terminal else str
    lines: list[str] = []
    for each in found.services:
        name = each.service.name
        lead = "" if alone else f"{show(name.span.source.path)}\t{show(str(name))}\t"
        lines += (f"{lead}{show(str(label.value))}\n" for label in each.labels)
    return "".join(lines)


def as_json(found: LabelsReport, _style: Style) -> str:
    """Version 1 of the format that `schemas/labels-list.schema.json` describes."""
    data = {
        "services": [
            {
                "service": str(service.name),
                "stack": {"name": stack.name, "files": [each.path for each in stack.sources]},
                "path": service.name.span.source.path,
                "span": span(service.name.span),
                "labels": [_label(label) for label in labels],
            }
            for stack, service, labels in found.services
        ],
        "unjudged": [unjudged(each) for each in found.unread],
    }
    return document(1, data)


def _label(label: Label) -> dict[str, Any]:
    return {"label": str(label.key), **written(label), "inherited": bool(label.via)}


def _short(label: Label) -> str:
    name = str(label.key).removeprefix(PREFIX)
    return name if name in rows() else str(label.key)


def _origin(label: Label) -> str:
    """Where a label is, and how the service inherits it from there."""
    if not label.span.source.is_written:
        return ""
    place = label.span.line_place
    via = ", ".join(dict.fromkeys(f"`{each.text}`" for each in label.via))
    return f"{place} via {via}" if via else place
