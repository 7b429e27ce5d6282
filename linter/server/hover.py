"""Says what a label means and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.vocabulary import PREFIX, rows
from linter.model.words import listed
from linter.report.markup import code
from linter.server import words
from linter.server.folder import Judged
from linter.server.places import Anchor, Found, anchor_at, labels_at, service_at
from linter.syntax.source import Span


def hover(judged: Judged, offset: int) -> tuple[Span, str] | None:
    """The place and the Markdown for what is at an offset."""
    found = list(labels_at(judged.stacks, judged.path, offset))
    if found:
        return found[0].label.span, "\n\n".join(_about(found))
    anchor = anchor_at(judged.source, offset) if judged.source else None
    if anchor:
        here = next(each for each in anchor.spans if each.start <= offset <= each.end)
        return here, "\n".join(_inherited(judged, anchor))
    service = service_at(judged.stacks, judged.path, offset)
    if service is not None and service.name.start <= offset <= service.name.end:
        routes = [
            words.arithmetic(route)
            for route in judged.routes
            if any(each.service.name.span == service.name.span for each in route.backends)
        ]
        if routes:
            return service.name.span, "\n\n".join(routes)
    return None


def _inherited(judged: Judged, anchor: Anchor) -> Iterator[str]:
    """The labels that an anchor stands for, and the services that get them from there."""
    labels, services = dict[str, str](), dict[str, None]()
    for stack in judged.stacks:
        for service in stack.services:
            own = [each for each in service.labels if anchor.content.covers(each.span)]
            labels |= {str(each.key): str(each.value) for each in own if each.is_ours}
            services |= dict.fromkeys([str(service.name)] if own else ())
    yield f"{code(f'&{anchor.name}')}, line {anchor.content.position.line:,}"
    if labels:
        yield f"\nLabels for {listed([*map(code, services)])}:\n"
        yield from (f"- {code(key)}: {code(value)}" for key, value in labels.items())


def _about(found: list[Found]) -> list[str]:
    label = found[0].label
    name = label.name or label.meant
    row = rows().get(name) if name else None
    if row is None:
        about = [f"{code(str(label.key))} is not a label of Interlock"]
    else:
        about = [words.manual(row)]
        if label.name is None:
            about.insert(0, f"Meant is {code(PREFIX + row.name)}")
    if row is not None and str(label.value) != label.value.written:
        about.append(f"Docker reads {code(str(label.value))}")
    names = list(dict.fromkeys(str(each.service.name) for each in found))
    if len(names) > 1:
        about.append(f"Services {', '.join(map(code, names))} get it from here")
    return about
