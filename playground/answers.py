"""Answers what the page asks about one stack file; runs in the browser."""

from __future__ import annotations

import json
from typing import Any

from linter import api

_NAME = "stack.yml"

_Result = api.Report | api.Routes | api.ChangeReport


def answer(request: str) -> str:
    """
    The answer to a request; both are JSON.

    A request has a `text`, a `view` and the options of that. An answer has the `html` of the view
    or an `error`, the lines to mark, how many findings there are, and the new text if it changes.
    """
    asked = json.loads(request)
    options = api.Options(text=asked["text"], name=_NAME, isolated=True)
    report = api.check("-", options=options)
    answered: dict[str, Any] = {
        "findings": len(report.diagnostics) + len(report.unjudged),
        "marks": _marks(report),
        "html": "",
        "error": "",
        "text": None,
    }
    try:
        found = _found(asked, report, options)
    except api.UsageError as error:
        answered["error"] = str(error)
        return json.dumps(answered)
    answered["html"] = api.html(found, part=True)
    if isinstance(found, api.ChangeReport):
        answered["text"] = found.texts.get(_NAME)
    return json.dumps(answered)


def _found(asked: dict[str, Any], report: api.Report, options: api.Options) -> _Result:
    """What the view shows. Raises UsageError."""
    if asked["view"] == "routes":
        return api.routes("-", options=options)
    if asked["view"] == "fix":
        return api.fix("-", unsafe=asked["unsafe"], options=options)
    if asked["view"] == "migrate":
        return api.migrate(
            "-",
            to=asked["to"],
            drop_sticky=asked["drop_sticky"],
            max_share_shift=asked["max_share_shift"],
            options=options,
        )
    return report


def _marks(report: api.Report) -> list[tuple[int, str]]:
    """The lines of what was not judged and of findings, with their severities."""
    missing = [(each.span.position.line, "not-judged") for each in report.unjudged if each.span]
    found = [(each.finding.span.position.line, each.severity) for each in report.diagnostics]
    return missing + found
