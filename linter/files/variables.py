"""Reads variables from lines of NAME=VALUE."""

from __future__ import annotations

import os
import re

from linter.files.decoding import MAX_SETTINGS_BYTES, Unreadable, decode, read_bytes
from linter.files.reach import reach_of
from linter.files.settings import UsageError
from linter.syntax.source import LINE_BREAK, Source

_ASSIGNMENT = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)")
_BLANK = r"[^\S\r\n]"
_NAME = re.compile(
    rf"(?:\A|[\r\n]){_BLANK}*(?:export{_BLANK}+)?([A-Za-z_][A-Za-z0-9_]*){_BLANK}*[=:]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")


def parse(source: Source) -> dict[str, str]:
    """
    The variables of a file; of two with one name, the later one counts.

    Raises UsageError for any other line; it never shows what is in the file.
    """
    variables: dict[str, str] = {}
    for number, line in enumerate(re.split(LINE_BREAK, source.text), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _ASSIGNMENT.fullmatch(line.strip())
        if not match:
            raise UsageError(f"{source.path}:{number}: expected NAME=VALUE")
        if control := _CONTROL.search(match["value"]):
            code = f"U+{ord(control.group()):04X}"
            raise UsageError(
                f"{source.path}:{number}: the value of `{match['name']}` contains the control "
                f"character {code}; remove it"
            )
        variables[match["name"]] = _unquoted(match["value"].strip())
    return variables


def names(text: str) -> frozenset[str]:
    """The names that a `.env` file sets, whatever else is in it."""
    return frozenset(_NAME.findall(text))


def names_next_to(path: str) -> frozenset[str]:
    """
    The names in the `.env` file of the folder of a file; none if it cannot be read.

    It comes with the stack file, and reaches no further than what a configuration there names.
    """
    folder = os.path.dirname(os.path.abspath(path))
    name = os.path.join(folder, ".env")
    if not os.path.lexists(name):
        return frozenset()
    reach = reach_of(folder)
    try:
        data = read_bytes(reach.find(name), MAX_SETTINGS_BYTES, below=reach.folder)
        return names(decode(data, name).text)
    except Unreadable:
        return frozenset()


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value
