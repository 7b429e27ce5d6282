"""
Turns places and findings into the types of the language server protocol.

Only this module and `editor` import lsprotocol. Lines count from 0, and columns in units of UTF-16.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls import uris

from linter.model.diagnostic import Diagnostic, Edit, Severity, Unjudged
from linter.server.actions import Action
from linter.server.completion import Candidate
from linter.server.folder import Judged
from linter.server.hints import Hint, Symbol
from linter.syntax.source import Source, Span

NAME = "interlock-lint"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def path_of(uri: str) -> str:
    """The path of a file; of a text that is none, the last part of its address."""
    return uris.to_fs_path(uri) or unquote(urlsplit(uri).path) or uri


def uri_of(path: str) -> str:
    """The address of a file."""
    return uris.from_fs_path(path) or path


def position(source: Source, offset: int) -> types.Position:
    """The position of an offset."""
    at = source.position(offset)
    before = source.text[offset - at.column + 1 : offset]
    return types.Position(at.line - 1, _units(before))


def offset_of(source: Source, place: types.Position) -> int:
    """The offset of a position; the end of the line if it is beyond, and of the text likewise."""
    last = source.position(len(source.text)).line
    if place.line >= last:
        return len(source.text)
    line = source.line_span(place.line + 1)
    units = 0
    for number, character in enumerate(line.text):
        if units >= place.character:
            return line.start + number
        units += _units(character)
    return line.end


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def range_of(span: Span) -> types.Range:
    """The range of a span."""
    return types.Range(position(span.source, span.start), position(span.source, span.end))


def location(span: Span) -> types.Location:
    """The file and the range of a span."""
    return types.Location(uri_of(span.source.path), range_of(span))


def diagnostics(judged: Judged) -> list[types.Diagnostic]:
    """What is found in a file, and what could not be judged."""
    found = [diagnostic(each) for each in judged.diagnostics]
    found += map(_unjudged, judged.unjudged)
    if judged.problem:
        found.append(_problem(judged.problem))
    return found


def diagnostic(found: Diagnostic) -> types.Diagnostic:
    """A finding."""
    finding = found.finding
    sentences = [finding.message]
    sentences += [each for each in (finding.effect, finding.help) if each]
    return types.Diagnostic(
        range=range_of(finding.span),
        message="\n".join(sentences),
        severity=_SEVERITIES[found.severity],
        code=found.rule,
        source=NAME,
        related_information=[
            types.DiagnosticRelatedInformation(location(note.span), note.message)
            for note in finding.notes
        ],
    )


def _unjudged(found: Unjudged) -> types.Diagnostic:
    place = types.Range(types.Position(0, 0), types.Position(0, 0))
    return types.Diagnostic(
        range=range_of(found.span) if found.span else place,
        message=f"not judged: {found.reason}",
        severity=types.DiagnosticSeverity.Error,
        source=NAME,
    )


def _problem(message: str) -> types.Diagnostic:
    place = types.Range(types.Position(0, 0), types.Position(0, 0))
    return types.Diagnostic(place, message, types.DiagnosticSeverity.Error, source=NAME)


def edits(changes: Iterable[Edit]) -> types.WorkspaceEdit:
    """Changes of files."""
    found: dict[str, list[types.TextEdit]] = {}
    for each in changes:
        edit = types.TextEdit(range_of(each.span), each.text)
        found.setdefault(uri_of(each.span.source.path), []).append(edit)
    return types.WorkspaceEdit(changes={uri: list(each) for uri, each in found.items()})


def action(found: Action) -> types.CodeAction:
    """A change that is proposed."""
    about = found.diagnostic
    kind = types.CodeActionKind.QuickFix if about else types.CodeActionKind.Refactor
    return types.CodeAction(
        title=found.title,
        kind=kind,
        diagnostics=[diagnostic(about)] if about else None,
        is_preferred=found.is_preferred or None,
        edit=edits(found.edits),
    )


def candidate(found: Candidate) -> types.CompletionItem:
    """A text that is proposed."""
    kind = types.CompletionItemKind
    return types.CompletionItem(
        label=found.text.rstrip(": =") if found.is_label else found.text,
        kind=kind.Property if found.is_label else kind.Value,
        detail=found.detail or None,
        documentation=markdown(found.manual) if found.manual else None,
        filter_text=found.text,
        text_edit=types.TextEdit(range_of(found.span), found.text),
    )


def hint(found: Hint) -> types.InlayHint:
    """A short text in a line."""
    place = position(found.span.source, found.span.end)
    return types.InlayHint(place, found.text, tooltip=markdown(found.manual), padding_left=True)


def symbol(found: Symbol) -> types.DocumentSymbol:
    """An entry of the outline."""
    place = range_of(found.span)
    return types.DocumentSymbol(found.name, types.SymbolKind.Class, place, place, found.detail)


def markdown(text: str) -> types.MarkupContent:
    """A text as Markdown."""
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def locations(spans: Sequence[Span]) -> list[types.Location]:
    """The places of spans, each once."""
    return [location(span) for span in dict.fromkeys(spans)]
