"""Judges what a command line names, with all rules, as of today."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date

from linter.checking import registry
from linter.checking.checker import Checker
from linter.checking.ruleset import EVERY_RULE, Selection
from linter.files.loader import Loader
from linter.files.request import Job
from linter.files.settings import Settings
from linter.model.stack import Stack
from linter.routing.routes import Backend, as_written


def new_checker(
    selection: Selection = EVERY_RULE,
    with_tasks: Callable[[Backend], Backend] = as_written,
) -> Checker:
    """A checker that has judged nothing yet; `with_tasks` is as for a fleet."""
    today = date.today()  # noqa: DTZ011 - a day of the user's calendar
    return Checker(registry.load().values(), selection, today, with_tasks)


def judge_stacks(
    checker: Checker,
    stacks: Iterable[tuple[Job, Stack]],
    includes: Callable[[Job], bool] | None = None,
) -> list[Job]:
    """Judge the stacks that are included, compare them with the others; returns the judged."""
    judged: list[Job] = []
    for job, stack in stacks:
        if includes and not includes(job):
            checker.compare(stack, job.settings)
            continue
        checker.judge(stack, job.settings)
        judged.append(job)
    return judged


def judge_others(
    checker: Checker, loader: Loader, includes: Callable[[str, Settings], bool] | None = None
) -> None:
    """
    Judge the configurations of Interlock that are named, and report what could not be read.

    All stacks must have been loaded. Files without anything to check count unless `includes` says
    what is judged.
    """
    named = loader.request.proxy
    given = [(named, loader.settings_in(os.curdir))] if named else []
    for proxy, settings in (*loader.proxies, *given):
        if includes is None or includes(proxy.path, settings):
            checker.judge_proxy(proxy, settings)
            checker.report.files += proxy is not named
    checker.report.unjudged.extend(loader.unjudged)
    if not includes:
        checker.report.files += loader.skipped
        checker.report.without_labels += loader.skipped
