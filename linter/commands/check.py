"""The command `check`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator

from linter import TYPE_CHECKING, terminal
from linter.checking.checker import Checker
from linter.checking.judging import judge_others, judge_stacks, new_checker
from linter.commands import jobs, loading, options, reports, status
from linter.commands.parser import one_of
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.files import reach, shares
from linter.files.loader import Loader
from linter.files.request import Job
from linter.files.settings import UsageError
from linter.model.diagnostic import Severity, Unjudged, in_order
from linter.model.progress import counted
from linter.model.report import Report
from linter.model.stack import Stack
from linter.report import check as formats

if TYPE_CHECKING:
    from linter.commands.since import Since

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
  interlock-lint check swarm:                   the services that run in a swarm
  interlock-lint check --output json=report.json --format concise stacks/
  interlock-lint check --output sarif=out.sarif --output junit=out.xml stacks/
  interlock-lint check --output html=report.html stacks/    a page to open
  interlock-lint check --write-baseline known.json    start with what there is
  interlock-lint check --baseline known.json          only what is new since
  interlock-lint check --changed                      what differs from HEAD
  interlock-lint check --changed=origin/main... --only-changed-lines

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
    + formats.DESCRIPTION
    + f"""
With {formats.TERRAFORM}, the stack file can be in a query on standard input,
and the exit status is 0 whatever is found: the result has a verdict.

"""
    + status.DESCRIPTION
)


_SEVERITIES = ("info", "warning", "error")

_GITHUB = frozenset({"GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"})
"""The variables of a workflow of GitHub."""


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
        default=Severity.INFO,
        metavar="SEVERITY",
        help="leave out findings below this severity; they do not fail either",
    )
    group.add_argument(
        "--show-settings",
        action="store_true",
        help="show the settings for the given files, and exit",
    )
    group.add_argument(
        "--show-files",
        action="store_true",
        help="show which files would be checked, and as what, and exit",
    )
    options.add_docker_option(group)
    _add_narrowing_options(parser)
    jobs.add_option(parser, "judge stacks")
    output = reports.add_options(parser, formats.NAMES)
    parser.set_defaults(format=None)  # to know whether one was chosen
    output.add_argument(
        "--statistics",
        action="store_true",
        help="show how many findings each rule, service and file has instead (text or json)",
    )


def _add_narrowing_options(parser: argparse.ArgumentParser) -> None:
    """Options for a part of the findings: new ones, or those about what has changed."""
    group = parser.add_argument_group("new findings only")
    baseline = group.add_mutually_exclusive_group()
    baseline.add_argument(
        "--baseline",
        metavar="FILE",
        help="leave out the findings that are listed in this file",
    )
    baseline.add_argument(
        "--write-baseline",
        metavar="FILE",
        help="list all findings of this run in a file, to leave them out from now on",
    )
    group.add_argument(
        "--prune-baseline",
        action="store_true",
        help="remove findings that no longer occur from the baseline",
    )
    group.add_argument(
        "--changed",
        nargs="?",
        const="HEAD",
        metavar="REVISION",
        help="judge only stacks with a file that differs from a revision of git (default: HEAD); "
        "REVISION... means since the commit in common with HEAD",
    )
    group.add_argument(
        "--only-changed-lines",
        action="store_true",
        help="also leave out findings that are on no changed line; implies --changed",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check stacks and report the findings; returns the exit status."""
    _combine(arguments)
    wanted = _reports(arguments)
    selection = options.selection(arguments)
    stdin = terminal.standard_input
    if arguments.format == formats.TERRAFORM:
        from linter.commands import query

        stdin = query.settle(arguments)
    loader = loading.loader(options.request(arguments), stdin)
    if arguments.show_settings:
        from linter.commands import listing

        return listing.show_settings(arguments, loader)
    since = _since(arguments)
    if arguments.show_files:
        from linter.commands import listing

        return listing.show_files(arguments, loader, since)
    checker = new_checker(selection)
    judged = _judge(arguments, loader, checker, since)
    result = checker.finish()
    written = _leave_out_known(arguments, result, judged, checker, loader)
    if since:
        since.narrow(result, loader)
    result.leave_out(Severity(arguments.min_severity))

    texts, faults = reports.texts(wanted, result.only, result.diagnostics, lambda each: each.path)
    unjudged = in_order([*result.unjudged, *faults])
    terminal.warn_unjudged(*unjudged)
    loading.warn_about_search(loader)
    written = reports.write(wanted, texts) and written
    if written and arguments.format == formats.TERRAFORM:
        return 0  # to Terraform, any other means that the program failed; the result has a verdict
    if unjudged or not written:
        return NOT_JUDGED
    return FINDINGS if result.failed else 0


