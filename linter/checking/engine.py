"""Runs the rules over stacks, groups their findings and applies ignores."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from linter.checking import suppress
from linter.checking.attribution import Attribution, label_at
from linter.checking.rule import Rule
from linter.checking.suppress import Ignore, Ignores
from linter.files.settings import Settings
from linter.model.diagnostic import Diagnostic, Finding, Note, Severity, Unjudged
from linter.model.label import Label
from linter.model.report import Report
from linter.model.stack import Service, Stack
from linter.routing.routes import Backend, Fleet, Route
from linter.syntax.source import Source, Span

_MOST_NOTES = 5
"""Limit of the places that a finding shows in addition to its own."""

_OWN_TEMPLATE = "the proxies here have their own template, which may behave differently"

_HAPROXY = "this applies to NGINX; the proxies here are HAProxy"


class Selection(NamedTuple):
    """The rules chosen on the command line: `only` these, `without` those."""

    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def level(self, rule: Rule, settings: Settings) -> Severity:
        """The severity of a rule under these settings."""
        level = settings.levels.get(rule.name, rule.severity)
        if rule.name in self.without or (self.only and rule.name not in self.only):
            return Severity.OFF
        if level is Severity.OFF and rule.name in self.only:
            return Severity.WARNING if rule.severity is Severity.OFF else rule.severity
        return level


class _Raw(NamedTuple):
    """A finding, and what it is about."""

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
    """The rules that run under a configuration; keeps it alive, because its id is a key."""

    def __init__(
        self, settings: Settings, rules: Iterable[Rule], levels: Mapping[str, Severity]
    ) -> None:
        self.settings = settings
        self.levels = levels
        self._by_node = _by_node(rule for rule in rules if levels[rule.name] is not Severity.OFF)
        self._names = frozenset(name for rule in self.rules(Service) for name in rule.labels)
        self._by_names: dict[frozenset[str], list[Rule]] = {}
        self._by_name: dict[str | None, list[Rule]] = {}
        self.clean: set[Hashable] = set()
        """The wordings of labels without findings."""

    def rules(self, node: type[Any]) -> list[Rule]:
        return self._by_node.get(node, [])

    def rules_for_service(self, service: Service) -> list[Rule]:
        """The rules that apply to a service with its labels."""
        names = self._names.intersection(service.routing)
        found = self._by_names.get(names)
        if found is None:
            rules = self.rules(Service)
            found = [rule for rule in rules if not rule.labels or names.intersection(rule.labels)]
            self._by_names[names] = found
        return found

    def rules_for_label(self, label: Label) -> list[Rule]:
        """The rules that apply to a label with its name."""
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
    Runs the rules over stacks one by one, and at the end over the routes of all of them.

    `judge` takes one stack; `finish` checks what depends on all stacks, and returns the report.
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

    def judge(self, stack: Stack, settings: Settings) -> None:
        """Run the rules over a stack and add their findings to the report."""
        report = self.report
        report.files += len(stack.sources)
        report.stacks += 1
        report.services += len(stack.services)
        plan = self._plan(settings)
        comments = [
            comment
            for document in stack.documents
            for comment in suppress.ignores(document, self.names, self.today)
        ]
        self._ignores.add(comments)
        if comments or any(service.is_routed for service in stack.services):
            self._plan_by_source.update(dict.fromkeys(stack.sources, plan))
            paths = tuple(source.path for source in stack.sources)
            self._stack_by_source.update(dict.fromkeys(stack.sources, paths))
            self._fleet.add(stack)
        self._keep(_group(self._walk(stack, plan), plan.levels), plan, self._ignores)

    def finish(self) -> Report:
        """Check the routes of all stacks, then the ignore comments."""
        raws: dict[int, list[_Raw]] = {}
        for raw in self._walk_fleet(self._fleet):
            plan = self._plan_by_source[raw.finding.span.source]
            raws.setdefault(id(plan.settings), []).append(raw)
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

    def _plan(self, settings: Settings) -> _Plan:
        """The plan for a configuration; cached, because many stacks share one."""
        plan = self._plans.get(id(settings))
        if plan is None:
            levels = {rule.name: self.selection.level(rule, settings) for rule in self.rules}
            plan = self._plans[id(settings)] = _Plan(settings, self.rules, levels)
        return plan

    def _walk(self, stack: Stack, plan: _Plan) -> Iterator[_Raw]:
        path = stack.path
        places = Attribution(stack.services)
        for rule, finding in self._run(plan.rules(Stack), stack, path):
            for service, label in places.about(finding):
                yield _Raw(rule, finding, service, label)
        for service in stack.services:
            if not service.has_labels:
                continue
            for rule, finding in self._run(plan.rules_for_service(service), service, path):
                yield _Raw(rule, finding, service, label_at(service, finding.span))
            for label in service.labels:
                if label.is_ours:
                    for rule, finding in self._walk_label(label, plan, path):
                        yield _Raw(rule, finding, service, label)

    def _walk_label(self, label: Label, plan: _Plan, path: str) -> Iterator[tuple[Rule, Finding]]:
        """The findings about a label; those without any are remembered, as many files have them."""
        wording = label.wording
        if wording in plan.clean:
            return
        found = False
        unjudged = len(self.report.unjudged)
        for finding in self._run(plan.rules_for_label(label), label, path):
            found = True
            yield finding
        if not found and unjudged == len(self.report.unjudged):
            plan.clean.add(wording)

    def _walk_fleet(self, fleet: Fleet) -> Iterator[_Raw]:
        backends = (backend for route in fleet.routes for backend in route.backends)
        yield from self._walk_backends(fleet, list(backends))
        for route in fleet.routes:
            yield from self._walk_backends(route, route.backends)

    def _walk_backends(self, node: Fleet | Route, backends: Sequence[Backend]) -> Iterator[_Raw]:
        """The findings about services, which may be from several stacks, each with its own plan."""
        if not backends:
            return
        places = Attribution(backend.service for backend in backends)
        rules = self._by_node.get(type(node), [])
        for rule, finding in self._run(rules, node, backends[0].stack[0]):
            if self._plan_by_source[finding.span.source].levels[rule.name] is not Severity.OFF:
                limited = self._limited(rule, finding)
                for service, label in places.about(finding):
                    yield _Raw(rule, limited, service, label)

    def _limited(self, rule: Rule, finding: Finding) -> Finding:
        """
        The finding, as a warning at most if it is about several stacks.

        Stacks in one repository may run on different swarms, so what they do together is less
        certain.
        """
        stacks = {self._stack_by_source[span.source] for span in finding.spans()}
        if rule.severity is Severity.ERROR and len(stacks) > 1:
            return finding._replace(at_most=Severity.WARNING)
        return finding

    def _run(self, rules: list[Rule], node: object, path: str) -> Iterator[tuple[Rule, Finding]]:
        """The findings of rules about a node; if a rule crashes, report it and run the others."""
        for rule in rules:
            try:
                for finding in rule.check(node):
                    yield rule, finding
            except Exception as error:  # noqa: BLE001 - a bug in one rule must not stop the others
                reason = f"rule {rule.name} crashed: {type(error).__name__}: {error}"
                remedy = "this is a bug in interlock-lint; report it"
                self.report.unjudged.append(Unjudged(path, reason, help=remedy))

    def _keep(self, found: Iterable[Diagnostic], plan: _Plan, ignores: Ignores) -> None:
        """Add findings to the report unless the configuration or a comment ignores them."""
        for diagnostic in found:
            if self._ignored_by_settings(diagnostic, plan.settings) or ignores.cover(diagnostic):
                self.report.ignored += 1
                continue
            self.report.diagnostics.append(diagnostic)
            if diagnostic.severity.rank >= plan.settings.fail_on.rank:
                self.report.failed = True

    def _ignored_by_settings(self, diagnostic: Diagnostic, settings: Settings) -> bool:
        if not settings.ignores:
            return False
        path = settings.relative(diagnostic.path)
        return any(each.covers(diagnostic, path, self.today) for each in settings.ignores)


def _group(found: Iterable[_Raw], levels: Mapping[str, Severity]) -> list[Diagnostic]:
    """One finding per cause: what several services inherit from one place is reported once."""
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
    """The first few places that the findings point at, each once."""
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
        yield Note(raw.label.via[0], f"service `{raw.service.name}` inherits it here")


def _doubt(raw: _Raw) -> str:
    """Why a finding based on the vendor's template may not apply to these proxies."""
    cluster = raw.service.cluster if raw.rule.template and raw.service else None
    if cluster is None:
        return ""
    return _OWN_TEMPLATE if cluster.template else _HAPROXY if cluster.is_haproxy else ""
