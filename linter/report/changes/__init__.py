"""The formats of changes to stack files, and the report they render."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from linter.editing.revise import Loaded, Rewrite
from linter.model.diagnostic import Diagnostic, Unjudged
from linter.model.label import Label
from linter.model.stack import Service, Stack
from linter.model.words import MOST_NAMED
from linter.report import Style, load_writer
from linter.report.lines import count
from linter.routing.migration import Shift
from linter.routing.routes import Mode
from linter.syntax.source import Span


class LabelChange(NamedTuple):
    """A label of a service before and after, each as far as it is there."""

    service: Service
    stack: Stack
    key: str
    before: Label | None
    after: Label | None


class Kept(NamedTuple):
    """
    Something that stays as it is: a service, why, and what to do.

    `blocked` tells that a change of it was asked for and is refused. `instead` is a diff to be
    applied by hand, that changes `others` too.
    """

    service: str
    span: Span
    reason: str
    help: str = ""
    blocked: bool = True
    labels: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    instead: str = ""


class ChangeReport(NamedTuple):
    """
    What a command does to stack files; `diff` shows it as a patch.

    `unsafe` is the number of findings that could be mended if routing may change; `failed` tells
    that the files could not be written.
    """

    command: str
    to: Mode | None = None
    changes: tuple[LabelChange, ...] = ()
    kept: tuple[Kept, ...] = ()
    shifts: tuple[Shift, ...] = ()
    fixed: tuple[Diagnostic, ...] = ()
    appearing: tuple[Diagnostic, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    diff: str = ""
    unjudged: tuple[Unjudged, ...] = ()
    unsafe: int = 0
    written: bool = False
    failed: bool = False

    @property
    def refuses(self) -> bool:
        """Whether something that was asked for is not done."""
        return any(each.blocked for each in self.kept)


Reporter = Callable[[ChangeReport, Style], str]

NAMES = ("text", "json")


def reporter(name: str) -> Reporter:
    """The function that writes a format."""
    write: Reporter = load_writer(__name__, name)
    return write


def label_changes(before: Iterable[Loaded], after: Iterable[Loaded]) -> Iterator[LabelChange]:
    """The labels in which services differ, in the order of services and labels."""
    for old, new in zip(before, after, strict=True):
        for service, then in zip(old.stack.services, new.stack.services, strict=True):
            labels = {str(label.key): label for label in service.labels}
            changed = {str(label.key): label for label in then.labels}
            for key in dict.fromkeys((*labels, *changed)):
                one, other = labels.get(key), changed.get(key)
                if not (one and other and one.value.parts == other.value.parts):
                    yield LabelChange(then, new.stack, key, one, other)


def summary(report: ChangeReport) -> str:
    """What changes and what does not, in one line: what has been proved."""
    refused = len({(each.service, each.span) for each in report.kept if each.blocked})
    end = f"; {refused} refused" if refused else ""
    if report.unsafe:
        end += f"; {report.unsafe} more with --unsafe, which changes routing"
    if not report.rewrites:
        return f"nothing {'changed' if refused else 'to change'}{end}"
    kinds: dict[str, list[LabelChange]] = {}
    for each in report.changes:
        kind = "changed in" if each.before and each.after else "removed from"
        kinds.setdefault(kind if each.before else "added to", []).append(each)
    parts = [
        f"{count(len(kinds[kind]), 'label')} {kind} {_services(kinds[kind])}"
        for kind in ("added to", "changed in", "removed from")
        if kind in kinds
    ]
    if report.fixed:
        parts.insert(0, f"{count(len(report.fixed), 'finding')} mended")
    proved = "; ".join((*parts, "0 other changes", "0 other bytes"))
    done = "written" if report.written else "not written"
    if not (report.written or report.failed):
        done += "; --write does it"
    return f"{proved}{end}; {count(len(report.rewrites), 'file')} {done}"


def _services(changes: Sequence[LabelChange]) -> str:
    found = {(each.stack.path, str(each.service.name)): None for each in changes}
    names = [name for _, name in found]
    if len(names) > MOST_NAMED or len(set(names)) < len(names):
        return count(len(names), "service")
    shown = " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
    return f"{'service' if len(names) == 1 else 'services'} {shown}"
