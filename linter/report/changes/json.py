"""The JSON format of changes, version 1, as `schemas/changes.schema.json` describes it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from linter.model.change import Attempt, LabelChange, NotDone
from linter.report import Style
from linter.report.changes import ChangeReport
from linter.report.json_parts import diagnostic, document, span, unjudged, written
from linter.report.routes import cluster_of
from linter.report.routes.json import backend, share
from linter.routing.migration import Shift
from linter.routing.routes import Backend, Route


def write(report: ChangeReport, style: Style) -> str:
    """The whole report as one JSON object."""
    del style
    seen: Counter[str] = Counter()
    changes = report.outcome.changes
    data = {
        "command": report.command,
        "to": report.to,
        "written": report.written,
        "summary": {
            "files": len(report.files),
            "added": sum(each.before is None for each in changes),
            "changed": sum(bool(each.before and each.after) for each in changes),
            "removed": sum(each.after is None for each in changes),
            "refused": sum(each.blocked for each in report.outcome.not_done),
        },
        "changes": [_change(each, report) for each in changes],
        "kept": [_not_done(each, report) for each in report.outcome.not_done],
        "routes": [_shift(each) for each in report.outcome.shifts],
        "fixed": [diagnostic(each, seen) for each in report.outcome.fixed],
        "findings": [diagnostic(each, seen) for each in report.outcome.appearing],
        "files": [
            {
                "path": each.source.path,
                "edits": [
                    {"start": edit.span.start, "end": edit.span.end, "text": edit.text}
                    for edit in (() if patch.repeats else each.edits)
                ],
                "withheld": patch.withheld or None,
            }
            for each, patch in zip(report.files, report.patches, strict=True)
        ],
        "diff": report.diff,
        "services": [_attempt(each) for each in report.live.attempts],
        "undo": report.live.undo or None,
        "unjudged": [unjudged(each) for each in report.unjudged],
    }
    return document(1, data)


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "service": attempt.service,
        "state": attempt.state,
        "reason": attempt.reason,
        "help": attempt.help,
    }


def _change(change: LabelChange, report: ChangeReport) -> dict[str, Any]:
    service, stack = change.service, change.stack
    shown = report.may_show(change.key)
    return {
        "service": str(service.name),
        "stack": {"name": stack.name, "files": [source.path for source in stack.sources]},
        "label": change.key,
        "before": written(change.before, shown=shown) if change.before else None,
        "after": written(change.after, shown=shown) if change.after else None,
    }


def _not_done(each: NotDone, report: ChangeReport) -> dict[str, Any]:
    return {
        "service": each.service,
        "labels": [change.key for change in each.changes],
        "path": each.span.source.path,
        "span": span(each.span),
        "refused": each.blocked,
        "reason": each.reason,
        "help": each.help,
        "others": list(each.others),
        "instead": report.instead[each.instead].text if each.instead else "",
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
                "before": _state(before, one, number),
                "after": _state(after, other, number),
            }
            for number, (one, other) in enumerate(pairs)
        ],
    }


def _state(route: Route, each: Backend, number: int) -> dict[str, Any]:
    requests = route.requests()
    return {
        "mode": each.mode,
        "servers": each.servers,
        "share": share(requests[number]) if requests else None,
    }
