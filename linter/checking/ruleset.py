"""Which rules run under a configuration, and how severe their findings are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property

from linter import TYPE_CHECKING
from linter.checking.rule import Rule
from linter.files.settings import Settings
from linter.model.diagnostic import Severity
from linter.model.label import Label
from linter.model.stack import Service
from linter.record import Record
from linter.routing.routes import Fleet, Route

if TYPE_CHECKING:
    from typing import Any


class Selection(Record):
    """What the command line wants: `only` these rules, `without` those."""

    __slots__ = ("only", "without")

    def __init__(
        self,
        only: frozenset[str] = frozenset(),
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.only = only
        self.without = without

    def level(self, rule: Rule, settings: Settings) -> Severity:
        """The severity of a rule under these settings."""
        level = settings.levels.get(rule.name, rule.severity)
        if rule.name in self.without or (self.only and rule.name not in self.only):
            return Severity.OFF
        if level is Severity.OFF and rule.name in self.only:
            return Severity.WARNING if rule.severity is Severity.OFF else rule.severity
        return level


EVERY_RULE = Selection()


def _needs_all_files(rule: Rule) -> bool:
    """Whether what a rule reports is uncertain as long as a file of the stack is missing."""
    return rule.complete or rule.on in (Route, Fleet)


def by_node(rules: Iterable[Rule]) -> dict[type[Any], list[Rule]]:
    """The rules by the type of node that they are called with."""
    found: dict[type[Any], list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.on, []).append(rule)
    return found


class Index:
    """Rules by the labels that they are about."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules
        self._names = frozenset(name for rule in rules for name in rule.labels)
        self._by_names: dict[frozenset[str], list[Rule]] = {}

    def of(self, labels: Iterable[str | None]) -> list[Rule]:
        """The rules that apply to something with these labels, by their names."""
        names = self._names.intersection(labels)
        found = self._by_names.get(names)
        if found is None:
            rules = self._rules
            found = [rule for rule in rules if not rule.labels or names.intersection(rule.labels)]
            self._by_names[names] = found
        return found


class Rules:
    """All rules, whether they run or not; only asked for when there is something to judge."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = rules

    @cached_property
    def all(self) -> Sequence[Rule]:
        return list(self._rules)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(rule.name for rule in self.all)

    @cached_property
    def of_fleets(self) -> list[Rule]:
        return by_node(self.all).get(Fleet, [])

    @cached_property
    def of_routes(self) -> Index:
        return Index(by_node(self.all).get(Route, []))


class Ruleset:
    """
    The rules that run under a configuration; keeps it alive, because its id is a key.

    Unless the stacks are `complete`, rules that need all of their files do not run.
    """

    def __init__(
        self,
        settings: Settings,
        rules: Sequence[Rule],
        selection: Selection,
        *,
        complete: bool = True,
    ) -> None:
        self.settings = settings
        self.levels = {rule.name: selection.level(rule, settings) for rule in rules}
        self.complete = complete
        running = (rule for rule in rules if self.levels[rule.name] is not Severity.OFF)
        self._by_node = by_node(rule for rule in running if complete or not _needs_all_files(rule))
        self.of_services, self.of_labels = Index(self.rules(Service)), Index(self.rules(Label))
        self.clean: set[Hashable] = set()
        """The wordings of labels without findings."""

    def rules(self, node: type[Any]) -> list[Rule]:
        """The rules that are called with nodes of a type."""
        return self._by_node.get(node, [])

    @cached_property
    def running(self) -> frozenset[str]:
        """The names of the rules that are not off."""
        return frozenset(rule.name for rules in self._by_node.values() for rule in rules)
