"""Reads the cases in `placing`: changes of labels, and their stack files as diffs."""

import re
from typing import NamedTuple

import pytest
from support import ROOT

from linter.editing.loaded import Loaded
from linter.files.request import Job
from linter.files.settings import Settings
from linter.model.change import Change
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source


class Case(NamedTuple):
    """One case; `notes` are the lines that begin with `!`."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    before: str
    after: str


def change(line):
    service, _, rest = line.partition(" ")
    key, _, value = rest.partition("=")
    return Change(service, rest[1:], None) if rest.startswith("-") else Change(service, key, value)


def text_of(lines, signs):
    """The lines of a diff with certain signs, as a text."""
    text, last = "", ""
    for line in lines:
        if line.startswith("\\"):
            text = text.removesuffix("\n") if last in signs else text
        else:
            last = line[:1] or " "
            text += line[1:] + "\n" if last in signs else ""
    return text


def case(text):
    lines = text.split("\n")
    head = next(n for n, line in enumerate(lines) if line[:1] in (" ", "-", "+"))
    changes = tuple(change(line) for line in lines[:head] if not line.startswith("!"))
    notes = tuple(line[2:] for line in lines[:head] if line.startswith("!"))
    return Case(changes, notes, text_of(lines[head:], " -"), text_of(lines[head:], " +"))


def table():
    for path in sorted((ROOT / "tests" / "editing" / "placing").glob("*.txt")):
        chunks = re.split(r"^== (.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for name, text in zip(chunks[1::2], chunks[2::2], strict=True):
            content = text.removesuffix("\n").removesuffix("\n")
            yield pytest.param(case(content), id=f"{path.stem}: {name}")


CASES = [each for each in table() if not each.values[0].notes]
REFUSALS = [each for each in table() if each.values[0].notes]


def load(*texts, **settings):
    sources = tuple(Source(f"{number}.yml", text) for number, text in enumerate(texts))
    job = Job(sources, Settings(), settings.get("environment", Environment()), None)
    return Loaded(job, job.read())
