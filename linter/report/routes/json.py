"""The JSON format of routes, version 1; see `schemas/routes.schema.json`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from linter.model.stack import Service
from linter.report import Style
from linter.report.json_parts import document, unjudged
from linter.report.routes import RoutesReport, cluster_of
from linter.routing.forecast import Forecast, Row, Standing
from linter.routing.replies import Reply
from linter.routing.routes import Backend
from linter.routing.wishes import Answer, Mix


def write(report: RoutesReport, style: Style) -> str:
    """The whole report as one JSON object."""
    del style
    asked, wish = report.what_if, report.wish
    data = {
        "summary": {
            "files": report.files,
            "stacks": report.stacks,
            "services": report.services,
            "routes": len(report.forecasts),
        },
        "what_if": {
            "mode": asked.mode,
            "services": None if asked.services is None else sorted(asked.services),
        }
        if asked
        else None,
        "want": {"service": wish.service, "share": share(wish.share)} if wish else None,
        "routes": [_route(each) for each in report.forecasts],
        "without_route": [{"service": str(each.name), **_place(each)} for each in report.unrouted],
        "unjudged": [unjudged(each) for each in report.unjudged],
    }
    return document(1, data)


def _route(forecast: Forecast) -> dict[str, Any]:
    route = forecast.route
    return {
        "service_cluster": cluster_of(route),
        "hosts": [str(host) for host in route.hosts],
        "default_backend": not route.hosts,
        "divided": route.undivided is None,
        "services": [_row(each) for each in forecast.rows],
        "remarks": [{"kind": each.kind, "message": each.text} for each in forecast.remarks],
        "replies": [_reply(each) for each in forecast.replies],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        **backend(row.backend),
        "tasks": row.backend.tasks,
        "global": row.backend.is_global,
        "now": _standing(row.now),
        "what_if": _standing(row.then) if row.then else None,
    }


def backend(each: Backend) -> dict[str, Any]:
    """A service on a route, the same in all JSON formats."""
    service = each.service
    return {
        "service": each.name,
        "stack": {"name": service.context.stack_name, "files": list(each.stack)},
        **_place(service),
    }


def _place(service: Service) -> dict[str, Any]:
    span = service.name.span
    line, column = span.position if span.source.is_written else (None, None)
    return {"path": span.source.path, "line": line, "column": column}


def _standing(standing: Standing) -> dict[str, Any]:
    known = isinstance(standing.servers, int)
    return {
        "mode": standing.mode,
        "servers": standing.servers if known else None,
        "share": None if standing.share is None else share(standing.share),
        "formula": standing.formula,
    }


def share(part: Fraction) -> dict[str, Any]:
    """A share, the same in all JSON formats."""
    return {
        "numerator": part.numerator,
        "denominator": part.denominator,
        "percent": float(part * 100),
    }


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        **backend(reply.backend),
        "can": reply.can,
        "task": _answer(reply.task),
        "vip": _answer(reply.vip),
        "asked": _answer(reply.asked) if reply.asked else None,
        "messages": list(reply.texts),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    names = ("exact", "near", "kept")
    mixes = (answer.exact, answer.near, answer.kept)
    return {
        **{name: _mix(mix) if mix else None for name, mix in zip(names, mixes, strict=True)},
        "depends_on_nodes": bool(answer.depends_on),
    }


def _mix(mix: Mix) -> dict[str, Any]:
    return {
        "share": share(mix.share),
        "tasks": [{**backend(each), "tasks": count} for each, count in mix.tasks],
    }
