"""
Turns places and findings into JSON of the language server protocol, and back.

Lines count from 0, and columns in units of UTF-16.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from linter.model.diagnostic import Diagnostic, Edit, Severity, Unjudged
from linter.report.escape import escape
from linter.server.actions import Action
from linter.server.completion import Candidate
from linter.server.folder import Judged
from linter.server.hints import Hint, Symbol
from linter.syntax.source import Source, Span

Json = dict[str, Any]

NAME = "interlock-lint"

_ERROR = 1
_SEVERITIES = {Severity.ERROR: _ERROR, Severity.WARNING: 2, Severity.INFO: 3}
_PROPERTY, _VALUE = 10, 12
_CLASS, _KEY = 5, 20


def path_of(uri: str) -> str:
    """The path of a file; of a text that is not in a file, its address."""
    if not uri.lower().startswith("file:"):
        return uri
    parts = urlsplit(uri)
    path = os.fsdecode(unquote_to_bytes(parts.path))
    if os.name == "nt":  # `/c:/folder`, or a share on another machine
        path = f"//{parts.netloc}{path}" if parts.netloc else path.removeprefix("/")
    return os.path.normpath(path)


def uri_of(path: str) -> str:
    """The address of a file."""
    if not os.path.isabs(path):
        return path
    posix = path.replace(os.sep, "/")
    return f"file://{'' if posix.startswith('/') else '/'}{quote(os.fsencode(posix))}"


# -- Places --------------------------------------------------------------------------------------


def position(source: Source, offset: int) -> Json:
    """The position of an offset."""
    at = source.position(offset)
    return {"line": at.line - 1, "character": source.units(offset - at.column + 1, offset)}


def offset_of(source: Source, place: Json) -> int:
    """The offset of a position; the end of the line if it is beyond, and of the text likewise."""
    number, character = place["line"], place["character"]
    last = source.position(len(source.text)).line
    if number >= last:
        return len(source.text)
    line = source.line_span(number + 1)
    offsets = range(line.start, line.end)
    return line.start + bisect_left(
        offsets, character, key=lambda each: source.units(line.start, each)
    )


def range_of(span: Span) -> Json:
    """The range of a span."""
    source = span.source
    return {"start": position(source, span.start), "end": position(source, span.end)}


def location(span: Span) -> Json:
    """The file and the range of a span."""
    return {"uri": uri_of(span.source.path), "range": range_of(span)}


def locations(spans: Sequence[Span]) -> list[Json]:
    """The places of spans, each once."""
    return [location(span) for span in dict.fromkeys(spans)]


# -- Findings ------------------------------------------------------------------------------------


def diagnostics(judged: Judged) -> list[Json]:
    """What is found in a file, and what could not be judged."""
    found = [diagnostic(each) for each in judged.diagnostics]
    found += map(_unjudged, judged.unjudged)
    if judged.problem:
        found.append(_problem(judged.problem))
    return found


def diagnostic(found: Diagnostic) -> Json:
    """A finding."""
    finding = found.finding
    sentences = [finding.message]
    sentences += [each for each in (finding.effect, finding.help) if each]
    return {
        "range": range_of(finding.span),
        "message": "\n".join(map(escape, sentences)),
        "severity": _SEVERITIES[found.severity],
        "code": found.rule,
        "source": NAME,
        "relatedInformation": [
            {"location": location(note.span), "message": escape(note.message)}
            for note in finding.notes
        ],
    }


def _unjudged(found: Unjudged) -> Json:
    problem = _problem(f"not judged: {found.reason}")
    return {**problem, "range": range_of(found.span)} if found.span else problem


def _problem(message: str) -> Json:
    start = {"line": 0, "character": 0}
    return {
        "range": {"start": start, "end": start},
        "message": escape(message),
        "severity": _ERROR,
        "source": NAME,
    }


# -- Answers -------------------------------------------------------------------------------------


def action(found: Action) -> Json:
    """A change that is proposed."""
    about = found.diagnostic
    return {
        "title": escape(found.title),
        "kind": "quickfix" if about else "refactor.rewrite",
        "edit": {"changes": _edits(found.edits)},
        **({"diagnostics": [diagnostic(about)]} if about else {}),
        **({"isPreferred": True} if found.is_preferred else {}),
    }


def _edits(changes: Iterable[Edit]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for each in changes:
        edit = {"range": range_of(each.span), "newText": each.text}
        found.setdefault(uri_of(each.span.source.path), []).append(edit)
    return found


def candidate(found: Candidate) -> Json:
    """A text that is proposed."""
    return {
        "label": found.text.rstrip(": =") if found.is_label else found.text,
        "kind": _PROPERTY if found.is_label else _VALUE,
        "filterText": found.text,
        "textEdit": {"range": range_of(found.span), "newText": found.text},
        **({"detail": found.detail} if found.detail else {}),
        **({"documentation": markdown(found.manual)} if found.manual else {}),
    }


def hint(found: Hint) -> Json:
    """A short text in a line."""
    return {
        "position": position(found.span.source, found.span.end),
        "label": escape(found.text),
        "tooltip": markdown(found.manual),
        "paddingLeft": True,
    }


def symbol(found: Symbol) -> Json:
    """An entry of the outline, with those below it."""
    return {
        "name": escape(found.name),
        "detail": escape(found.detail),
        "kind": _CLASS if found.children else _KEY,
        "range": range_of(found.whole),
        "selectionRange": range_of(found.span),
        "children": list(map(symbol, found.children)),
    }


def hover(span: Span, text: str) -> Json:
    """What is shown at a place."""
    return {"range": range_of(span), "contents": markdown(text)}


def markdown(text: str) -> Json:
    """A text as Markdown."""
    return {"kind": "markdown", "value": text}
