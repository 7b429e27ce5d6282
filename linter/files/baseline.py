"""Reads and writes baselines: JSON files with one line for each kind of finding that is known."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from linter.files.decoding import Unreadable, read_bytes
from linter.files.reach import Outside, Reach
from linter.files.settings import BaselineFile, UsageError, shown
from linter.files.sources import is_at_revision, parts_of
from linter.model.baseline import Entry, Kind
from linter.model.words import bounded

VERSION = 1

MAX_BASELINE_BYTES = 10 * 1024 * 1024
"""Size limit of a baseline."""

MAX_NUMBER = 1_000_000
"""The largest number of findings of one kind."""

_KEYS = ("path", "rule", "services", "label", "at", "number", "with")


class Invalid(Exception):
    """What is wrong with the content of a baseline."""


def load(baseline: BaselineFile, reach: Reach) -> dict[Kind, Entry]:
    """
    The entries of a baseline, which must be within `reach` if a configuration names it.

    Raises UsageError, which names the file, what is wrong, and what to do.
    """
    path = shown(baseline.path)
    origin = f"{baseline.place}: `baseline`: " if baseline.place else ""
    try:
        found, below = (reach.find(path), reach.folder) if baseline.place else (path, "")
        data = read_bytes(found, MAX_BASELINE_BYTES, below=below)
    except Unreadable as error:
        remedy = "; pass it with --baseline instead" if isinstance(error, Outside) else ""
        if not os.path.lexists(path):
            remedy = f"; create it with `--write-baseline {path}`"
        raise UsageError(f"{origin}{path}: cannot be read: {error}{remedy}") from None
    try:
        return parse(data)
    except Invalid as error:
        raise UsageError(f"{origin}{path}: {error}") from None


def parse(data: bytes) -> dict[Kind, Entry]:
    """The entries in the content of a baseline. Raises Invalid."""
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        line = f"line {error.lineno}: " if isinstance(error, json.JSONDecodeError) else ""
        raise Invalid(
            f"{line}not a baseline: it is not JSON; if that is left from a merge, remove the file "
            "and write it again with --write-baseline"
        ) from None
    if not isinstance(content, dict) or not {"version", "findings"} <= content.keys():
        raise Invalid(
            "not a baseline: it has no `version` and `findings`; name a file that --write-baseline "
            "has written"
        )
    if content["version"] != VERSION or not _is_number(content["version"]):
        raise Invalid("this version of interlock-lint does not know its `version`; update it")
    if unknown := next((key for key in content if key not in ("version", "findings")), None):
        raise Invalid(bounded(f"not a baseline: unknown key `{unknown}`; remove it"))
    if not isinstance(content["findings"], list):
        raise Invalid("not a baseline: `findings` must be a list")
    found: dict[Kind, Entry] = {}
    for number, each in enumerate(content["findings"], 1):
        try:
            entry = _entry(each)
        except Invalid as error:
            raise Invalid(f"entry {number} of `findings`: {error}") from None
        # After a merge, there may be two lines for one kind.
        other = found.get(entry.kind, entry)
        most = max(other.number, entry.number)
        others = tuple(sorted({*other.others, *entry.others}))
        found[entry.kind] = Entry(entry.kind, most, others)
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _entry(data: Any) -> Entry:
    if not isinstance(data, dict):
        raise Invalid("must be a mapping")
    if unknown := next((key for key in data if key not in _KEYS), None):
        raise Invalid(bounded(f"unknown key `{unknown}`; use {', '.join(_KEYS)}"))
    for key in ("path", "rule"):
        if not isinstance(data.get(key), str):
            raise Invalid(f"must have `{key}`, as text")
    for key in ("label", "at"):
        if not isinstance(data.get(key, ""), str):
            raise Invalid(f"`{key}` must be text")
    number = data.get("number", 1)
    if not (_is_number(number) and 1 <= number <= MAX_NUMBER):
        raise Invalid(f"`number` must be a number from 1 to {MAX_NUMBER:,}")
    for key in ("services", "with"):
        names = data.get(key, [])
        if not (isinstance(names, list) and all(isinstance(each, str) for each in names)):
            raise Invalid(f"`{key}` must be a list of text")
    kind = Kind(
        data["path"],
        data["rule"],
        tuple(data.get("services", ())),
        data.get("label"),
        data.get("at"),
    )
    return Entry(kind, number, tuple(data.get("with", ())))


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline: sorted, and the same for the same entries. Raises Invalid."""
    lines = [_line(each) for each in sorted(entries, key=lambda each: each.kind.order)]
    findings = "\n    " + ",\n    ".join(lines) + "\n  " if lines else ""
    text = f'{{\n  "version": {VERSION},\n  "findings": [{findings}]\n}}\n'
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BASELINE_BYTES:
        raise Invalid(
            f"{len(lines):,} kinds of findings would make it larger than "
            f"{MAX_BASELINE_BYTES // 1024**2} MiB; check fewer files, or ignore some rules"
        )
    return text


def _line(entry: Entry) -> str:
    kind = entry.kind
    data: dict[str, Any] = {"path": kind.path, "rule": kind.rule}
    if kind.services:
        data["services"] = kind.services
    if kind.label is not None:
        data["label"] = kind.label
    if kind.at is not None:
        data["at"] = kind.at
    if entry.number > 1:
        data["number"] = entry.number
    if entry.others:
        data["with"] = entry.others
    # What cannot be seen could hide something, or act on the terminal of a reviewer.
    text = json.dumps(data, ensure_ascii=False)
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    return character if character.isprintable() else json.dumps(character)[1:-1]


def path_in(baseline: BaselineFile, path: str) -> str:
    """The path of a file as a baseline calls it: relative to its folder, with slashes."""
    if is_at_revision(path):  # where it is, or was, on the disk
        path = parts_of(path)[1]
    try:
        path = os.path.relpath(path, os.path.dirname(os.path.abspath(baseline.path)))
    except ValueError:  # on another drive of Windows
        path = os.path.abspath(path)
    return path.replace(os.sep, "/")


def save(baseline: BaselineFile, reach: Reach, entries: Mapping[Kind, Entry]) -> None:
    """Replace a baseline as a whole. Raises UsageError."""
    from linter.files import output

    path = shown(baseline.path)
    try:
        text = written(entries.values())
        output.write(reach.find(path) if baseline.place else path, text)
    except (Invalid, Unreadable, output.Unwritable) as error:
        raise UsageError(f"{path}: {error}") from None
