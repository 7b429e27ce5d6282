"""Connects the answers to an editor, over standard input and output."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

import linter
from linter.server import protocol
from linter.server.actions import actions
from linter.server.completion import complete
from linter.server.folder import Folder, Judged
from linter.server.hints import hints, symbols
from linter.server.hover import hover
from linter.server.references import definitions, references
from linter.syntax.source import Source


class Editor:
    """What an editor has open, and what is known of it."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._folder: Folder | None = None
        self._known: dict[str, Judged] = {}

    @property
    def folder(self) -> Folder:
        """The folder that is open in the editor."""
        if self._folder is None:
            root = self._server.workspace.root_path
            self._folder = Folder(os.path.abspath(root or os.curdir))
        return self._folder

    # -- What happens in the editor ---------------------------------------------------------------

    def began(self, _params: types.InitializedParams) -> None:
        """The editor is ready for findings."""
        self.look()

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A file is open, so its text comes before what is on the disk."""
        self.folder.texts[protocol.path_of(params.text_document.uri)] = params.text_document.text
        self.look()

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A file has a new text, which is not saved."""
        uri = params.text_document.uri
        path, text = protocol.path_of(uri), self._server.workspace.get_text_document(uri).source
        self.folder.writing[path] = _changed_line(self.folder.texts.get(path, ""), text)
        self.folder.texts[path] = text
        self._show(self.folder.judge(path))

    def saved(self, _params: object) -> None:
        """A file or a configuration is saved, here or by another program."""
        self.look()

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A file is closed; what was not saved is gone."""
        self.folder.texts.pop(protocol.path_of(params.text_document.uri), None)
        self.look()

    def look(self) -> None:
        """Read everything again."""
        found = self.folder.look()
        for path in self._known.keys() - found.keys():
            self._show(Judged(path))
        for each in found.values():
            self._show(each)
        self._known = found

    def _show(self, judged: Judged) -> None:
        self._known[judged.path] = judged
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=protocol.uri_of(judged.path), diagnostics=protocol.diagnostics(judged)
            )
        )

    # -- What the editor asks ---------------------------------------------------------------------

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """What is at a place."""
        answer = hover(*self._at(params.text_document, params.position))
        if answer is None:
            return None
        span, text = answer
        return types.Hover(protocol.markdown(text), protocol.range_of(span))

    def complete(self, params: types.CompletionParams) -> list[types.CompletionItem]:
        """What can be written at a place."""
        answer = complete(*self._at(params.text_document, params.position))
        return [protocol.candidate(each) for each in answer]

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done about a text."""
        judged, start = self._at(params.text_document, params.range.start)
        _, end = self._at(params.text_document, params.range.end)
        return [protocol.action(each) for each in actions(judged, start, end)]

    def hints(self, params: types.InlayHintParams) -> list[types.InlayHint]:
        """The shares of the services."""
        return [protocol.hint(each) for each in hints(self._judged(params.text_document))]

    def definitions(self, params: types.DefinitionParams) -> list[types.Location]:
        """Where the name at a place is defined."""
        return protocol.locations(definitions(*self._at(params.text_document, params.position)))

    def references(self, params: types.ReferenceParams) -> list[types.Location]:
        """The other places of the name at a place."""
        return protocol.locations(references(*self._at(params.text_document, params.position)))

    def symbols(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        """The services of a file."""
        return [protocol.symbol(each) for each in symbols(self._judged(params.text_document))]

    def _judged(self, document: types.TextDocumentIdentifier) -> Judged:
        path = protocol.path_of(document.uri)
        if path not in self._known:
            self._known[path] = self.folder.judge(path)
        return self._known[path]

    def _at(
        self, document: types.TextDocumentIdentifier, place: types.Position
    ) -> tuple[Judged, int]:
        """What is known of a file, and the offset of a position in it."""
        judged = self._judged(document)
        text = self.folder.texts.get(judged.path)
        source = judged.source or Source(judged.path, text or "")
        return judged, protocol.offset_of(source, place)


def _changed_line(before: str, after: str) -> int:
    """The line, counted from 1, in which two texts first differ."""
    lines = before.split("\n"), after.split("\n")
    pairs = enumerate(zip(*lines, strict=False), 1)
    return next((number for number, (one, other) in pairs if one != other), len(lines[1]))


def server() -> LanguageServer:
    """A server with all answers."""
    # With whole texts, it does not matter what an editor takes for a line break.
    whole = types.TextDocumentSyncKind.Full
    found = LanguageServer(protocol.NAME, linter.__version__, whole)
    editor = Editor(found)
    signs = types.CompletionOptions(trigger_characters=[".", ":", "=", " "])
    found.feature(types.TEXT_DOCUMENT_COMPLETION, signs)(partial(editor.complete))
    answers: dict[str, Callable[..., Any]] = {
        types.INITIALIZED: editor.began,
        types.TEXT_DOCUMENT_DID_OPEN: editor.opened,
        types.TEXT_DOCUMENT_DID_CHANGE: editor.changed,
        types.TEXT_DOCUMENT_DID_SAVE: editor.saved,
        types.TEXT_DOCUMENT_DID_CLOSE: editor.closed,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES: editor.saved,
        types.TEXT_DOCUMENT_HOVER: editor.hover,
        types.TEXT_DOCUMENT_CODE_ACTION: editor.actions,
        types.TEXT_DOCUMENT_INLAY_HINT: editor.hints,
        types.TEXT_DOCUMENT_DEFINITION: editor.definitions,
        types.TEXT_DOCUMENT_REFERENCES: editor.references,
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: editor.symbols,
    }
    for name, answer in answers.items():
        found.feature(name)(partial(answer))  # it gets attributes, which a method cannot have
    return found
