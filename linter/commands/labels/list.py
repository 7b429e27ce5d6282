"""The command `labels list`."""

from __future__ import annotations

import argparse

from linter.commands import reports
from linter.commands.labels import reading, words
from linter.commands.status import NOT_JUDGED
from linter.report.labels import NAMES, LabelsReport, as_json, as_table

DESCRIPTION = "List the labels of services."
USAGE = "SOURCE [SERVICE…]"
EPILOG = f"""\
{words.DESCRIPTION}
examples:
  interlock-lint labels list stack.yml
  interlock-lint labels list stacks/ 'shop*' --format json
{reading.STATUS}"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    words.add_word_options(parser, USAGE)
    reports.add_options(parser, NAMES)


def run(arguments: argparse.Namespace) -> int:
    """List the labels; returns the exit status."""
    globs = words.take_source(arguments, USAGE)
    formats = {"text": as_table, "json": as_json}
    wanted = reports.wanted(arguments, NAMES, formats.__getitem__)
    stacks, unread, _ = reading.read(arguments)
    chosen = words.chosen(arguments, stacks, globs, unread)
    found = LabelsReport(reading.listed(stacks, chosen), unread)
    written = reports.write(wanted, (each.render(found) for each in wanted))
    return 0 if written and not unread else NOT_JUDGED
