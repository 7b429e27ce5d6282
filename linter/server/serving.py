"""Holds the conversation with an editor: who may ask what when, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

import linter
from linter.model.fault import described
from linter.server import parameters, protocol
from linter.server.connection import EXIT, UNREADABLE, Connection, Message
from linter.server.editor import Editor
from linter.server.parameters import Invalid
from linter.server.protocol import Json

_Method = Callable[[Json], Any]

_UNKNOWN_METHOD = -32601
_FAILED = -32603
_NOT_INITIALIZED = -32002
_PARSE_ERROR = -32700
_INVALID = -32600
_INVALID_PARAMETERS = -32602

_WATCHED = "**/*.{yml,yaml,toml,env,j2,jinja,jinja2,tpl,tftpl,tf,tofu,md,sh}"
"""Files of which the server wants to know when another program changes them."""

_CAPABILITIES = {
    "positionEncoding": "utf-16",
    # With whole texts, it does not matter what an editor takes for a line break.
    "textDocumentSync": {"openClose": True, "change": 1, "save": True},
    "hoverProvider": True,
    "completionProvider": {"triggerCharacters": [".", ":", "=", " "]},
    "codeActionProvider": {"codeActionKinds": ["quickfix", "refactor.rewrite"]},
    "inlayHintProvider": True,
    "definitionProvider": True,
    "referencesProvider": True,
    "documentSymbolProvider": True,
    "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
}


def serve(source: BinaryIO, target: BinaryIO) -> bool:
    """Answer an editor until it ends the connection; False if it did so without a warning."""
    return _Session(Connection(source, target)).run()


class _Session:
    """A conversation, from `initialize` to `exit`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._editor: Editor | None = None
        self._client: Json = {}
        self._asked = 0
        self._is_shut = False

    def run(self) -> bool:
        for message in self._connection.messages():
            if message.get("method") == EXIT:
                continue  # the last one
            self._handle(message)
            # What is typed meanwhile would make the findings old before they are shown.
            if not self._connection.is_waiting:
                self._guarded(self._tell, None)
        if self._connection.problem:
            self._log(f"{protocol.NAME} ends: {self._connection.problem}")
        return self._is_shut

    def _handle(self, message: Message) -> None:
        method, number = message.get("method"), message.get("id")
        if message == UNREADABLE:
            self._refuse(None, _PARSE_ERROR, "not a message of JSON-RPC")
            return
        if "method" not in message and ("result" in message or "error" in message):
            return  # the answer to a question of ours, which is not waited for
        has_number = isinstance(number, int | str | None) and not isinstance(number, bool)
        if not (has_number and isinstance(method, str)):
            number = number if has_number else None
            self._refuse(number, _INVALID, "not a request or a notification of JSON-RPC")
            return
        found = self._method(method)
        if isinstance(found, tuple):
            code, reason = found
            if number is not None:
                self._refuse(number, code, reason)
            return
        params = message.get("params")
        self._guarded(lambda: found(params if isinstance(params, dict) else {}), number)

    def _method(self, method: str) -> _Method | tuple[int, str]:
        """What a method does, or why it does nothing."""
        if self._is_shut:
            return _INVALID, "the server is shutting down"
        if method == "initialize":
            if self._editor is not None:
                return _INVALID, "`initialize` must be the first request, and only that"
            return self._initialize
        if self._editor is None:
            return _NOT_INITIALIZED, "the first request must be `initialize`"
        editor = self._editor
        methods: dict[str, _Method] = {
            "initialized": self._initialized,
            "shutdown": self._shut,
            "textDocument/didOpen": editor.opened,
            "textDocument/didChange": editor.changed,
            "textDocument/didSave": editor.saved,
            "textDocument/didClose": editor.closed,
            "workspace/didChangeWatchedFiles": editor.saved,
            "workspace/didChangeConfiguration": editor.saved,
            "workspace/didChangeWorkspaceFolders": editor.moved,
            "textDocument/hover": editor.hover,
            "textDocument/completion": editor.complete,
            "textDocument/codeAction": editor.actions,
            "textDocument/inlayHint": editor.hints,
            "textDocument/definition": editor.definitions,
            "textDocument/references": editor.references,
            "textDocument/documentSymbol": editor.symbols,
        }
        return methods.get(method) or (_UNKNOWN_METHOD, f"unknown method {method}")

    def _guarded(self, do: Callable[[], Any], number: object) -> None:
        """Do something and answer, whatever happens: an editor would not start a server again."""
        try:
            result = do()
        except Invalid as error:
            if number is not None:
                self._refuse(number, _INVALID_PARAMETERS, str(error))
            else:
                self._log(str(error))
        except Exception as error:  # noqa: BLE001 - a bug must not end the conversation
            if number is not None:
                self._refuse(number, _FAILED, described(error))
            else:
                self._log(f"{protocol.NAME} failed: {described(error)}")
        else:
            if number is not None:
                self._connection.send({"id": number, "result": result})

    def _refuse(self, number: object, code: int, reason: str) -> None:
        self._connection.send({"id": number, "error": {"code": code, "message": reason}})

    def _log(self, text: str) -> None:
        self._notify("window/logMessage", {"type": 1, "message": text})

    def _notify(self, method: str, params: Json) -> None:
        self._connection.send({"method": method, "params": params})

    def _ask(self, method: str, params: Json) -> None:
        self._asked += 1
        self._connection.send({"id": self._asked, "method": method, "params": params})

    # -- Beginning and end ------------------------------------------------------------------------

    def _initialize(self, params: Json) -> Json:
        self._client = params.get("capabilities") or {}
        roots: list[str] = []
        if params.get("workspaceFolders"):
            folders = parameters.items(params, "workspaceFolders")
            roots = [parameters.path_in(each, "uri") for each in folders]
        elif params.get("rootUri"):
            roots = [parameters.path_in(params, "rootUri")]
        self._editor = Editor(roots)
        info = {"name": protocol.NAME, "version": linter.__version__}
        return {"capabilities": _CAPABILITIES, "serverInfo": info}

    def _initialized(self, _params: Json) -> None:
        if self._can("workspace", "didChangeWatchedFiles", "dynamicRegistration"):
            method = "workspace/didChangeWatchedFiles"
            options = {"watchers": [{"globPattern": _WATCHED}]}
            registration = {"id": method, "method": method, "registerOptions": options}
            self._ask("client/registerCapability", {"registrations": [registration]})
        if self._editor is not None:
            self._editor.look()

    def _shut(self, _params: Json) -> None:
        self._is_shut = True

    # -- Findings ---------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Judge what has changed, and send what is found."""
        editor = self._editor
        if editor is None:
            return
        editor.settle()
        found, editor.found = editor.found, {}
        for path, judged in found.items():
            params = {"uri": protocol.uri_of(path), "diagnostics": protocol.diagnostics(judged)}
            self._notify("textDocument/publishDiagnostics", params)
        if found and self._can("workspace", "inlayHint", "refreshSupport"):
            self._ask("workspace/inlayHint/refresh", {})

    def _can(self, *path: str) -> bool:
        """Whether the editor says that it can do something."""
        found: Any = self._client
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found is True
