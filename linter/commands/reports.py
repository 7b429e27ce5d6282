"""The reports of a command: the options for them, and in which formats and where they go."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence

from linter import TYPE_CHECKING, terminal
from linter.commands.parser import one_of
from linter.files.settings import UsageError
from linter.model.diagnostic import Unjudged
from linter.model.fault import fault
from linter.record import Record
from linter.report import Style

if TYPE_CHECKING:
    from typing import Any, TypeVar

    Part = TypeVar("Part")
    Reporter = Callable[[Any, Style], str]


class Wanted(Record):
    """
    A report: the name of its format, what writes it and how, and where it goes.

    Without a `path`, that is standard output. One that is `appended` leaves what is in its file,
    and nothing depends on it.
    """

    __slots__ = ("appended", "name", "path", "reporter", "style")

    def __init__(
        self,
        name: str,
        reporter: Reporter,
        style: Style,
        path: str | None = None,
        appended: bool = False,
    ) -> None:
        self.name = name
        self.reporter = reporter
        self.style = style
        self.path = path
        self.appended = appended

    def render(self, result: Any) -> str:
        """The text of the report."""
        return self.reporter(result, self.style)


def add_options(parser: argparse.ArgumentParser, formats: Sequence[str]) -> argparse._ArgumentGroup:
    """Options for the output; the first format is the default."""
    group = parser.add_argument_group("output")
    group.add_argument(
        "-f",
        "--format",
        type=one_of(formats),
        metavar="FORMAT",
        default=formats[0],
        help=f"output format: {', '.join(formats)} (default: {formats[0]})",
    )
    group.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="also write a report to a file; may be repeated",
    )
    group.add_argument(
        "--color",
        type=one_of(("auto", "always", "never")),
        metavar="WHEN",
        default="auto",
        help="use color: auto, always or never (default: auto)",
    )
    group.add_argument(
        "--no-color",
        action="store_const",
        const="never",
        dest="color",
        help="same as --color never",
    )
    volume = group.add_mutually_exclusive_group()
    volume.add_argument(
        "-q", "--quiet", action="store_true", help="print results without a summary"
    )
    volume.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="show configuration and files used, and infos in full",
    )
    return group


def style(arguments: argparse.Namespace) -> Style:
    """How to print on standard output."""
    return Style(
        terminal.shows_color(arguments.color),
        terminal.width(),
        arguments.quiet,
        arguments.verbose,
        terminal=sys.stdout.isatty(),
    )


def wanted(
    arguments: argparse.Namespace,
    formats: Sequence[str],
    reporter: Callable[[str], Reporter],
    root: str = "",
) -> list[Wanted]:
    """The report on standard output first, then those in files. Raises UsageError."""
    outputs = _outputs(arguments, formats)
    first, printed, plain = arguments.format or formats[0], style(arguments), Style(root=root)
    return [
        Wanted(first, reporter(first), printed._replace(root=root)),
        *(Wanted(name, reporter(name), plain, path) for name, path in outputs),
    ]


def _outputs(arguments: argparse.Namespace, formats: Sequence[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for text in arguments.output:
        name, _, path = text.partition("=")
        if name not in formats or not path:
            raise UsageError(
                f"--output {text}: expected FORMAT=FILE; formats are {', '.join(formats)}"
            )
        found.append((name, path))
    if found:
        from linter.files import output

        try:
            output.check([path for _, path in found])
        except output.Unwritable as error:
            raise UsageError(f"--output: {error.path}: {error}") from None
    return found


def texts(
    reports: Sequence[Wanted],
    result: Callable[[Sequence[Part], Sequence[Unjudged]], Any],
    parts: Sequence[Part],
    path_of: Callable[[Part], str],
) -> tuple[list[str], Sequence[Unjudged]]:
    """
    The text of each report on the `result` of some parts, and the faults of those it fails on.

    These are left out, and reported as faults of their files. Raises what rendering raises if it is
    none of the parts that it fails on.
    """

    def rendered(parts: Sequence[Part], faults: Sequence[Unjudged]) -> list[str]:
        found = result(parts, faults)
        return [each.render(found) for each in reports]

    try:
        return rendered(parts, ()), ()
    except Exception:
        good: list[Part] = []
        faults: list[Unjudged] = []
        for part in parts:
            try:
                rendered([part], ())
                good.append(part)
            except Exception as error:  # noqa: BLE001 - a bug must not stop the work on other files
                faults.append(fault(path_of(part), error))
        if not faults:
            raise
        return rendered(good, faults), faults


def write(reports: Iterable[Wanted], texts: Iterable[str]) -> bool:
    """
    Write reports where they belong, first those in files.

    A failure of a file that was asked for is reported, and this returns False.
    """
    printed: list[str] = []
    done = True
    for each, text in zip(reports, texts, strict=True):
        if each.path is None:
            printed.append(text)
        else:
            done = _write(each, each.path, text) and done
    sys.stdout.writelines(printed)
    return done


def _write(report: Wanted, path: str, text: str) -> bool:
    from linter.files import output

    try:
        if report.appended:
            output.append(path, text)
        elif (stream := terminal.stream_of(path)) is not None:
            stream.write(text)
        else:
            output.write(path, text)
    except output.Unwritable as error:
        what = "warning: GITHUB_STEP_SUMMARY" if report.appended else "error: --output"
        terminal.warn(f"{what}: {path}: {error}")
        return report.appended
    return True
