"""The command `labels get`."""

from __future__ import annotations

import argparse
import os
import sys

from linter import terminal
from linter.commands import options
from linter.commands.labels import reading, words
from linter.commands.labels.naming import check_key, full_key
from linter.commands.status import FINDINGS, NOT_JUDGED
from linter.model.globs import name_glob
from linter.report.labels import NAMES, as_json, as_values

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
    options.add_output_options(parser, NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Print the value; returns the exit status."""
    rest = words.take_source(arguments, USAGE)
    if len(rest) != 2:
        raise words.unexpected("SERVICE and NAME", arguments, USAGE)
    glob, name = rest
    outputs = options.outputs(arguments, NAMES)
    stacks, unread, extra = reading.read(arguments)
    chosen = words.chosen(arguments, stacks, [glob], unread)
    key = full_key(name)
    found = reading.listed(stacks, chosen, key)
    exists = any(each.labels for each in found)
    if not exists:
        check_key(name, extra)
    if not (exists or unread):
        terminal.warn(f"no label `{key}` in service `{glob}`")
    one_stack = not any(map(os.path.isdir, arguments.sources))
    alone = one_stack and name_glob(glob).is_plain
    reports = {
        "text": lambda: as_values(found, alone=alone, exact=not sys.stdout.isatty()),
        "json": lambda: as_json(found, unread),
    }
    written = reading.show(arguments, outputs, reports)
    return NOT_JUDGED if unread or not written else 0 if exists else FINDINGS
