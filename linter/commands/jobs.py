"""The option `--jobs`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module

from linter import TYPE_CHECKING
from linter.files import shares
from linter.model.spread import Spread, Tick, one_by_one
from linter.syntax.scalars import whole_number

if TYPE_CHECKING:
    from typing import Any


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


def spread(wanted: int, shared: Sequence[object]) -> Spread:
    """How to spread proofs, if so many processes are wanted; `shared` is what they are about."""

    def run(work: Callable[[int], Any], sizes: Sequence[int], tick: Tick) -> Iterable[Any]:
        processes = shares.number(wanted, sum(sizes), shares.TO_PROVE)
        if processes == 1 or len(sizes) == 1:
            return one_by_one(work, sizes, tick)
        from linter.files import workers

        import_module("linter.editing.second_parser")  # once, and not by each process
        return workers.spread(work, sizes, shared, processes, tick)

    return run
