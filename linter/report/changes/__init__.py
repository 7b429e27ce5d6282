"""The formats of changes to stack files, and the report they render."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial

from linter.editing.rewriting import Rewrite
from linter.editing.session import Outcome
from linter.model.change import LabelChange, Live, State
from linter.model.diagnostic import Edit, Unjudged
from linter.model.vocabulary import belongs_to_docker
from linter.model.words import MOST_NAMED, listed
from linter.report import Style, load_writer
from linter.report.changes.patches import Patch, patch
from linter.report.lines import count
from linter.routing.routes import Mode

_NOTHING = Live()


class ChangeReport:
    """
    What a command does to stack files.

    `to` is the mode that services are switched to. `named` are labels that the user has named, so
    that they may be shown. `failed` is set if the files could not be written, or not all services
    that run could be changed; `live` says what became of these.
    """

    def __init__(
        self,
        command: str,
        outcome: Outcome,
        to: Mode | None = None,
        *,
        named: frozenset[str] = frozenset(),
        unjudged: Sequence[Unjudged] = (),
        written: bool = False,
        failed: bool = False,
        live: Live = _NOTHING,
    ) -> None:
        self.command = command
        self.outcome = outcome
        self.to = to
        self.named = named
        self.unjudged = unjudged
        self.written = written
        self.failed = failed
        self.live = live

    @cached_property
    def files(self) -> Sequence[Rewrite]:
        """The files that change; services that run have none."""
        return [each for each in self.outcome.rewrites if each.source.is_written]

    @cached_property
    def patches(self) -> Sequence[Patch]:
        """A patch for each file that changes, in the same order."""
        return [patch(each.source, each.edits, self.named) for each in self.files]

    @cached_property
    def instead(self) -> Mapping[tuple[Edit, ...], Patch]:
        """Patches for what is refused, to apply by hand."""
        found = dict.fromkeys(each.instead for each in self.outcome.not_done if each.instead)
        return {edits: patch(edits[0].span.source, edits, self.named) for edits in found}

    @property
    def texts(self) -> Mapping[str, str]:
        """The new text of each file that changes, by its path."""
        return {each.source.path: each.text for each in self.files}

    @property
    def diff(self) -> str:
        """The patches in one; without what must not be shown."""
        return "".join(each.text for each in self.patches)

    def may_show(self, label: str) -> bool:
        """Whether the value of a label is not secret, or has been asked for."""
        return label in self.named or belongs_to_docker(label)


Reporter = Callable[[ChangeReport, Style], str]

NAMES = ("text", "json", "markdown", "html")

reporter: Callable[[str], Reporter] = partial(load_writer, __name__)
"""The function that writes a format."""


def summary(report: ChangeReport) -> str:
    """What changes, in one line."""
    dry = report.outcome.rewrites and not (report.written or report.failed)
    return "; ".join([*parts(report), *(["run with --write to apply"] if dry else [])])


def parts(report: ChangeReport) -> list[str]:
    """What changes, and what does not; that nothing else changes has been verified."""
    outcome = report.outcome
    refused = len({(each.service, each.span) for each in outcome.not_done if each.blocked})
    ends = [f"{refused:,} refused"] if refused else []
    if outcome.unsafe:
        ends.append(f"{outcome.unsafe:,} more fixable with --unsafe, which changes routing")
    if report.unjudged:
        ends.append(f"{len(report.unjudged):,} not judged")
    if not outcome.rewrites:
        nothing = "nothing changed" if report.written else "nothing would change"
        return [nothing if ends else "nothing to change", *ends]
    if report.failed:
        return [_failed(report), *ends]
    lead, tense = ("", 1) if report.written else ("would ", 0)
    where = f" in {count(len(report.files), 'file')}" if report.files else ""
    done = [f"{lead}{listed(list(_parts(outcome, tense)))}{where}"]
    if not outcome.fixed:
        done.append(f"nothing else {('changes', 'changed')[tense]}")
    return [*done, *ends]


def _failed(report: ChangeReport) -> str:
    """What was done in spite of a failure."""
    attempts = report.live.attempts
    if not attempts:
        return "nothing written"
    states = Counter(each.state for each in attempts)
    changed, unknown = states[State.CHANGED], states[State.UNKNOWN]
    doubt = f" and possibly {unknown:,} more" if unknown else ""
    return f"changed {changed:,} of {count(len(attempts), 'service')}{doubt}"


_ADD, _CHANGE, _REMOVE = ("add", "added"), ("change", "changed"), ("remove", "removed")


def _parts(outcome: Outcome, tense: int) -> Iterator[str]:
    """What is fixed, or which labels change; `tense` is the index of the form of each verb."""
    if outcome.fixed:
        yield f"{('fix', 'fixed')[tense]} {count(len(outcome.fixed), 'finding')}"
        return
    kinds: dict[tuple[str, str], list[LabelChange]] = {}
    for each in outcome.changes:
        kind = _ADD if each.before is None else _CHANGE if each.after else _REMOVE
        kinds.setdefault(kind, []).append(each)
    for kind, where in ((_ADD, "to"), (_CHANGE, "of"), (_REMOVE, "from")):
        if found := kinds.get(kind):
            yield f"{kind[tense]} {count(len(found), 'label')} {where} {_services(found)}"


def _services(changes: Sequence[LabelChange]) -> str:
    found = {(each.stack.path, str(each.service.name)): None for each in changes}
    names = [name for _, name in found]
    if len(names) > MOST_NAMED or len(set(names)) < len(names):
        return count(len(names), "service")
    return f"{'service' if len(names) == 1 else 'services'} {listed(names)}"
