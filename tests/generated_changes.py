"""Random changes of labels for the stack files of `generated_stacks`."""

from generated_stacks import KEYS, NEW_KEY, VALUES
from hypothesis import assume
from hypothesis import strategies as st

from linter.editing.loaded import Loaded
from linter.files.request import Job
from linter.files.settings import Settings
from linter.model.change import Change
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

NEW_VALUES = ("vip", "task", "", "true", "a: b", "x, y", "#z", "it's", '"q"', "${MODE}", "1.0", "é")


def loaded(text, encoding="utf-8"):
    sources = (Source("stack.yml", text, encoding),)
    job = Job(sources, Settings(), Environment(), None)
    try:
        stack = job.read()
    except NotYaml:
        assume(False)
        raise
    assume(not stack.refusals and not stack.duplicates)
    return Loaded(job, stack)


@st.composite
def changes_of(draw, services):
    """Some labels to set or to remove, for some services or all of them."""
    meant = draw(st.sampled_from([services, services[:1], services[-1:]]))
    keys = draw(st.lists(st.sampled_from((*KEYS, NEW_KEY)), min_size=1, max_size=2, unique=True))
    values = [draw(st.sampled_from((None, None, *VALUES, *NEW_VALUES))) for _ in keys]
    return [
        Change(service, key, value)
        for service in meant
        for key, value in zip(keys, values, strict=True)
    ]


def names(stack):
    return [str(service.name) for service in stack.services]
