"""The option `--jobs`."""

from __future__ import annotations

import argparse

from linter.files import shares
from linter.syntax.scalars import whole_number


def add_option(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option; `what` is done in several processes."""
    parser.add_argument_group("processes").add_argument(
        "--jobs",
        type=_jobs,
        default=shares.AUTO,
        metavar="N",
        help=f"{what} in N processes at a time; auto uses one for each processor where that saves "
        "time (default: auto)",
    )


def _jobs(text: str) -> int:
    number = shares.AUTO if text == "auto" else whole_number(text)
    if number is None or (number == shares.AUTO and text != "auto"):
        raise argparse.ArgumentTypeError(
            f"`{text}` is not a number of processes; use 1 or more, or auto"
        )
    return number
