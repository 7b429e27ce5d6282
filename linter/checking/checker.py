"""Runs the rules over stacks, groups their findings and applies ignores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

from linter import TYPE_CHECKING
from linter.checking.attribution import Attribution
from linter.checking.branches import Branches
from linter.checking.diagnosis import Raw, diagnostic_of, is_about
from linter.checking.rule import Rule
from linter.checking.ruleset import Rules, Ruleset, Selection
from linter.checking.suppress import Ignore, Ignores, ignores
from linter.checking.uses import Use, sticky, together
from linter.files.settings import Settings
from linter.model.census import Census
from linter.model.configuration import Configuration, configuration
from linter.model.diagnostic import Diagnostic, Finding, Ignored, Severity
from linter.model.fault import fault
from linter.model.proxy import Proxy
from linter.model.report import Report
from linter.model.stack import Stack
from linter.model.unknown import unknown_values
from linter.routing.routes import Backend, Fleet, Route, as_written
from linter.syntax.source import Source

if TYPE_CHECKING:
    from linter.checking.part import Part


class Checker:
    """
    Runs the rules over stacks one by one, and at the end over the routes of all of them.

    `judge` takes one stack; `finish` checks what depends on all stacks, and returns the report. The
    rules are only asked for if there is something to judge. `with_tasks` is as for a fleet.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        selection: Selection,
        today: date,
        with_tasks: Callable[[Backend], Backend] = as_written,
    ) -> None:
        self.rules = Rules(rules)
        self.selection = selection
        self.today = today
        self.report = Report()
        self._with_tasks = with_tasks
        self._fleet = Fleet(with_tasks)
        self._rulesets: dict[tuple[int, bool], Ruleset] = {}
        self._ruleset_by_source: dict[Source, Ruleset] = {}
        self._stack_by_source: dict[Source, tuple[tuple[str, ...], str | None]] = {}
        self._ignores = Ignores()
        self._unknown: dict[tuple[str, int, int], bool] = {}
        self._uses: list[Use] = []
        self._compared: list[str] = []
        self._ran: dict[str, frozenset[str]] = {}
        self._census = Census()
        self._branches = Branches()

    def judge(self, stack: Stack, settings: Settings) -> None:
        """Run the rules over a stack and add their findings to the report."""
        new = self._census.add(stack)
        self._branches.add(stack)
        try:
            stack = stack.as_meant  # one mistake must not hide or cause others
            if stack.context.swarm is None:  # there, nothing depends on variables
                for span in unknown_values(stack):
                    self._unknown[span.sort_key] = bool(span.source.holes(span.start, span.end))
            ruleset = self._ruleset(settings, complete=not stack.is_override)
            self._ran.update(dict.fromkeys((each.path for each in stack.sources), ruleset.running))
            self._meet(stack, ruleset)
            self._keep(self._walk(stack, ruleset), ruleset, self._ignores)
            if stack.context.proxy is not None:
                known = sticky(service.as_meant for service in new)
                self._uses.append(Use(stack.context.proxy, settings, known, is_judged=True))
        except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
            self._failed(stack.path, error)

    def compare(self, stack: Stack, settings: Settings) -> None:
        """Let a stack that is not judged itself matter to those that are."""
        self._compared.append(stack.path)
        try:
            stack = stack.as_meant
            ruleset = self._ruleset(settings, complete=not stack.is_override)
            self._meet(stack, ruleset)
            if stack.context.proxy is not None:
                known = sticky(stack.services)
                self._uses.append(Use(stack.context.proxy, settings, known, is_judged=False))
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(stack.path, error)

    def ran(self, path: str) -> frozenset[str]:
        """The names of the rules that judged a file."""
        return self._ran.get(path, frozenset())

    def _meet(self, stack: Stack, ruleset: Ruleset) -> None:
        """Remember the routes and the ignore comments of a stack."""
        found = (ignores(each, self.rules.names, self.today) for each in stack.documents)
        comments = list(chain.from_iterable(found))
        self._ignores.add(comments)
        routed = ruleset.complete and any(service.is_routed for service in stack.services)
        if comments or routed:
            self._ruleset_by_source.update(dict.fromkeys(stack.sources, ruleset))
            paths = tuple(source.path for source in stack.sources)
            name = stack.name if stack.context.swarm is None else stack.name or stack.path
            self._stack_by_source.update(dict.fromkeys(stack.sources, (paths, name)))
        if routed:  # the services of an override are those of its base
            self._fleet.add(stack)

    def judge_proxy(self, proxy: Proxy, settings: Settings) -> None:
        """Remember Interlock's own configuration, to be checked once with all of its services."""
        self._uses.append(Use(proxy, settings, (), is_judged=True))

    def another(self) -> Checker:
        """A checker with the same rules that has judged nothing yet."""
        return Checker(self.rules.all, self.selection, self.today, self._with_tasks)

    def part(self) -> Part:
        """What was found in the stacks, once all are judged, to be added in another process."""
        from linter.checking.part import Part  # only runs in several processes need it

        self._judge_together()
        report = self.report
        return Part(
            self._branches.told(report.diagnostics),
            report.suppressed,
            report.unjudged,
            self._unknown,
            self._compared,
            self._ran,
            self._census.by_path,
            together(self._uses),
        )

    def add(self, part: Part) -> None:
        """Add what was found in stacks that matter to none of the others."""
        self.report.diagnostics += part.diagnostics
        self.report.suppressed += part.suppressed
        self.report.unjudged += part.unjudged
        self._unknown |= part.unknown
        self._compared += part.compared
        self._ran |= part.ran
        self._census.by_path |= part.counts
        self._uses += part.uses

    def finish(self) -> Report:
        """Check what depends on all stacks, and return the report."""
        self._judge_together()
        self._judge_proxies()
        report, counts = self.report, self._census.total
        report.files += counts.files
        report.stacks, report.services = counts.stacks, counts.services
        report.unchanged = len(self._compared)
        report.unknown = len(self._unknown)
        report.templated = sum(self._unknown.values())
        report.diagnostics = self._branches.told(report.diagnostics)
        report.sort()
        return report

    def _judge_together(self) -> None:
        """Check the routes of all stacks, then the ignore comments."""
        raws: dict[int, list[Raw]] = {}
        try:
            for raw in self._walk_fleet(self._fleet):
                ruleset = self._ruleset_by_source[raw.finding.span.source]
                raws.setdefault(id(ruleset.settings), []).append(raw)
        except Exception as error:  # noqa: BLE001 - as above
            for paths, _ in dict.fromkeys(self._stack_by_source.values()):
                self._failed(paths[0], error)
        for key, found in raws.items():
            self._keep(found, self._rulesets[key, True], self._ignores)
        for comment in self._ignores.comments:
            path = comment.span.source.path
            try:
                ruleset = self._ruleset_by_source[comment.span.source]
                judged = self._ignores.judged(comment, ruleset.running)
                pairs = self._run(ruleset.rules(Ignore), judged, path)
                self._keep((Raw(*pair) for pair in pairs), ruleset, Ignores())
            except Exception as error:  # noqa: BLE001 - as above
                self._failed(path, error)

    def _judge_proxies(self) -> None:
        """Check configurations of Interlock, each with all services that are known."""
        uses = [(use, self._ruleset(use.settings)) for use in together(self._uses)]
        for use, ruleset in uses:
            if use.is_judged:
                self._ran.setdefault(use.proxy.path, ruleset.running)
        for use, ruleset in uses:
            try:
                self._keep(self._walk_proxy(use, ruleset), ruleset, Ignores())
            except Exception as error:  # noqa: BLE001 - as above
                self._failed(use.proxy.path, error)

    def _failed(self, path: str, error: Exception) -> None:
        self.report.unjudged.append(fault(path, error))

    def _ruleset(self, settings: Settings, *, complete: bool = True) -> Ruleset:
        """The ruleset of a configuration; cached, because many stacks share one."""
        key = (id(settings), complete)
        ruleset = self._rulesets.get(key)
        if ruleset is None:
            ruleset = Ruleset(settings, self.rules.all, self.selection, complete=complete)
            self._rulesets[key] = ruleset
        return ruleset

    def _walk(self, stack: Stack, ruleset: Ruleset) -> Iterator[Raw]:
        path = stack.path
        places = Attribution(stack.services)
        # Where more may be than can be seen.
        partly = self._ruleset(ruleset.settings, complete=False)
        about_all = (partly if stack.is_open else ruleset).rules(Stack)
        for rule, finding in self._run(about_all, stack, path):
            for service, label in places.about(finding):
                yield Raw(rule, finding, service, label)
        for service in stack.services:
            if not service.has_labels:
                continue
            rules = (partly if service.is_open else ruleset).of_services.of(service.routing)
            for rule, finding in self._run(rules, service, path):
                yield Raw(rule, finding, service, places.label_at(service, finding.span))
            for label in service.labels:
                # Labels without findings are remembered, as many files have them.
                if label.is_ours and (wording := label.wording) not in ruleset.clean:
                    unjudged = len(self.report.unjudged)
                    rules = ruleset.of_labels.of((label.name,) if label.known else ())
                    found = list(self._run(rules, label, path))
                    if not found and unjudged == len(self.report.unjudged):
                        ruleset.clean.add(wording)
                    for rule, finding in found:
                        yield Raw(rule, finding, service, label.as_written)

    def _walk_proxy(self, use: Use, ruleset: Ruleset) -> Iterator[Raw]:
        rules = ruleset.rules(Configuration)
        if rules:
            read = configuration(use.proxy, use.sticky)
            for rule, finding in self._run(rules, read, use.proxy.path):
                yield Raw(rule, finding)

    def _walk_fleet(self, fleet: Fleet) -> Iterator[Raw]:
        backends = [backend for route in fleet.routes for backend in route.backends]
        if backends:
            yield from self._walk_backends(self.rules.of_fleets, fleet, backends)
        for route in fleet.routes:
            if not any(each.service.is_open for each in route.backends):
                labels = chain.from_iterable(each.service.routing for each in route.backends)
                rules = self.rules.of_routes.of(labels)
                yield from self._walk_backends(rules, route, route.backends)

    def _walk_backends(
        self, rules: list[Rule], node: Fleet | Route, backends: Sequence[Backend]
    ) -> Iterator[Raw]:
        """The findings about services of one or more stacks, each with its own ruleset."""
        places = Attribution(backend.service for backend in backends)
        path = backends[0].stack[0]
        for rule, finding in self._run(rules, node, path):
            try:
                level = self._ruleset_by_source[finding.span.source].levels[rule.name]
                if level is Severity.OFF:
                    continue
                # A severity that somebody chose stands.
                limited = self._limited(finding) if level is rule.severity else finding
                found = [Raw(rule, limited, *about) for about in places.about(finding)]
            except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
                self._failed(path, error)
            else:
                yield from found

    def _limited(self, finding: Finding) -> Finding:
        """
        The finding, as an info at most if it is about several stacks.

        Files in one repository may be versions of one stack, or run on different swarms, so what
        they do together is less certain. If all stacks are known by different names, or run in one
        swarm, the finding can be a warning.
        """
        stacks = {self._stack_by_source[span.source] for span in finding.spans()}
        if len(stacks) < 2:
            return finding
        names = {name for _, name in stacks if name is not None}
        certain = Severity.WARNING if len(names) == len(stacks) else Severity.INFO
        at_most = min(finding.at_most, certain, key=lambda each: each.rank)
        return finding._replace(at_most=at_most)

    def _run(self, rules: list[Rule], node: object, path: str) -> Iterator[tuple[Rule, Finding]]:
        """The findings of rules about a node; if a rule crashes, report it and run the others."""
        for rule in rules:
            try:
                for finding in rule.check(node):
                    yield rule, finding
            except Exception as error:  # noqa: BLE001 - a bug in one rule must not stop the others
                self.report.unjudged.append(fault(path, error, f"rule {rule.name} crashed"))

    def _keep(self, found: Iterable[Raw], ruleset: Ruleset, ignores: Ignores) -> None:
        """Add findings to the report unless the configuration or a comment ignores them."""
        judged = self._ran if self._compared else None
        # What several services inherit from one place is reported once.
        groups: dict[tuple[str, tuple[str, int, int]], list[Raw]] = {}
        for raw in found:
            try:
                groups.setdefault((raw.rule.name, raw.finding.span.sort_key), []).append(raw)
            except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
                self._failed(raw.finding.span.source.path, error)
        for raws in groups.values():
            try:
                if judged is not None and not is_about(raws, judged):
                    continue
                level = ruleset.levels[raws[0].rule.name]
                diagnostic = diagnostic_of(raws, level, ruleset.settings.fail_on, judged or ())
                ignored = self._ignored(diagnostic, ruleset.settings, ignores)
            except Exception as error:  # noqa: BLE001 - as above
                self._failed(raws[0].finding.span.source.path, error)
                continue
            if ignored:
                self.report.suppressed.append(ignored)
                continue
            self.report.diagnostics.append(diagnostic)

    def _ignored(
        self, diagnostic: Diagnostic, settings: Settings, ignores: Ignores
    ) -> Ignored | None:
        """The finding with the reason, if the configuration or a comment ignores it."""
        if settings.ignores.entries:
            path = settings.relative(diagnostic.path)
            reason = settings.ignores.cover(diagnostic, path, self.today)
            if reason is not None:
                return Ignored(diagnostic, reason, in_source=False)
        reason = ignores.cover(diagnostic)
        return None if reason is None else Ignored(diagnostic, reason, in_source=True)