def _combine(arguments: argparse.Namespace) -> None:
    """What options imply for others. Raises UsageError for those that do not fit together."""
    for option in ("statistics", "show_files"):
        if getattr(arguments, option) and arguments.format not in (None, "text", "json"):
            raise UsageError(f"--{option.replace('_', '-')}: use --format text or json")
    if arguments.only_changed_lines and arguments.changed is None:
        arguments.changed = "HEAD"
    if arguments.changed is not None:
        from linter.commands import since

        since.settle(arguments)
    if arguments.write_baseline is not None or arguments.prune_baseline:
        from linter.commands import baselines

        baselines.check_options(arguments)
        arguments.baseline = arguments.write_baseline or arguments.baseline


def _reports(arguments: argparse.Namespace) -> list[reports.Wanted]:
    """The reports that are wanted, by the user or by a workflow of GitHub. Raises UsageError."""
    reporter, more = formats.reporter, None
    if not _GITHUB.isdisjoint(os.environ):
        from linter.commands import github

        reporter, more = github.reporter, github.reports
    found = reports.wanted(arguments, formats.NAMES, reporter, _root())
    first = found[0]
    if arguments.statistics:
        from linter.report import statistics  # as other formats, only if it is used

        found[0] = first._replace(reporter=statistics.reporter(first.name))
    elif more:
        found[1:1] = more(arguments.format, first.style)  # None if none was chosen
    return found


def _root() -> str:
    """The folder that other programs expect paths to be relative to."""
    try:
        return reach.reach_of(".").folder
    except OSError:  # the current folder is gone, which matters only if a path is relative to it
        return ""


def _judge(
    arguments: argparse.Namespace, loader: Loader, checker: Checker, since: Since | None
) -> list[Job]:
    """Judge the stacks, and configurations of Interlock; returns which stacks these are."""
    asks = options.asks_docker(arguments)
    # Each process would ask Docker on its own, and its questions would outlive an interrupt.
    batch = shares.batch(loader.jobs(), 1 if asks else arguments.jobs)
    judged: list[Job] = []
    if batch.processes > 1:
        judged += _divided(arguments, loader, checker, since, batch)
    else:
        jobs: Iterable[Job] = batch.jobs
        if isinstance(jobs, list):  # all of them are known
            jobs = counted(jobs, terminal.Progress("judging stack"))
        stacks = options.announced(arguments, loader.read(jobs))
        if asks:
            stacks = _asked(stacks, checker.report, since)
        judged = judge_stacks(checker, stacks, since.includes if since else None)
    judge_others(checker, loader, since.includes_proxy if since else None)
    return judged


def _divided(
    arguments: argparse.Namespace,
    loader: Loader,
    checker: Checker,
    since: Since | None,
    batch: shares.Batch,
) -> list[Job]:
    """Judge the stacks in several processes; returns which stacks these are."""
    from linter.checking import divided

    loading.prepare()  # or each process would
    known = list(batch.jobs)
    judged = [since is None or since.includes(job) for job in known]

    stacks = divided.Stacks(known, judged, lambda job: job.attempt(loading.read))
    found = divided.judge(checker, stacks, batch.processes, terminal.Progress("judging stack"))
    loader.unjudged += found.unread
    shown = options.announced(arguments, ((known[number], number) for number in found.read))
    return [job for job, number in shown if judged[number]]


def _since(arguments: argparse.Namespace) -> Since | None:
    """What `--changed` compares with, if it is given. Raises UsageError."""
    if arguments.changed is None:
        return None
    from linter.commands.since import Since

    return Since(arguments)


def _leave_out_known(
    arguments: argparse.Namespace,
    result: Report,
    jobs: list[Job],
    checker: Checker,
    loader: Loader,
) -> bool:
    """Leave out what baselines know; returns False if one could not be written."""
    settings = (*(job.settings for job in jobs), *(each for _, each in loader.proxies))
    wanted = loader.request.baseline is not None or arguments.prune_baseline
    if not wanted and not any(each.baseline for each in settings):
        return True
    from linter.checking.baselines import Run
    from linter.commands import baselines

    return baselines.apply(arguments, result, Run(jobs, checker, loader))


def _asked(
    stacks: Iterable[tuple[Job, Stack]], found: Report, since: Since | None
) -> Iterator[tuple[Job, Stack]]:
    """Stacks, those that are judged with the reason that Docker gives if it rejects them."""
    from linter.files import docker

    for job, stack in stacks:
        if since and not since.includes(job):
            yield job, stack
            continue
        try:
            answer = docker.ask(job.sources, job.environment)
        except docker.NoAnswer as error:
            found.unjudged.append(Unjudged(stack.path, f"Docker cannot be asked about it: {error}"))
            yield job, stack
        else:
            yield job, stack._replace(rejection=answer.rejection)
