"""For any stack file, a change of labels does exactly what it declares, or is refused."""

import re
from collections import Counter

import pytest
from generated_changes import changes_of, loaded, names
from generated_odd import odd_texts
from generated_stacks import NEW_KEY, stack_texts
from hypothesis import assume, given, note
from hypothesis import strategies as st
from pyyaml_oracle import oracle

from linter.editing.edits import apply
from linter.editing.loaded import Loaded
from linter.editing.place import drop, place
from linter.editing.revise import revise
from linter.files.decoding import decode, encode
from linter.files.request import Job
from linter.files.settings import Settings
from linter.model.change import Change
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

COMMENTS = ("# why", "# note", "# a stack", "# tab", "# the end", "# begins")


def changed(labels, changes):
    """Labels after changes."""
    result = {service: dict(values) for service, values in labels.items()}
    for change in changes:
        if change.value is None:
            result[change.service].pop(change.key, None)
        else:
            result[change.service][change.key] = change.value
    return result


def kept(text):
    """What must stay in a text: its anchors, and its comments except for ignore comments."""
    return Counter({comment: text.count(comment) for comment in COMMENTS}), sorted(
        re.findall(r"&\w+", text)
    )


def newlines(text):
    return set(re.findall(r"\r\n|\r|\n", text))


@pytest.mark.fuzz
@given(text=stack_texts(), data=st.data())
def test_exactly_the_declared_change_is_made_or_refused(text, data):
    before = loaded(text)
    wanted = data.draw(changes_of(names(before.stack)))
    note(text)
    [revised], rewrites, _ = revise([before], [wanted])
    new = rewrites[0].text if rewrites else text
    note(new)
    refused = [change for each in revised.refused for change in each.changes]
    done = [change for change in wanted if change not in refused]
    old_labels, old_rest = oracle(text)
    new_labels, new_rest = oracle(new)

    assert changed(old_labels, done) == new_labels
    assert old_rest == new_rest
    assert kept(text) == kept(new)
    assert newlines(new) <= (newlines(text) or {"\n"})
    assert not set(revised.made) & set(refused)
    assert all(each.reason and each.span.text for each in revised.refused)
    assert not any("cannot be proved" in each.reason for each in revised.refused)


@pytest.mark.fuzz
@given(text=stack_texts(), data=st.data())
def test_a_change_that_was_made_is_not_made_again(text, data):
    before = loaded(text)
    wanted = data.draw(changes_of(names(before.stack)))
    note(text)
    [revised], rewrites, _ = revise([before], [wanted])
    note(rewrites[0].text if rewrites else text)

    assert () == place(revised.after, revised.made).edits


@pytest.mark.fuzz
@given(text=stack_texts(), data=st.data())
def test_a_refused_change_can_be_made_for_all_services_it_names(text, data):
    before = loaded(text)
    wanted = data.draw(changes_of(names(before.stack)))
    for refused in place(before.stack, wanted).refused:
        if refused.instead:
            new = apply(text, refused.instead)
            note(text)
            note(f"{refused.changes} {refused.others}")
            note(new)
            old_labels, new_labels = oracle(text)[0], oracle(new)[0]
            done = [
                change._replace(service=service)
                for service in refused.others
                for change in refused.changes
                # A label of its own hides from a service what it would inherit.
                if old_labels[service].get(change.key) != new_labels[service].get(change.key)
            ]

            assert {*refused.others} == {change.service for change in done}
            assert changed(old_labels, [*refused.changes, *done]) == new_labels


@pytest.mark.fuzz
@given(text=stack_texts(), data=st.data())
def test_adding_and_removing_a_label_leaves_the_same_labels(text, data):
    before = loaded(text)
    meant = data.draw(st.sampled_from([names(before.stack), names(before.stack)[:1]]))
    note(text)
    [set_], rewrites, _ = revise([before], [[Change(name, NEW_KEY, "vip") for name in meant]])
    note(rewrites[0].text if rewrites else text)
    sources = set_.after.sources
    again = Loaded(before.job._replace(sources=sources), set_.after)
    [unset], last, _ = revise([again], [[each._replace(value=None) for each in set_.made]])
    new = last[0].text if last else sources[0].text
    note(new)

    assert () == unset.refused
    assert oracle(text) == oracle(new)
    assert kept(text) == kept(new)


@pytest.mark.fuzz
@given(text=stack_texts(), mark=st.sampled_from([b"", b"\xef\xbb\xbf"]), data=st.data())
def test_bytes_outside_the_edits_stay(text, mark, data):
    content = mark + text.encode()
    source = decode(content, "stack.yml")
    before = loaded(source.text, source.encoding)
    wanted = data.draw(changes_of(names(before.stack)))
    _, rewrites, _ = revise([before], [wanted])
    for rewrite in rewrites:
        end, rest = 0, encode(rewrite.source, rewrite.text)
        assert rest.startswith(mark)
        rest = rest.removeprefix(mark)
        for edit in sorted(rewrite.edits, key=lambda edit: edit.span.sort_key):
            span = edit.span
            same = (source.text[end : span.start] + edit.text).encode()

            assert rest.startswith(same)
            rest, end = rest.removeprefix(same), span.end

        assert rest == source.text[end:].encode()


@pytest.mark.fuzz
@given(text=odd_texts(), data=st.data())
def test_any_readable_text_is_changed_or_refused(text, data):
    """Even if Docker rejects it: nothing is raised, and a change that is made has its effect."""
    job = Job((Source("stack.yml", text),), Settings(), Environment(), None)
    try:
        before = Loaded(job, job.read())
    except NotYaml:
        assume(False)
        raise
    assume(before.stack.services)
    keys = data.draw(st.sampled_from(["mode", "port", "host", "<<", "labels", "text", ""]))
    value = data.draw(st.sampled_from([None, "vip", "a: b"]))
    wanted = [Change(name, keys, value) for name in names(before.stack)]
    [revised], _, _ = revise([before], [wanted])
    for each in revised.refused:
        assert each.reason
        assert each.span.position.line > 0
    for service in before.stack.services:
        for label in service.labels:
            drop(label, service)
    after = {str(service.name): service for service in revised.after.services}
    for change in revised.made:
        labels = {str(label.key): label.value.value for label in after[change.service].labels}

        assert change.value == labels.get(change.key)
