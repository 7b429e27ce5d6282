"""Knows how a stack is judged: walks it once for all rules, groups what they find, silences."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from linter import suppress
from linter.diagnostic import Diagnostic, Finding, Note, Severity, Unjudged, in_order
from linter.routes import Backend, Fleet, Route
from linter.rule import Rule
from linter.settings import Config
from linter.source import Source, Span
from linter.stack import Label, Service, Stack
from linter.suppress import Ignore, Ignores

_MOST_NOTES = 5
"""Further places that are shown of a finding."""

_OWN_TEMPLATE = "the proxies here have a template of their own, which may do otherwise"
_HAPROXY = "that is so with NGINX; the proxies here are HAProxy"


class Selection(NamedTuple):
    """Rules that were asked for on the command line: only these, and not those."""

    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def level(self, rule: Rule, config: Config) -> Severity:
        """The severity that a rule has here."""
        level = config.levels.get(rule.name, rule.severity)
        if rule.name in self.without or (self.only and rule.name not in self.only):
            return Severity.OFF
        if level is Severity.OFF and rule.name in self.only:
            return Severity.WARNING if rule.severity is Severity.OFF else rule.severity
        return level


class Report:
    """
    What came of a run; reporters get this and nothing else.

    `failed` tells whether a finding reached the threshold of its configuration.
    """

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.unjudged: list[Unjudged] = []
        self.ignored = 0
        self.files = 0
        self.stacks = 0
        self.services = 0
        self.failed = False

    def count(self, severity: Severity) -> int:
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    def fixable(self, *, safe: bool | None = None) -> int:
        """The number of findings that have a fix: any, a safe one, or one that is not."""
        fixes = (each.finding.fix for each in self.diagnostics)
        return sum(fix is not None and safe in (None, fix.safe) for fix in fixes)

    def sort(self) -> None:
        """
        Order by place, then by rule; what could not be judged by path.

        What a file is found to have in each of several stacks that share it is said once.
        """
        once = {
            (each.finding.span.sort_key, each.rule, each.services): each
            for each in self.diagnostics
        }
        self.diagnostics = [once[key] for key in sorted(once)]
        self.unjudged = in_order(self.unjudged)


class _Raw(NamedTuple):
    """What a rule said, and about whom."""

    rule: Rule
    finding: Finding
    service: Service | None = None
    label: Label | None = None


def _by_node(rules: Iterable[Rule]) -> dict[type[Any], list[Rule]]:
    found: dict[type[Any], list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.on, []).append(rule)
    return found


class _Plan:
    """What runs under a configuration, which is held so that its identity stays its own."""

    def __init__(
        self, config: Config, rules: Iterable[Rule], levels: Mapping[str, Severity]
    ) -> None:
        self.config = config
        self.levels = levels
        self._by_node = _by_node(rule for rule in rules if levels[rule.name] is not Severity.OFF)
        self._names = frozenset(name for rule in self.rules(Service) for name in rule.labels)
        self._by_names: dict[frozenset[str], list[Rule]] = {}
        self._by_name: dict[str | None, list[Rule]] = {}
        self.faultless: set[Hashable] = set()
        """The wordings of labels of which no rule had anything to say."""

    def rules(self, node: type[Any]) -> list[Rule]:
        return self._by_node.get(node, [])

    def rules_for_service(self, service: Service) -> list[Rule]:
        """The rules that may have something to say of a service with its labels."""
        names = self._names.intersection(service.routing)
        found = self._by_names.get(names)
        if found is None:
            rules = self.rules(Service)
            found = [rule for rule in rules if not rule.labels or names.intersection(rule.labels)]
            self._by_names[names] = found
        return found

    def rules_for_label(self, label: Label) -> list[Rule]:
        """The rules that may have something to say of a label of its name."""
        name = label.name if label.known else None
        found = self._by_name.get(name)
        if found is None:
            rules = self.rules(Label)
            found = [rule for rule in rules if not rule.labels or name in rule.labels]
            self._by_name[name] = found
        return found

    @property
    def running(self) -> frozenset[str]:
        """The names of the rules that are not off."""
        return frozenset(rule.name for rules in self._by_node.values() for rule in rules)


class Engine:
    """
    Judges stacks, one after the other, with the same rules, and at last their routes together.

    `judge` takes one stack; `finish` judges what takes all of them, and gives the report.
    """

    def __init__(self, rules: Iterable[Rule], selection: Selection, today: date) -> None:
        self.rules = list(rules)
        self.names = frozenset(rule.name for rule in self.rules)
        self._by_node = _by_node(self.rules)
        self.selection = selection
        self.today = today
        self.report = Report()
        self._fleet = Fleet()
        self._plans: dict[int, _Plan] = {}
        self._plan_by_source: dict[Source, _Plan] = {}
        self._stack_by_source: dict[Source, tuple[str, ...]] = {}
        self._ignores = Ignores()

    def judge(self, stack: Stack, config: Config) -> None:
        """Run the rules over a stack and put what they find into the report."""
        report = self.report
        report.files += len(stack.sources)
        report.stacks += 1
        report.services += len(stack.services)
        report.unjudged.extend(stack.unjudged)
        plan = self._plan(config)
        comments = [
            comment
            for source in stack.sources
            for comment in suppress.ignores(source, self.names, self.today)
        ]
        self._ignores.add(comments)
        if comments or any(service.is_routed for service in stack.services):
            self._plan_by_source.update(dict.fromkeys(stack.sources, plan))
            paths = tuple(source.path for source in stack.sources)
            self._stack_by_source.update(dict.fromkeys(stack.sources, paths))
            self._fleet.add(stack)
        self._keep(_group(self._walk(stack, plan), plan.levels), plan, self._ignores)

    def finish(self) -> Report:
        """Judge the routes of all stacks, then which comments silenced nothing."""
        raws: dict[int, list[_Raw]] = {}
        for raw in self._walk_fleet(self._fleet):
            plan = self._plan_by_source[raw.finding.span.source]
            raws.setdefault(id(plan.config), []).append(raw)
        for key, found in raws.items():
            plan = self._plans[key]
            self._keep(_group(found, plan.levels), plan, self._ignores)
        for comment in self._ignores.comments:
            plan = self._plan_by_source[comment.span.source]
            judged = self._ignores.judged(comment, plan.running)
            path = comment.span.source.path
            found = [_Raw(*pair) for pair in self._run(plan.rules(Ignore), judged, path)]
            self._keep(_group(found, plan.levels), plan, Ignores())
        self.report.sort()
        return self.report

    def _plan(self, config: Config) -> _Plan:
        """What runs under a configuration; kept, because many stacks share one."""
        plan = self._plans.get(id(config))
        if plan is None:
            levels = {rule.name: self.selection.level(rule, config) for rule in self.rules}
            plan = self._plans[id(config)] = _Plan(config, self.rules, levels)
        return plan

    def _walk(self, stack: Stack, plan: _Plan) -> Iterator[_Raw]:
        path = stack.path
        places = _Places(stack.services)
        for rule, finding in self._run(plan.rules(Stack), stack, path):
            for service, label in places.about(finding):
                yield _Raw(rule, finding, service, label)
        for service in stack.services:
            if not service.has_labels:
                continue
            for rule, finding in self._run(plan.rules_for_service(service), service, path):
                yield _Raw(rule, finding, service, _label_at(service, finding.span))
            for label in service.labels:
                if label.is_ours:
                    for rule, finding in self._walk_label(label, plan, path):
                        yield _Raw(rule, finding, service, label)

    def _walk_label(self, label: Label, plan: _Plan, path: str) -> Iterator[tuple[Rule, Finding]]:
        """What rules say of a label; the same label is in file after file, and asked of once."""
        wording = label.wording
        if wording in plan.faultless:
            return
        found = False
        unjudged = len(self.report.unjudged)
        for finding in self._run(plan.rules_for_label(label), label, path):
            found = True
            yield finding
        if not found and unjudged == len(self.report.unjudged):
            plan.faultless.add(wording)

    def _walk_fleet(self, fleet: Fleet) -> Iterator[_Raw]:
        everybody = (backend for route in fleet.routes for backend in route.backends)
        yield from self._walk_backends(fleet, list(everybody))
        for route in fleet.routes:
            yield from self._walk_backends(route, route.backends)

    def _walk_backends(self, node: Fleet | Route, backends: Sequence[Backend]) -> Iterator[_Raw]:
        """What rules say of services that may be of several stacks, each with its own plan."""
        if not backends:
            return
        places = _Places(backend.service for backend in backends)
        rules = self._by_node.get(type(node), [])
        for rule, finding in self._run(rules, node, backends[0].stack[0]):
            if self._plan_by_source[finding.span.source].levels[rule.name] is not Severity.OFF:
                limited = self._limited(rule, finding)
                for service, label in places.about(finding):
                    yield _Raw(rule, limited, service, label)

    def _limited(self, rule: Rule, finding: Finding) -> Finding:
        """
        A finding about several stacks as a warning at most.

        Stacks of one repository need not run on one swarm: what they do together is less certain.
        """
        stacks = {self._stack_by_source[span.source] for span in finding.spans()}
        if rule.severity is Severity.ERROR and len(stacks) > 1:
            return finding._replace(at_most=Severity.WARNING)
        return finding

    def _run(self, rules: list[Rule], node: object, path: str) -> Iterator[tuple[Rule, Finding]]:
        """What rules say about a node; one that crashes is reported, and the others go on."""
        for rule in rules:
            try:
                for finding in rule.check(node):
                    yield rule, finding
            except Exception as error:  # noqa: BLE001 - a fault of one rule must not stop the others
                reason = f"rule {rule.name} crashed: {type(error).__name__}: {error}"
                remedy = "this is a fault of interlock-lint; please report it"
                self.report.unjudged.append(Unjudged(path, reason, help=remedy))

    def _keep(self, found: Iterable[Diagnostic], plan: _Plan, ignores: Ignores) -> None:
        """Put into the report what neither configuration nor comments silence."""
        for diagnostic in found:
            if self._silenced_by_config(diagnostic, plan.config) or ignores.silence(diagnostic):
                self.report.ignored += 1
                continue
            self.report.diagnostics.append(diagnostic)
            if diagnostic.severity.rank >= plan.config.fail_on.rank:
                self.report.failed = True

    def _silenced_by_config(self, diagnostic: Diagnostic, config: Config) -> bool:
        if not config.ignores:
            return False
        path = config.relative(diagnostic.path)
        return any(each.covers(diagnostic, path, self.today) for each in config.ignores)


def _group(found: Iterable[_Raw], levels: Mapping[str, Severity]) -> list[Diagnostic]:
    """One finding per cause: what several services inherit from one place is said once."""
    groups: dict[tuple[str, tuple[str, int, int]], list[_Raw]] = {}
    for raw in found:
        groups.setdefault((raw.rule.name, raw.finding.span.sort_key), []).append(raw)
    return [_diagnostic(raws, levels[name]) for (name, _), raws in groups.items()]


def _diagnostic(raws: list[_Raw], severity: Severity) -> Diagnostic:
    rule, finding, _, label = max(raws, key=lambda raw: raw.finding.at_most.rank)
    services = tuple(dict.fromkeys(str(raw.service.name) for raw in raws if raw.service))
    if finding.notes or any(raw.label and raw.label.via for raw in raws):
        finding = finding._replace(notes=_notes(raws))
    at_most = finding.at_most
    if all(doubts := [_doubt(raw) for raw in raws]):
        finding = finding._replace(effect=f"{finding.effect}; {doubts[0]}")
        at_most = Severity.INFO
    severity = min(severity, at_most, key=lambda each: each.rank)
    return Diagnostic(
        rule=rule.name,
        severity=severity,
        finding=finding,
        services=services,
        label=str(label.key) if label else None,
    )


def _notes(raws: list[_Raw]) -> tuple[Note, ...]:
    """The first few places that all of them point at, each once."""
    notes: dict[Span, Note] = {}
    for raw in raws:
        for note in (*raw.finding.notes, *_inherited(raw)):
            if len(notes) == _MOST_NOTES:
                return tuple(notes.values())
            if note.span != raw.finding.span:
                notes.setdefault(note.span, note)
    return tuple(notes.values())


def _inherited(raw: _Raw) -> Iterator[Note]:
    if raw.label and raw.label.via and raw.service:
        yield Note(raw.label.via[0], f"service `{raw.service.name}` takes it from here")


def _doubt(raw: _Raw) -> str:
    """Why a finding that follows from the vendor's template need not be true of these proxies."""
    cluster = raw.service.cluster if raw.rule.template and raw.service else None
    if cluster is None:
        return ""
    return _OWN_TEMPLATE if cluster.template else _HAPROXY if cluster.is_haproxy else ""


