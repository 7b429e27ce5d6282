"""`check --show-files` and `--show-settings`: what would be judged and how, without judging it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linter import terminal
from linter.commands import loading, options, reports
from linter.commands.status import NOT_JUDGED
from linter.files.loader import Loader
from linter.files.search import is_stack_file
from linter.model.diagnostic import in_order
from linter.report import files as file_formats
from linter.report import settings as settings_formats
from linter.report.files import Judged, Listing, Role

if TYPE_CHECKING:
    from linter.commands.since import Since


def show_files(arguments: argparse.Namespace, loader: Loader, since: Since | None) -> int:
    """List the files; returns the exit status."""
    judged = tuple(_judged(arguments, loader, since))
    unjudged = loader.unjudged
    if since:
        unjudged = list(since.asked_for(unjudged, loader))
    unjudged = in_order(unjudged)
    terminal.warn_unjudged(*unjudged)
    loading.warn_about_search(loader)
    write = file_formats.reporter(arguments.format or "text")
    sys.stdout.write(write(Listing(judged, tuple(unjudged)), reports.style(arguments)))
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


def show_settings(arguments: argparse.Namespace, loader: Loader) -> int:
    """Show the settings of files and folders; returns the exit status."""
    names = arguments.sources or arguments.compose_file or [os.curdir]
    found = {
        name: loader.settings_in(name) if os.path.isdir(name) else loader.settings(name)
        for name in names
    }
    write = settings_formats.as_json if arguments.format == "json" else settings_formats.as_text
    sys.stdout.write(write(found))
    return 0
