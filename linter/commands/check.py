"""The command `check`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date

from linter import terminal
from linter.checking import registry
from linter.checking.engine import Engine
from linter.commands import options, status
from linter.commands.parser import one_of
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.files.loader import Loader
from linter.files.request import Job
from linter.model.diagnostic import Diagnostic, Unjudged, in_order
from linter.model.report import Report
from linter.model.stack import Stack
from linter.report import check as report
from linter.report import rendered

USAGE = "[SOURCE…]"
DESCRIPTION = "Check the Interlock labels in stack files."

EPILOG = (
    """\
examples:
  interlock-lint check                          the current folder
  interlock-lint check stack.yml                one file
  interlock-lint check roles/                   stack files that are templates
  interlock-lint check -c base.yml -c prod.yml  one stack from two files
  envsubst < stack.yml | interlock-lint check -
  interlock-lint check --env-file prod.env --target mke-3.8.16 stack.yml
  interlock-lint check --env-file prod.env --ask-docker stack.yml
  interlock-lint check --min-severity warning stacks/
  interlock-lint check config.toml              Interlock's own configuration
  interlock-lint check --output json=report.json --format concise stacks/

Folders are searched for compose*, docker-compose*, stack*, docker-stack*,
*.stack.* and *.compose.* (.yml or .yaml, also as templates: .yml.j2), and for
other YAML files, templates and Markdown files that contain a label of
Interlock, of Interlock 1 or of the HTTP routing mesh of UCP 2. Files that git
ignores are skipped. Files and folders named explicitly are not.

Each file is a stack of its own. To check a base file and its override as one
stack, use -c, or list them under `stacks:` in the configuration. Stacks that
are checked together are also compared with each other, because services with
the same host share its requests.

"""
    + status.DESCRIPTION
)


_SEVERITIES = ("info", "warning", "error")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    options.add_source_options(parser)
    group = options.add_rule_options(parser)
    group.add_argument(
        "--fail-on",
        type=one_of(_SEVERITIES),
        metavar="SEVERITY",
        help="lowest severity that fails: info, warning or error (default: warning)",
    )
    group.add_argument(
        "--min-severity",
        type=one_of(_SEVERITIES),
        metavar="SEVERITY",
        help="leave out findings below this severity; they do not fail either",
    )
    group.add_argument(
        "--show-settings",
        action="store_true",
        help="show the settings for the given files, and exit",
    )
    options.add_docker_option(group)
    options.add_output_options(parser, report.NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Check stacks and report the findings; returns the exit status."""
    rules = registry.load()
    outputs = options.outputs(arguments, report.NAMES)
    selection = options.selection(arguments, rules)
    loader = options.loader(options.request(arguments))
    if arguments.show_settings:
        return _show_settings(arguments, loader)
    asks = options.asks_docker(arguments)
    engine = Engine(rules.values(), selection, date.today())  # noqa: DTZ011 - a day of the user's calendar
    for job, stack in options.announced(arguments, loader.stacks()):
        engine.judge(_asked(job, stack, engine.report) if asks else stack, job.settings)
    for proxy, settings in loader.proxies:
        engine.judge_proxy(proxy, settings)
        engine.report.files += 1
    if loader.request.proxy is not None:
        engine.judge_proxy(loader.request.proxy, loader.settings("."))
    engine.report.unjudged.extend(loader.unjudged)
    engine.report.files += loader.skipped
    result = engine.finish()
    styles = options.styles(arguments, outputs)

    def render(
        diagnostics: Sequence[Diagnostic], faults: Sequence[Unjudged]
    ) -> tuple[str, list[str]]:
        shown = result.only(diagnostics, faults)
        text, *others = (report.reporter(name)(shown, style) for name, style in styles)
        return text, others

    (text, others), faults = rendered(render, result.diagnostics, lambda each: each.path)
    unjudged = in_order([*result.unjudged, *faults])
    for each in unjudged:
        terminal.warn_unjudged(each)
    options.warn_about_search(loader)
    written = options.write(outputs, others)
    sys.stdout.write(text)
    if unjudged or not written:
        return NOT_JUDGED
    return FINDINGS if result.failed else 0


def _asked(job: Job, stack: Stack, found: Report) -> Stack:
    """A stack with the reason that Docker gives for rejecting it, if it does."""
    from linter.files import docker

    try:
        answer = docker.ask(job.sources, job.environment)
    except docker.NoAnswer as error:
        found.unjudged.append(Unjudged(stack.path, f"Docker cannot be asked about it: {error}"))
        return stack
    return stack._replace(rejection=answer.rejection)


def _show_settings(arguments: argparse.Namespace, loader: Loader) -> int:
    from linter.report import settings

    names = arguments.sources or arguments.compose_file or ["."]
    found = {
        name: loader.settings(os.path.join(name, "") if os.path.isdir(name) else name)
        for name in names
    }
    write = settings.as_json if arguments.format == "json" else settings.as_text
    sys.stdout.write(write(found))
    return 0
