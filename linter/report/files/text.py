"""The files that are judged as a table."""

from __future__ import annotations

from linter.report import Style
from linter.report.escape import escape
from linter.report.files import Judged, Listing, Role
from linter.report.lines import columns, count

_WORDS = {
    Role.STACK: "stack",
    Role.OVERRIDE: "override; its base is not known",
    Role.PROXY: "Interlock's own configuration",
    Role.NOTHING: "no labels to check",
}


def write(listing: Listing, style: Style) -> str:
    """A line for the files of each stack, then a line with counts."""
    rows = [(escape(", ".join(each.paths)), _words(each, style)) for each in listing.judged]
    lines = list(columns(rows, style)) if rows else []
    if not style.quiet:
        files = len({path for each in listing.judged for path in each.paths})
        stacks = sum(each.role in (Role.STACK, Role.OVERRIDE) for each in listing.judged)
        lines += ([""] if lines else []) + [f"{count(stacks, 'stack')} in {count(files, 'file')}"]
    return "".join(f"{line}\n" for line in lines)


def _words(each: Judged, style: Style) -> str:
    name = f" `{each.name}`" if each.name else ""
    variables = f", with {', '.join(each.env_files)}" if each.env_files else ""
    own = f", by {each.configuration}" if each.configuration and style.verbose else ""
    return escape(f"{_WORDS[each.role]}{name}{variables}{own}")
