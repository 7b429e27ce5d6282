"""What an editor has open, and what is answered when it asks."""

from __future__ import annotations

from collections.abc import Iterable

from linter.server import parameters, protocol
from linter.server.actions import actions
from linter.server.completion import complete
from linter.server.folder import Folder, Judged
from linter.server.hints import hints, symbols
from linter.server.hover import hover
from linter.server.protocol import Json
from linter.server.references import definitions, references
from linter.syntax.source import Source


class Editor:
    """
    The files of an editor, and what is known of them.

    `found` is what has been found since the editor was last told, by path.
    """

    def __init__(self, roots: Iterable[str] = ()) -> None:
        self.folder = Folder(roots)
        self.found: dict[str, Judged] = {}
        self._known: dict[str, Judged] = {}
        self._changed: set[str] = set()

    # -- What happens in the editor ---------------------------------------------------------------

    def opened(self, params: Json) -> None:
        """A file is open, so its text comes before what is on the disk."""
        path = parameters.path(params)
        self.folder.texts[path] = parameters.text(params, "textDocument", "text")
        self._changed.add(path)

    def changed(self, params: Json) -> None:
        """A file has a new text, which is not saved; the last change has all of it."""
        path = parameters.path(params)
        changes = parameters.items(params, "contentChanges")
        if not changes:
            return
        text = parameters.text(changes[-1], "text")
        self.folder.writing[path] = _changed_line(self.folder.texts.get(path, ""), text)
        self.folder.texts[path] = text
        self._changed.add(path)

    def saved(self, _params: Json) -> None:
        """A file or a configuration is saved, here or by another program."""
        self.look()

    def closed(self, params: Json) -> None:
        """A file is closed; what was not saved is gone."""
        path = parameters.path(params)
        self.folder.texts.pop(path, None)
        self.folder.writing.pop(path, None)
        self.look()

    def moved(self, params: Json) -> None:
        """Other folders are open."""
        gone, new = (
            [parameters.path_in(each, "uri") for each in parameters.items(params, "event", which)]
            for which in ("removed", "added")
        )
        self.folder.roots = (*(each for each in self.folder.roots if each not in gone), *new)
        self.look()

    def look(self) -> None:
        """Read everything again."""
        self._changed.clear()
        found = self.folder.look()
        self.found |= {path: Judged(path) for path in self._known.keys() - found.keys()}
        self.found |= found
        self._known = found

    def settle(self) -> None:
        """Judge what was changed."""
        while self._changed:
            found = self.folder.judge(self._changed.pop())
            self._known |= found
            self.found |= found

    # -- What the editor asks ---------------------------------------------------------------------

    def hover(self, params: Json) -> Json | None:
        """What is at a place."""
        answer = hover(*self._at(params, "position"))
        return protocol.hover(*answer) if answer else None

    def complete(self, params: Json) -> list[Json]:
        """What can be written at a place."""
        return [*map(protocol.candidate, complete(*self._at(params, "position")))]

    def actions(self, params: Json) -> list[Json]:
        """What can be done about a text, of the kinds that are asked for."""
        judged, start = self._at(params, "range", "start")
        _, end = self._at(params, "range", "end")
        found = [*map(protocol.action, actions(judged, start, end))]
        if parameters.at(params, "context", "only") is None:
            return found
        kinds = parameters.items(params, "context", "only")
        return [each for each in found if any(_is_a(each["kind"], kind) for kind in kinds)]

    def hints(self, params: Json) -> list[Json]:
        """The shares of the services in the lines that are shown."""
        first, last = (parameters.count(params, "range", each, "line") for each in ("start", "end"))
        found = map(protocol.hint, hints(self._judged(params)))
        return [each for each in found if first <= each["position"]["line"] <= last]

    def definitions(self, params: Json) -> list[Json]:
        """Where the name at a place is defined."""
        return protocol.locations(definitions(*self._at(params, "position")))

    def references(self, params: Json) -> list[Json]:
        """The other places of the name at a place."""
        return protocol.locations(references(*self._at(params, "position")))

    def symbols(self, params: Json) -> list[Json]:
        """The services of a file, with their routes."""
        return [*map(protocol.symbol, symbols(self._judged(params)))]

    def _judged(self, params: Json) -> Judged:
        self.settle()
        path = parameters.path(params)
        if path not in self._known:
            self._known |= self.folder.judge(path)
        return self._known[path]

    def _at(self, params: Json, *keys: str) -> tuple[Judged, int]:
        """What is known of a file, and the offset of the position that is under these keys."""
        place = parameters.place(params, *keys)
        judged = self._judged(params)
        text = self.folder.texts.get(judged.path)
        source = judged.source or Source(judged.path, text or "")
        return judged, protocol.offset_of(source, place)


def _is_a(kind: str, wanted: str) -> bool:
    """Whether a kind of action is another one, or below it."""
    return f"{kind}.".startswith(f"{wanted}.")


def _changed_line(before: str, after: str) -> int:
    """The line, counted from 1, in which two texts first differ."""
    lines = before.split("\n"), after.split("\n")
    pairs = enumerate(zip(*lines, strict=False), 1)
    return next((number for number, (one, other) in pairs if one != other), len(lines[1]))
