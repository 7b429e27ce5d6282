"""`check --show-files`: lists the files that would be judged, without judging them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linter import terminal
from linter.commands import loading, options
from linter.commands.status import NOT_JUDGED
from linter.files.loader import Loader
from linter.files.search import is_stack_file
from linter.model.diagnostic import in_order
from linter.report import files as report
from linter.report.files import Judged, Listing, Role

if TYPE_CHECKING:
    from linter.commands.since import Since


def show(arguments: argparse.Namespace, loader: Loader, since: Since | None) -> int:
    """List the files; returns the exit status."""
    judged = tuple(_judged(arguments, loader, since))
    unjudged = loader.unjudged
    if since:
        unjudged = list(since.asked_for(unjudged, loader))
    unjudged = in_order(unjudged)
    for each in unjudged:
        terminal.warn_unjudged(each)
    loading.warn_about_search(loader)
    text = report.reporter(arguments.format or "text")(
        Listing(judged, tuple(unjudged)), options.style(arguments)
    )
    sys.stdout.write(text)
    return NOT_JUDGED if unjudged else 0


def _judged(arguments: argparse.Namespace, loader: Loader, since: Since | None) -> Iterator[Judged]:
    named = loader.request.proxy
    proxies = {named.path: loader.settings_in(os.curdir)} if named else {}
    for job, stack in options.announced(arguments, loader.stacks()):
        if since is None or since.includes(job):
            role = Role.OVERRIDE if stack.is_override else Role.STACK
            paths = tuple(source.path for source in job.sources)
            yield Judged(paths, role, job.name, job.env_files, job.settings.path)
        if proxy := job.settings.proxy:
            proxies.setdefault(proxy.path, job.settings)
    proxies |= {proxy.path: settings for proxy, settings in loader.proxies}
    for path, settings in proxies.items():
        if since is None or since.includes_proxy(path, settings):
            yield Judged((path,), Role.PROXY, configuration=settings.path)
    for path in loader.without_labels if since is None else ():
        if is_stack_file(path):
            yield Judged((path,), Role.NOTHING, configuration=loader.settings(path).path)
