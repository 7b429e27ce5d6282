"""Labels of every service in real stack files are set, changed and removed, or refused."""

import re
from collections import Counter

import docker_cli
import pytest
from test_corpus import files

from linter.editing.edits import apply, keeps_the_rest
from linter.editing.loaded import Loaded
from linter.editing.place import place
from linter.editing.revise import revise
from linter.files.decoding import Unreadable, read
from linter.files.request import Job
from linter.files.settings import Settings
from linter.model.change import Change
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

KEY = "com.docker.lb.backend_mode"


def stacks():
    """Every file with services that Docker would accept, as far as we know."""
    for path in files():
        try:
            source = read(str(path))
            loaded = load(source)
        except (Unreadable, NotYaml):
            continue
        stack = loaded.stack
        if stack.services and not stack.refusals and not stack.duplicates:
            yield loaded


def load(source):
    job = Job((source,), Settings(), Environment(), None)
    return Loaded(job, job.read())


def names(loaded):
    return [str(service.name) for service in loaded.stack.services]


def labels(stack):
    return {
        str(service.name): {str(label.key): label.value.parts for label in service.labels}
        for service in stack.services
    }


def general(reason):
    """A reason without the names in it."""
    return re.sub(r"(?<=shared with ).*", "…", re.sub("`[^`]*`", "`…`", reason))


def check_alone(loaded, change, refused):
    """One change of one service, checked with our own reader."""
    source = loaded.job.sources[0]
    placement = place(loaded.stack, [change])
    refused.update(general(each.reason) for each in placement.refused)
    text = apply(source.text, placement.edits)
    after = load(Source(source.path, text, source.encoding))
    expected = labels(loaded.stack)
    if not placement.refused:
        expected[change.service].pop(change.key, None)
        if change.value is not None:
            expected[change.service][change.key] = (change.value,)

    assert keeps_the_rest(source.text, text, placement.edits), source.path
    assert expected == labels(after.stack), (source.path, change)
    assert after.stack.refusals == (), (source.path, change)
    if not placement.refused:
        assert () == place(after.stack, [change]).edits, (source.path, change)


@pytest.mark.corpus
def test_every_service_alone(record_property):
    """Set a new label, and change and remove every existing label."""
    done, refused = 0, Counter()
    for loaded in stacks():
        for service in loaded.stack.services:
            name = str(service.name)
            changes = [Change(name, KEY, "vip")]
            for label in service.labels:
                if label.key.value:
                    changes += (Change(name, label.key.value, value) for value in ("new", None))
            for change in changes:
                check_alone(loaded, change, refused)
                done += 1
    record_property("refused", dict(refused))
    print(f"{done} changes, refused: {dict(refused)}")  # noqa: T201 - shown by -rP

    assert done > 1000
    assert refused.total() <= done // 200


@pytest.mark.corpus
def test_all_services_of_a_file(record_property):
    """Set a label for all, change it and remove it again, proved with both readers."""
    done, refused, exact = 0, Counter(), 0
    for start in stacks():
        loaded = start
        for value in ("vip", "task", None):
            wanted = [Change(name, KEY, value) for name in names(loaded)]
            [revised], _, _ = revise([loaded], [wanted])
            refused.update(general(each.reason) for each in revised.refused)
            done += len(revised.made)
            job = loaded.job._replace(sources=revised.after.sources)
            loaded = Loaded(job, revised.after)

        expected = labels(start.stack)
        for each in expected.values():
            each.pop(KEY, None)

        assert expected == labels(loaded.stack) or revised.refused, start.job.sources
        exact += start.job.sources[0].text == loaded.job.sources[0].text
    record_property("refused", dict(refused))
    print(f"{done} changes, {exact} files as before, refused: {dict(refused)}")  # noqa: T201 - as above

    assert done > 1000
    assert refused.total() <= done // 200


@pytest.mark.corpus
@pytest.mark.docker_cli
def test_docker_reads_exactly_the_declared_labels(tmp_path):
    docker_cli.require()
    compared = 0
    for loaded in list(stacks())[::12]:
        source = loaded.job.sources[0]
        before = docker_cli.stack_config(tmp_path, source.text)
        if not isinstance(before, dict):
            continue
        wanted = [Change(name, KEY, "vip") for name in names(loaded)]
        [revised], rewrites, _ = revise([loaded], [wanted])
        for change in revised.made:
            before[change.service][KEY] = "vip"
        after = docker_cli.stack_config(tmp_path, rewrites[0].text) if rewrites else before
        compared += 1

        assert before == after, source.path

    assert compared
