"""Which services are meant by the names and the globs of a command line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from linter import terminal
from linter.files.settings import UsageError
from linter.model.globs import name_glob
from linter.model.stack import Service
from linter.model.words import did_you_mean, quoted, some


class ServiceNames:
    """
    What services may be called; each is found as its whole name.

    One that an engine has is also called by its short name, if only one has it; a whole name comes
    before a short one. All methods raise UsageError for what means no service, or may mean several;
    `option` is where it comes from.

    With `routed`, only these services are found. What is known is not `complete` if some files
    could not be read. They may have a match, so a name without one is only a warning then.
    """

    def __init__(
        self,
        services: Iterable[Service],
        routed: Iterable[str] | None = None,
        *,
        complete: bool = True,
    ) -> None:
        self._short: dict[str, dict[str, None]] = {}
        self._every: dict[str, None] = {}
        for each in services:
            self._every[each.whole_name] = None
            self._short.setdefault(str(each.name), {})[each.whole_name] = None
        self._routed = None if routed is None else dict.fromkeys(routed)
        self._complete = complete

    def named(self, name: str, option: str) -> frozenset[str]:
        """The service with a name; none if it may be in a file that could not be read."""
        found = self._called(name, option)
        if not found:
            return self._missing(f"{option}: no service {quoted(name)}", name)
        return self._on_routes(found, f"{option}: service {quoted(name)} is not on a route")

    def matching(self, globs: Sequence[str], option: str) -> frozenset[str]:
        """The services with a name that matches one of the globs."""
        return frozenset().union(*(self._matching(each, option) for each in globs))

    def _matching(self, text: str, option: str) -> frozenset[str]:
        glob = name_glob(text)
        if glob.is_plain:
            names = (*self._every, *self._short)
            plain = next(filter(glob.matches, names), text)
            found: Collection[str] = self._called(plain, option)
        else:
            found = [
                whole
                for short, several in self._short.items()
                for whole in several
                if glob.matches(short) or glob.matches(whole)
            ]
        if not found:
            return self._missing(f"{option}: no service matches {quoted(text)}", text)
        return self._on_routes(found, f"{option}: no service matching {quoted(text)} is on a route")

    def _called(self, name: str, option: str) -> Collection[str]:
        """The service with exactly this name, if there is one."""
        if name in self._every:
            return (name,)
        found = self._short.get(name, {})
        if len(found) > 1:
            either = " or ".join(map(quoted, sorted(found)))
            raise UsageError(f"{option}: {quoted(name)} may be {either}; use the whole name")
        return found

    def _on_routes(self, found: Collection[str], reason: str) -> frozenset[str]:
        if self._routed is None:
            return frozenset(found)
        chosen = self._routed.keys() & found
        if not chosen:
            known = f"services on routes: {_listed(self._routed)}"
            raise UsageError(f"{reason}; {known if self._routed else 'there are no routes'}")
        return frozenset(chosen)

    def _missing(self, reason: str, name: str) -> frozenset[str]:
        known = self._every if self._routed is None else self._routed
        hint = "; there are no services"
        if known:
            names = {**known, **(self._short if self._routed is None else {})}
            hint = did_you_mean(name, names) or f"; services: {_listed(known)}"
        if self._complete:
            raise UsageError(reason + hint)
        if known:
            terminal.warn(f"warning: {reason} in the files that could be read{hint}")
        return frozenset()


def _listed(names: Collection[str]) -> str:
    return some((quoted(each) for each in names), len(names))
