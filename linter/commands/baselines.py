"""The options `--baseline`, `--write-baseline` and `--prune-baseline`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence

from linter import terminal
from linter.checking import known
from linter.checking.baselines import Baseline, Run, baselines_of
from linter.files.settings import UsageError, shown
from linter.model.baseline import Entry, Kind
from linter.model.diagnostic import Severity
from linter.model.report import Report
from linter.report.lines import count


def check_options(arguments: argparse.Namespace) -> None:
    """Raises UsageError for options that do not fit together, or a file that cannot be written."""
    writes = arguments.write_baseline
    option = "--prune-baseline" if writes is None else "--write-baseline"
    if writes is not None and arguments.prune_baseline:
        raise UsageError("--prune-baseline: --write-baseline leaves out what no longer occurs too")
    if arguments.changed is not None:
        raise UsageError(f"{option}: cannot be used with --changed, which judges only some stacks")
    path = arguments.baseline if writes is None else writes
    if path is not None:
        from linter.files import output

        try:
            output.check([*(text.partition("=")[2] for text in arguments.output), path])
        except output.Unwritable as error:
            raise UsageError(f"{option}: {error.path}: {error}") from None


def apply(arguments: argparse.Namespace, report: Report, run: Run) -> bool:
    """
    Leave out the findings that baselines know, and write these if that is wanted.

    Returns False if one could not be written, after saying so. Raises UsageError.
    """
    writes, prunes = arguments.write_baseline is not None, arguments.prune_baseline
    baselines = baselines_of(report, run)
    if prunes and not baselines:
        raise UsageError(
            "--prune-baseline: name a baseline with --baseline, or `baseline` in the configuration"
        )
    done = True
    for each in baselines:
        is_new = writes and not os.path.lexists(each.file.path)
        entries = {} if is_new else each.load()
        # A part of the stacks says nothing about the others.
        outdated = [] if arguments.changed is not None else each.outdated(entries, report, run)
        if writes or (prunes and outdated):
            wanted = known.without(entries, outdated)
            if writes:
                wanted = each.with_findings(wanted, Severity(arguments.min_severity))
            if _save(each, wanted, [] if writes else outdated, quiet=arguments.quiet):
                entries, outdated = wanted, []
            else:
                done = False
        each.leave_out_of(report, entries, outdated)
    return done


def _save(
    baseline: Baseline,
    entries: Mapping[Kind, Entry],
    removed: Sequence[Entry],
    *,
    quiet: bool,
) -> bool:
    name = shown(baseline.file.path)
    try:
        baseline.save(entries)
    except UsageError as error:
        terminal.warn(f"error: {error}")
        return False
    if removed and not quiet:
        number = sum(each.number for each in removed)
        terminal.warn(f"removed {count(number, 'finding')} from {name}")
    elif not quiet:
        number = sum(each.number for each in entries.values())
        use = f"use it with `--baseline {name}`, or `baseline` in the configuration"
        terminal.warn(f"wrote {count(number, 'finding')} to {name}; {use}")
    return True
