"""What Docker refuses is refused here too, and nothing else."""

import os
import random

import docker_cli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from recorded import accepted, cases, recorded
from referencing import Registry, Resource
from stack_cases import ENVIRONMENT, VALUES, paths

from linter.model.vocabulary import load_schema
from linter.reading.formats import FORMATS
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.nodes import MappingNode, ScalarNode, follow
from linter.syntax.scalars import resolve
from linter.syntax.source import Source

EVERY = [case for path in paths() for case in cases(path)]
KNOWN = Environment(ENVIRONMENT, complete=True)
RECORDED = recorded()


def reasons(text, environment=KNOWN):
    """Why Docker refuses a file, by our own reader and by the rules about labels."""
    try:
        stack = read([Source("stack.yml", text)], ReadOptions(environment))
    except NotYaml as error:
        return [error.reason]
    found = [each.message for each in stack.refusals]
    found += [text.invalid for text in stack.dollars]
    found += [each.key.text for each in stack.duplicates]
    for service in stack.services:
        for block in service.blocks:
            found += ["labels"] * (block.form is None) + ["stray"] * len(block.stray)
            for label in block.labels:
                if label.form == "map" and label.value.kind == "boolean":
                    found.append("boolean")
                found += [each.invalid for each in (label.key, label.value) if each.invalid]
    return found


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.name)
def test_recorded_answers(path):
    """What `docker stack config` of CLI 28.2.2 answered, for every value in every place."""
    answers = RECORDED[path.name]

    assert [] == [
        (case.value, reasons(case.text))
        for case in cases(path)
        if bool(reasons(case.text)) == answers[case.value]
    ]


def test_docker_agrees():
    """The real CLI, about some of the cases; others in every run, if more are asked for."""
    docker_cli.require()
    examples = int(os.environ.get("INTERLOCK_LINT_EXAMPLES", "0"))
    chance = random.Random() if examples else random.Random(28)
    some = chance.sample(EVERY, min(max(examples, 150), len(EVERY)))

    assert [] == [
        (case.name, case.value, reasons(case.text))
        for case in some
        if bool(reasons(case.text)) == accepted(case.text)
    ]


def test_what_depends_on_an_unknown_variable_is_not_refused():
    """A file is refused only if Docker refuses it, whatever the variables are."""
    for path in paths():
        for value in (each for each in VALUES if "$" in each):
            found = reasons(path.text(value), Environment())
            if found and path.name in RECORDED and value in RECORDED[path.name]:
                assert not RECORDED[path.name][value], (path.name, value, found)


# -- The schema and the form that is fast ----------------------------------------------------------

FORMAT_CHECKER = FormatChecker(formats=())
for name, form in FORMATS.items():
    FORMAT_CHECKER.checks(name)(
        lambda value, fits=form.fits: isinstance(value, bool | dict | list) or fits(str(value))
    )
VALIDATOR = Draft202012Validator(
    load_schema("stack"),
    format_checker=FORMAT_CHECKER,
    registry=Registry().with_resource(
        "labels.schema.json", Resource.from_contents(load_schema("labels"))
    ),
)


def as_json(node):
    """The data of a node; None of what is not JSON occurs in the cases."""
    value = follow(node)
    if isinstance(value, MappingNode):
        return {key.value: as_json(each) for key, each in value.pairs}
    if not isinstance(value, ScalarNode):
        return [as_json(each) for each in value.children]
    resolved = resolve(value)
    kind, text = resolved.kind, resolved.text
    if kind == "null":
        return None
    if kind == "boolean":
        return text == "true"
    return float(text) if kind in ("integer", "number") else text


# Conditions that are not JSON Schema, or that only Docker's reader of YAML has.
OTHERWISE = (
    *("$", "<<", "!", ".inf", ".nan", "2024", "{1: x}", "{true: x}", "type: bind"),
    *("3.0", "80.0", "1e3"),
)
PLAIN = [case for case in EVERY if not any(each in case.value for each in (*OTHERWISE, "version"))]


@given(st.sampled_from(PLAIN))
@settings(max_examples=2000, deadline=None)
def test_the_schema_gives_the_same_verdict(case):
    """`jsonschema` and our own walk through the file agree about the same schema."""
    source = Source("stack.yml", case.text)
    try:
        stack = read([source], ReadOptions())
    except NotYaml:
        return
    data = as_json(stack.documents[0].root)
    extra = ("has no `source`", "must not have", "inside and next", "support this version")
    found = [reason for reason in reasons(case.text) if not any(each in reason for each in extra)]

    assert VALIDATOR.is_valid(data) == (not found), (case.text, found)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(load_schema("stack"))


def test_every_key_has_a_description():
    def lacking(node, name=""):
        if isinstance(node, dict):
            for key, each in node.get("properties", {}).items():
                if "description" not in each:
                    yield f"{name}.{key}"
            for key, each in node.items():
                yield from lacking(each, f"{name}.{key}")
        elif isinstance(node, list):
            for each in node:
                yield from lacking(each, name)

    assert [] == list(lacking(load_schema("stack")))