class _Places:
    """Finds the services that a finding points at; several may share a place."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = list(dict.fromkeys(services))

    def about(self, finding: Finding) -> Iterator[tuple[Service | None, Label | None]]:
        """The services at the span of a finding, with the label there, then those at its notes."""
        first = self._at(finding.span, self.services)
        seen = {id(service) for service, _ in first}
        yield from first
        for note in finding.notes:
            for service, _ in self._at(note.span, ()):
                if id(service) not in seen:
                    seen.add(id(service))
                    yield service, None
        if not seen:
            yield None, None

    def _at(self, span: Span, others: Iterable[Service]) -> list[tuple[Service, Label | None]]:
        """The services with something that begins here, else those of the others around it."""
        candidates = self._by_start.get((span.source, span.start), others)
        labels = ((service, _label_at(service, span)) for service in candidates)
        return [(service, label) for service, label in labels if label] or [
            (service, None)
            for service in candidates
            if any(block.key == span for block in service.blocks) or service.name.span == span
        ]

    @cached_property
    def _by_start(self) -> dict[tuple[Source, int], list[Service]]:
        """The services by where their names, their labels and the values of those begin."""
        found: dict[tuple[Source, int], list[Service]] = {}
        for service in self.services:
            spans = [service.name.span, *(block.key for block in service.blocks)]
            for label in (*service.written, *service.container_labels):
                spans += (label.span, label.value.span)
            for source, start in dict.fromkeys((span.source, span.start) for span in spans):
                found.setdefault((source, start), []).append(service)
        return found


def _label_at(service: Service, span: Span) -> Label | None:
    for label in (*service.written, *service.container_labels):
        if label.span.covers(span) or label.value.span.covers(span):
            return label
    return None
