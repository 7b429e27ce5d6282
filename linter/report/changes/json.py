"""The JSON format of changes, version 1, as `schemas/changes.schema.json` describes it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from linter.report import Style
from linter.report.changes import ChangeReport, Kept, LabelChange
from linter.report.check.json import diagnostic, document, span, unjudged, written
from linter.report.routes import cluster_of
from linter.report.routes.json import backend, share
from linter.routing.migration import Shift
from linter.routing.routes import Backend, Route


def write(report: ChangeReport, style: Style) -> str:
    """The whole report as one JSON object."""
    del style
    seen: Counter[str] = Counter()
    changes = report.changes
    data = {
        "command": report.command,
        "to": report.to,
        "written": report.written,
        "summary": {
            "files": len(report.rewrites),
            "added": sum(each.before is None for each in changes),
            "changed": sum(bool(each.before and each.after) for each in changes),
            "removed": sum(each.after is None for each in changes),
            "refused": sum(each.blocked for each in report.kept),
        },
        "changes": [_change(each) for each in changes],
        "kept": [_kept(each) for each in report.kept],
        "routes": [_shift(each) for each in report.shifts],
        "fixed": [diagnostic(each, seen) for each in report.fixed],
        "findings": [diagnostic(each, seen) for each in report.appearing],
        "files": [
            {
                "path": each.source.path,
                "edits": [
                    {"start": edit.span.start, "end": edit.span.end, "text": edit.text}
                    for edit in each.edits
                ],
            }
            for each in report.rewrites
        ],
        "diff": report.diff,
        "unjudged": [unjudged(each) for each in report.unjudged],
    }
    return document(1, data)


def _change(change: LabelChange) -> dict[str, Any]:
    service, stack = change.service, change.stack
    return {
        "service": str(service.name),
        "stack": {"name": stack.name, "files": [source.path for source in stack.sources]},
        "label": change.key,
        "before": written(change.before) if change.before else None,
        "after": written(change.after) if change.after else None,
    }


def _kept(kept: Kept) -> dict[str, Any]:
    return {
        "service": kept.service,
        "labels": list(kept.labels),
        "path": kept.span.source.path,
        "span": span(kept.span),
        "refused": kept.blocked,
        "reason": kept.reason,
        "help": kept.help,
        "others": list(kept.others),
        "instead": kept.instead,
    }


def _shift(shift: Shift) -> dict[str, Any]:
    before, after = shift.before, shift.after
    pairs = zip(before.backends, after.backends, strict=True)
    return {
        "service_cluster": cluster_of(before),
        "hosts": [str(host) for host in before.hosts],
        "default_backend": not before.hosts,
        "divided": before.undivided is None,
        "services": [
            {
                **backend(one),
                "tasks": one.tasks,
                "before": _standing(before, one, number),
                "after": _standing(after, other, number),
            }
            for number, (one, other) in enumerate(pairs)
        ],
    }


def _standing(route: Route, each: Backend, number: int) -> dict[str, Any]:
    requests = route.requests()
    return {
        "mode": each.mode,
        "servers": each.servers,
        "share": share(requests[number]) if requests else None,
    }
