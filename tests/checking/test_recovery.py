"""One mistake hides no others: after everything is fixed, nothing new is found."""

from pathlib import Path

import pytest
from generated_faults import faulty_stacks
from hypothesis import given, settings
from support import CONFIG, ROOT, TODAY, Options
from test_corpus import files

from linter.checking import registry
from linter.checking.engine import Engine
from linter.checking.plan import Selection
from linter.editing.fixing import apply_fixes
from linter.editing.revise import Loaded
from linter.files.decoding import Unreadable, read
from linter.files.request import Job
from linter.model.vocabulary import PREFIX, meant
from linter.reading.stack_reader import read as read_stack
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

FIXTURES = sorted((ROOT / "tests" / "rules").glob("*.yml"))


def report_of(stacks):
    engine = Engine(registry.load().values(), Selection(), TODAY)
    for each in stacks:
        engine.judge(each.stack, CONFIG)
    return engine.finish()


def said(report):
    """What is said, about which service and which label, by the names that were meant."""
    assert report.unjudged == []
    return {
        (each.rule, service, "" if each.rule in SOMEWHERE else name(each.label))
        for each in report.diagnostics
        for service in each.services or ("",)
    }


# Which of the labels or services these are at does not matter.
SOMEWHERE = {
    "container-label",
    "label-outside-labels",
    "missing-network",
    "not-routed",
}


def name(label):
    right = label and meant(label)
    return PREFIX + right if right else label and label.strip(" “”\"'")


def load(source):
    stack_name = Options.of(source.text).stack_name
    job = Job((source,), CONFIG, Environment(), stack_name)
    return Loaded(job, read_stack(job.sources, job.options))


def new_after_fixing(source):
    """What is said about a file with all fixes applied, but not about the file as it is."""
    loaded = load(source)
    first = report_of([loaded])
    result = apply_fixes([loaded], report_of, first, unsafe=True)

    assert result.faults == ()
    return said(result.report) - said(first)


@settings(deadline=None)
@given(faulty_stacks())
def test_nothing_new_after_everything_is_fixed(text):
    assert set() == new_after_fixing(Source("stack.yml", text))


@pytest.mark.parametrize("path", FIXTURES, ids=[path.stem for path in FIXTURES])
def test_nothing_new_in_the_fixtures(path):
    assert set() == new_after_fixing(Source(path.name, path.read_text(encoding="utf-8")))


@pytest.mark.corpus
def test_nothing_new_in_real_files():
    new = {}
    for path in files():
        try:
            if found := new_after_fixing(read(str(path))):
                new[path] = found
        except (Unreadable, NotYaml):
            continue

    assert {} == new
