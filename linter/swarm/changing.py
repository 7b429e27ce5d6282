"""Changes labels of services that run, one service after the other, and undoes that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from linter.model.progress import Progress, nobody
from linter.model.swarm import NoSwarm
from linter.swarm.engine import Refused

_ATTEMPTS = 3
"""How often a change is tried, if somebody else changes the service at the same moment."""

_OUT_OF_SEQUENCE = "out of sequence"

Labels = Mapping[str, "str | None"]
"""The values of labels; None for one that is not there."""


class Changeable(Protocol):
    """What is needed of an engine."""

    def service(self, identifier: str) -> dict[str, Any]: ...

    def update_labels(self, stored: Mapping[str, Any], labels: Mapping[str, str]) -> None: ...


class Wanted(NamedTuple):
    """Labels of a service to change: what they must be `before`, and what they are to be."""

    service: str
    before: Labels
    after: Labels

    @property
    def reversed(self) -> Wanted:
        return Wanted(self.service, self.after, self.before)


class NotChanged(NamedTuple):
    """
    Why a service was not changed.

    It is not `certain` if no answer came, so that it may have been changed after all.
    """

    service: str
    reason: str
    help: str = ""
    certain: bool = True


class Applied(NamedTuple):
    """The services that were changed, in order, and the first one that was not, if any."""

    done: tuple[Wanted, ...]
    failure: NotChanged | None = None
    left: tuple[Wanted, ...] = ()


def apply(engine: Changeable, wanted: Sequence[Wanted], progress: Progress = nobody) -> Applied:
    """Change services one after the other, up to the first failure; `progress` counts them."""
    for number, each in enumerate(wanted):
        progress(number, len(wanted))
        failure = _change(engine, each)
        if failure is not None:
            return Applied(tuple(wanted[:number]), failure, tuple(wanted[number + 1 :]))
    progress(len(wanted), len(wanted))
    return Applied(tuple(wanted))


def _change(engine: Changeable, wanted: Wanted) -> NotChanged | None:
    """Change the labels of one service, and read them back."""
    name = wanted.service
    sent: Mapping[str, Any] | None = None
    try:
        for _ in range(_ATTEMPTS):
            stored = engine.service(name)
            labels = dict(stored["Spec"].get("Labels") or {})
            if reason := _conflict(labels, wanted):
                return NotChanged(name, reason, "read it again, and decide anew")
            sent = stored
            try:
                engine.update_labels(stored, _changed(labels, wanted.after))
                return _read_back(engine, stored, wanted)
            except Refused as error:
                if _OUT_OF_SEQUENCE not in error.words:
                    return NotChanged(name, str(error), error.help)
                sent = None
    except NoSwarm as error:
        return NotChanged(name, str(error), error.help, certain=sent is None)
    except (AttributeError, LookupError, TypeError, ValueError):
        return NotChanged(name, "the engine describes it in an unknown form", certain=sent is None)
    return NotChanged(name, "somebody else keeps changing it", "try again later")


def _conflict(labels: Mapping[str, str], wanted: Wanted) -> str:
    """Why the labels are not those that the change was made for; empty if they are."""
    for key, value in wanted.before.items():
        found = labels.get(key)
        if found != value:
            now = "gone" if found is None else "there" if value is None else "different"
            return f"label `{key}` is {now} since it was read"
    return ""


def _changed(labels: Mapping[str, str], after: Labels) -> dict[str, str]:
    merged = {**labels, **after}
    return {key: value for key, value in merged.items() if value is not None}


def _read_back(engine: Changeable, before: Mapping[str, Any], wanted: Wanted) -> NotChanged | None:
    """Compare what is stored now with what was asked for."""
    now = engine.service(wanted.service)
    if _conflict(now["Spec"].get("Labels") or {}, wanted.reversed):
        reason = "its labels are not what was written; somebody else changed them again"
        return NotChanged(wanted.service, reason, certain=False)
    spec, then = ({**each["Spec"], "Labels": None} for each in (now, before))
    if spec != then:
        reason = "its labels are written, but more of it is different now"
        return NotChanged(wanted.service, reason, "see `docker service inspect`", certain=False)
    return None


# -- Records, to undo changes --------------------------------------------------------------------


class Unusable(Exception):
    """A record cannot be used; the message is the reason."""


def record(source: str, host: str, wanted: Iterable[Wanted]) -> str:
    """What is about to change, to be kept before it does."""
    services = [
        {"service": each.service, "before": dict(each.before), "after": dict(each.after)}
        for each in wanted
    ]
    data = {"version": 1, "source": source, "engine": host, "services": services}
    return json.dumps(data, indent=2) + "\n"


def recorded(text: str) -> list[Wanted]:
    """The changes of a record, in the order they were made. Raises Unusable."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Unusable("not JSON") from None
    if not isinstance(data, dict) or data.get("version") != 1:
        raise Unusable("not a record of changes")
    services = data.get("services")
    if not isinstance(services, list):
        raise Unusable("not a record of changes")
    return [_recorded(each) for each in services]


def _recorded(data: Any) -> Wanted:
    if not isinstance(data, dict) or not isinstance(data.get("service"), str):
        raise Unusable("a service in it has no name")
    before, after = (_labels(data, side) for side in ("before", "after"))
    if before.keys() != after.keys():
        raise Unusable(f"the labels of `{data['service']}` in it do not match")
    return Wanted(data["service"], before, after)


def _labels(data: Mapping[str, Any], side: str) -> Labels:
    found = data.get(side)
    if isinstance(found, dict) and all(isinstance(each, str | None) for each in found.values()):
        return found
    raise Unusable(f"the labels of `{data['service']}` in it are no texts")
