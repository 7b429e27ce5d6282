"""Says what a label means and where it comes from."""

from __future__ import annotations

from linter.model.vocabulary import PREFIX, rows
from linter.report.markup import code
from linter.server import words
from linter.server.folder import Judged
from linter.server.places import Found, labels_at, service_at
from linter.syntax.source import Span


def hover(judged: Judged, offset: int) -> tuple[Span, str] | None:
    """The place and the Markdown for what is at an offset."""
    found = list(labels_at(judged.stacks, judged.path, offset))
    if found:
        return found[0].label.span, "\n\n".join(_about(found))
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
