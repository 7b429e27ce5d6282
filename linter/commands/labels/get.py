"""The command `labels get`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from functools import partial

from linter import terminal
from linter.commands import reports
from linter.commands.labels import reading, words
from linter.commands.labels.naming import check_key, full_key
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.model.globs import name_glob
from linter.report.labels import NAMES, LabelsReport, as_json, as_values

DESCRIPTION = "Print the value of a label."
USAGE = "SOURCE SERVICE NAME"
EPILOG = f"""\
{words.DESCRIPTION}
For one service in one stack, only the value is printed. If SOURCE is a folder
or SERVICE is a glob, each line has the file, the service and the value, with
tabs between them, even if there is only one.

examples:
  interlock-lint labels get stack.yml web port
  interlock-lint labels get stacks/ '*' hosts
{reading.STATUS}"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    words.add_word_options(parser, USAGE)
    reports.add_options(parser, NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Print the value; returns the exit status."""
    rest = words.take_source(arguments, USAGE)
    if len(rest) != 2:
        raise words.unexpected("SERVICE and NAME", arguments, USAGE)
    glob, name = rest
    one_stack = not any(map(os.path.isdir, arguments.sources))
    alone = one_stack and name_glob(glob).is_plain
    formats: Mapping[str, reports.Reporter] = {
        "text": partial(as_values, alone=alone),
        "json": as_json,
    }
    wanted = reports.wanted(arguments, NAMES, formats.__getitem__)
    stacks, unread, extra = reading.read(arguments)
    chosen = words.chosen(arguments, stacks, [glob], unread)
    key = full_key(name)
    found = reading.listed(stacks, chosen, key)
    exists = any(each.labels for each in found)
    if not exists:
        check_key(name, extra)
    if not (exists or unread):
        terminal.warn(f"no label `{key}` in service `{glob}`")
    report = LabelsReport(found, unread)
    written = reports.write(wanted, (each.render(report) for each in wanted))
    return NOT_JUDGED if unread or not written else 0 if exists else FINDINGS
