"""The JSON format of a plan, version 1, as `schemas/plan.schema.json` describes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linter.checking.comparison import Comparison
from linter.model.diagnostic import Diagnostic
from linter.report import Style
from linter.report.json_parts import document, span, unjudged
from linter.report.routes.json import share
from linter.routing.differences import Difference
from linter.routing.rollout import Times
from linter.routing.route_changes import RouteChange, Standing
from linter.routing.routes import Mode, backend_mode
from linter.routing.service_changes import ServiceChange, Verdict, Version
from linter.routing.stack_changes import StackChange, Total


def write(report: Comparison, style: Style) -> str:
    """The whole plan as one JSON object."""
    del style
    return document(
        1,
        {
            "old": report.old,
            "new": report.new,
            "summary": {
                "now": _total(report.total()),
                "task": _total(report.total(Mode.TASK)),
                "vip": _total(report.total(Mode.VIP)),
                "refused": report.is_refused,
            },
            "stacks": list(map(_stack, report.stacks)),
            "routes": list(map(_route, report.routes)),
            "restarts": list(report.restarts),
            "findings": {"new": _findings(report.found), "gone": _findings(report.gone)},
            "unread": report.unread,
            "not_compared": [
                {"setting": each.setting, "name": each.name} for each in report.untold
            ],
            "variables": list(report.variables),
            "unjudged": list(map(unjudged, report.unjudged)),
        },
    )


def _total(total: Total) -> dict[str, Any]:
    return {
        "services": total.services,
        "reconfiguring": total.reconfiguring,
        "times": times(total.times),
    }


def times(number: Times) -> dict[str, Any]:
    """How often something happens; the most is null if there is no known limit."""
    return {"least": number.least, "most": number.most}


def _stack(stack: StackChange) -> dict[str, Any]:
    return {
        "title": stack.title,
        "services": list(map(_service, stack.services)),
        "objects": [
            {
                "setting": each.setting,
                "name": each.name,
                "refused": each.is_refused,
                "certain": each.certain,
            }
            for each in stack.objects
        ],
    }


def _service(change: ServiceChange) -> dict[str, Any]:
    return {
        "name": change.name,
        "action": change.action,
        "mode": {"old": _mode(change.old), "new": _mode(change.new)},
        "routed": change.is_routed,
        "changes": list(map(_difference, change.differences)),
        "tasks": change.tasks,
        "replicas": {"old": _tasks(change.old), "new": _tasks(change.new)},
        "virtual_ips": {"appeared": list(change.appeared), "vanished": list(change.vanished)},
        "refused": change.refusal or None,
        "reconfigures": {"task": _verdict(change.task), "vip": _verdict(change.vip)},
    }


def _mode(version: Version | None) -> str | None:
    return backend_mode(version.service) if version else None


def _tasks(version: Version | None) -> int | None:
    return version.service.tasks if version else 0


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "setting": each.setting,
        "added": _names(each.added),
        "removed": _names(each.removed),
        "changed": _names(each.changed),
        "reordered": each.reordered,
        "certain": each.certain,
        "old": each.old or None,
        "new": each.new or None,
    }


def _names(names: Sequence[str]) -> list[str]:
    return [each for each in names if each]


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "reconfigured": verdict.reconfigured,
        "basis": verdict.basis,
        "settings": list(verdict.settings),
        "times": times(verdict.times),
    }


def _route(route: RouteChange) -> dict[str, Any]:
    return {
        "host": route.host or None,
        "cluster": route.cluster or None,
        "services": [
            {
                "name": each.service,
                "stack": each.stack,
                "old": _standing(each.old),
                "new": _standing(each.new),
                "loses_sessions": each.loses_sessions,
            }
            for each in route.rows
        ],
    }


def _standing(each: Standing | None) -> dict[str, Any] | None:
    if each is None:
        return None
    known = None if each.share is None else share(each.share)
    return {"share": known, "mode": each.mode, "tasks": each.tasks}


def _findings(found: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    return [
        {
            "rule": each.rule,
            "severity": each.severity,
            "path": each.path,
            "services": list(each.services),
            "label": each.label,
            "message": each.finding.message,
            "span": span(each.finding.span),
        }
        for each in found
    ]
