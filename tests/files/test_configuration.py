"""Configuration: where it is found, what it does, and how mistakes in it are reported."""

import json
import re

import jsonschema
import pytest
from fake_engine import answering
from hypothesis import given
from hypothesis import strategies as st
from support import BAD, GOOD, WARNING

from linter.checking import registry
from linter.files.validation import plainly_fits
from linter.model.vocabulary import load_schema

CONFIG = ".interlock-lint.yaml"


# A new rule may report something in these files too.
RULES = {"host-in-two-stacks", "invalid-value", "missing-port", "unknown-label"}


def rules_found(run, *arguments):
    """The exit status, and the path and rule of each finding of the rules above."""
    status, out, err = run("check", "--format", "json", *arguments)
    if not out:
        return status, err
    report = json.loads(out)
    found = [(each["path"], each["rule"]) for each in report["diagnostics"]]
    return status, [(path, rule) for path, rule in found if rule in RULES]


def test_severities(workspace, run):
    workspace({"stack.yml": BAD, CONFIG: "rules: {invalid-value: warning}\nfail-on: error\n"})
    status, out, _ = run("check", "--format", "concise", "stack.yml")

    assert 0 == status
    assert ": warning[invalid-value] " in out


def test_off_needs_no_quotes(workspace, run):
    workspace({"stack.yml": BAD, CONFIG: "rules:\n  invalid-value: off\n"})

    assert (0, []) == rules_found(run, "stack.yml")


def test_the_command_line_wins(workspace, run):
    workspace({"stack.yml": WARNING, CONFIG: "fail-on: error\n"})

    assert 0 == run("check", "stack.yml")[0]
    assert 1 == run("check", "--fail-on", "warning", "stack.yml")[0]


def test_what_runs_is_judged_with_the_configuration_of_the_current_folder(
    workspace, run, monkeypatch
):
    workspace({".git/HEAD": "", CONFIG: "rules: {invalid-value: warning}\n"})
    service = {
        "ID": "a",
        "Spec": {
            "Name": "web",
            "Labels": {"com.docker.lb.hosts": "a.example.com", "com.docker.lb.port": "80800"},
            "TaskTemplate": {"ContainerSpec": {"Image": "i"}},
            "Mode": {"Replicated": {"Replicas": 1}},
        },
    }
    answers = dict.fromkeys(("networks", "secrets", "tasks"), (200, []))
    with answering(answers | {"services": (200, [service])}) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        _, out, _ = run("check", "--select", "invalid-value", "--format", "concise", "swarm:")

    assert ": warning[invalid-value] " in out


def test_the_nearest_file_applies_and_the_search_ends_at_the_repository(workspace, run):
    folder = workspace(
        {
            CONFIG: "rules: {invalid-value: 'off'}",
            "repo/.git/HEAD": "",
            "repo/stack.yml": BAD,
            "repo/quiet/.interlock-lint.yaml": "rules: {invalid-value: 'off'}",
            "repo/quiet/deep/stack.yml": BAD.replace("hosts: ", "hosts: b."),
        }
    )

    assert (1, [(f"{folder}/repo/stack.yml", "invalid-value")]) == rules_found(
        run, f"{folder}/repo/stack.yml", f"{folder}/repo/quiet/deep/stack.yml"
    )


def test_isolated_uses_no_configuration(workspace, run):
    workspace({"stack.yml": BAD, CONFIG: "rules: {invalid-value: 'off'}"})

    assert 1 == run("check", "--isolated", "stack.yml")[0]


def test_pyproject(workspace, run):
    table = '[project]\nname = "x"\n[tool.interlock-lint]\nfail-on = "error"\n'
    workspace({"stack.yml": WARNING, "pyproject.toml": table})

    assert 0 == run("check", "stack.yml")[0]


def test_pyproject_without_the_table_is_skipped(workspace, run):
    workspace({"stack.yml": WARNING, "pyproject.toml": "not = [TOML\n"})

    assert 1 == run("check", "stack.yml")[0]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", ":2: not TOML: invalid value"),
        ("9" * 5_000, ": not TOML: a number has too many digits"),
    ],
)
def test_pyproject_that_is_not_toml(workspace, run, value, reason):
    workspace({"stack.yml": GOOD, "pyproject.toml": f"[tool.interlock-lint]\nx = {value}\n"})
    status, _, err = run("check", "stack.yml")

    assert 2 == status
    assert f"pyproject.toml{reason}" in err


@pytest.mark.parametrize(
    "text", ["[tool.interlock-lint-x]\na = 1\n", "tool = 5\n# [tool.interlock-lint]\n"]
)
def test_pyproject_with_a_table_of_another_name(workspace, run, text):
    workspace({"stack.yml": WARNING, "pyproject.toml": text})

    assert 1 == run("check", "stack.yml")[0]


def test_excluded_files_in_folders_are_skipped(workspace, run):
    workspace(
        {
            CONFIG: "exclude: [vendor/**, '*.old.yml']",
            "vendor/a/stack.yml": BAD,
            "stack.old.yml": BAD,
            "stack.yml": BAD,
        }
    )

    assert (1, [("stack.yml", "invalid-value")]) == rules_found(run, ".")
    assert 1 == run("check", "vendor/a/stack.yml")[0]
    assert 0 == run("check", "--force-exclude", "vendor/a/stack.yml")[0]


def test_a_stack_is_checked_as_a_whole_and_once(workspace, run):
    """Naming one of its files, all of them, or the folder checks the whole stack."""
    workspace(
        {
            "stacks.yaml": "",
            CONFIG: "stacks:\n  - {name: shop, files: [base.yml, prod.yml], env-file: prod.env}",
            "base.yml": BAD,
            "prod.yml": "services: {web: {deploy: {labels: ['com.docker.lb.hosts=${HOST}']}}}",
            "prod.env": "HOST=a b",
        }
    )
    expected = (1, [("base.yml", "invalid-value"), ("prod.yml", "invalid-value")])

    assert expected == rules_found(run, "prod.yml")
    assert expected == rules_found(run, "prod.yml", "base.yml")
    assert expected == rules_found(run, ".")


def test_a_file_of_two_stacks_is_reported_once(workspace, run):
    workspace(
        {
            CONFIG: "stacks: [{files: [base.yml, a.yml]}, {files: [base.yml, b.yml]}]",
            "base.yml": BAD,
            "a.yml": "services: {}",
            "b.yml": "services: {}",
        }
    )

    assert (1, [("base.yml", "host-in-two-stacks"), ("base.yml", "invalid-value")]) == rules_found(
        run, "."
    )


def test_a_file_of_two_stacks_is_checked_in_both(workspace, run):
    """Even if only that file is named, and if the stacks differ only in their variables."""
    text = "stacks: [{files: [base.yml], env-file: a.env}, {files: [base.yml], env-file: b.env}]"
    files = {CONFIG: text, "a.env": "HOST=a.example.com", "b.env": "HOST=a b"}
    workspace(files | {"base.yml": re.sub("hosts: .*", "hosts: ${HOST}", GOOD)})

    assert (1, [("base.yml", "invalid-value")]) == rules_found(run, "base.yml")


def test_stacks_with_one_name_are_versions_of_one_stack(workspace, run):
    stacks = "stacks: [{name: shop, files: [test.yml]}, {name: shop, files: [live.yml]}]"
    workspace({CONFIG: stacks, "test.yml": GOOD, "live.yml": GOOD})
    as_one = rules_found(run, ".")
    workspace({CONFIG: stacks.replace("name: shop", "name: test", 1)})

    assert (0, []) == as_one
    assert (1, [("test.yml", "host-in-two-stacks")]) == rules_found(run, ".")


def test_extra_labels(workspace, run):
    label = "        com.docker.lb.x_trace: on\n"
    workspace({"stack.yml": GOOD + label})
    before = rules_found(run, "stack.yml")
    workspace({CONFIG: "extra-labels: [com.docker.lb.x_trace]"})

    assert (1, [("stack.yml", "unknown-label")]) == before
    workspace(
        {
            "again/stack.yml": GOOD + label,
            f"again/{CONFIG}": "extra-labels: [com.docker.lb.x_trace]",
        }
    )
    assert (0, []) == rules_found(run, "again/stack.yml")


@pytest.mark.parametrize(
    ("entry", "silenced"),
    [
        ("{rule: invalid-value}", True),
        ("{rule: invalid-value, path: stacks/**}", True),
        ("{rule: invalid-value, path: '*.yml'}", False),
        ("{rule: invalid-value, service: w*}", True),
        ("{rule: invalid-value, service: api}", False),
        ("{rule: missing-port}", False),
        ("{rule: invalid-value, until: 2999-12-31, reason: renamed in spring}", True),
        ("{rule: invalid-value, until: 2020-01-31}", False),
    ],
)
def test_ignores(workspace, run, entry, silenced):
    workspace({"stacks/stack.yml": BAD, CONFIG: f"ignore: [{entry}]"})
    status, out, _ = run("check", "--format", "json", "stacks/stack.yml")

    assert (0 if silenced else 1) == status
    assert int(silenced) == json.loads(out)["summary"]["ignored"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail_on: error", ":1: unknown key `fail_on`; did you mean `fail-on`?"),
        ("target: mke-3.8\nfail-on: never", ":2: `fail-on` must be one of info, warning, error"),
        ("rules:\n  invalid-vale: off", ":2: unknown rule `invalid-vale`; did you mean"),
        ("rules: {invalid-value: high}", ":1: `rules.invalid-value` must be one of off, info,"),
        (
            "target: mke3.8.16",
            ":1: unknown target `mke3.8.16`; did you mean `mke-3.8`? Use one of ucp-3.0, ",
        ),
        ("target: swarm", ":1: unknown target `swarm`; use one of ucp-3.0, "),
        ("target: ''", ":1: unknown target ``; use one of ucp-3.0, "),
        (
            "stacks:\n- {name: shop, files: [a]}\n- files: [b]\n  name: ''",
            ":4: `name` in entry 2 of `stacks`: the stack name is empty; use letters, digits, ",
        ),
        (
            "stacks: [{files: [a], name: a b}]",
            ":1: `name` in entry 1 of `stacks`: `a b` is not a valid stack name; ",
        ),
        ("stacks:\n- name: x", ":2: entry 1 of `stacks` must have `files`"),
        (
            "stacks: [{files: []}]",
            ":1: `files` in entry 1 of `stacks` must have at least one entry",
        ),
        (
            "stacks:\n- files: [a]\n  nam: x",
            ":3: unknown key `nam` in entry 1 of `stacks`; did you mean `name`",
        ),
        ("ignore:\n- rule: nonsense", ":2: unknown rule `nonsense`"),
        (
            "ignore: [{rule: invalid-value, until: 2026-02-30}]",
            ":1: `until` in entry 1 of `ignore` must be a date such as 2027-01-31, not `2026-02",
        ),
        ("exclude: vendor", ":1: `exclude` must be a list; write `exclude: [vendor]`"),
        ("- a", ":1: the configuration must be a mapping"),
        ("a: [", ":1: not YAML: "),
        ("? [a]\n: b", ":1: unknown key `?`"),
        ("fail-on: info\nfail-on: error", ":2: the key `fail-on` appears twice"),
    ],
)
def test_mistakes_are_reported_with_their_line(workspace, run, text, message):
    workspace({"stack.yml": GOOD, CONFIG: text})
    status, _, err = run("check", "stack.yml")

    assert 2 == status
    assert err.startswith(f"error: {CONFIG}{message}")


def test_an_empty_configuration_is_valid(workspace, run):
    workspace({"stack.yml": BAD, CONFIG: "# nothing yet\n"})

    assert 1 == run("check", "stack.yml")[0]


SCHEMA = load_schema("config")
WORDS = st.sampled_from(
    [*SCHEMA["properties"], "files", "name", "rule", "until", "error", "off", "2026-01-01", "x"]
) | st.sampled_from(list(registry.load()))
DATA = st.recursive(
    WORDS | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
)


@given(DATA)
def test_what_the_quick_check_accepts_fits_the_schema(data):
    """The quick check may leave a value to jsonschema, but must not accept more than it does."""
    if plainly_fits(data, SCHEMA):
        jsonschema.validate(data, SCHEMA)


def test_the_quick_check_knows_every_keyword_of_the_schema():
    """It must not pass over one that it does not know, as data may break it."""
    said = {"$schema", "$id", "title", "description", "examples", "default", "format", "x-says"}
    known = {"type", "enum", "pattern", "maxLength", "minItems", "maxItems", "required"}
    used: set[str] = set()
    pending = [SCHEMA]
    while pending:
        schema = pending.pop()
        used |= schema.keys()
        inner = [schema.get("items"), schema.get("additionalProperties")]
        inner += schema.get("properties", {}).values()
        pending += (each for each in inner if isinstance(each, dict))

    assert used - said <= known | {"items", "properties", "additionalProperties"}


def test_the_quick_check_accepts_a_valid_configuration():
    """So a run with a configuration does not have to import jsonschema."""
    data = {
        "target": "mke-3.8.16",
        "fail-on": "error",
        "rules": {"invalid-value": "off"},
        "exclude": ["vendor/**"],
        "extra-labels": ["com.docker.lb.x_trace"],
        "stacks": [{"name": "shop", "files": ["a.yml", "b.yml"], "env-file": "prod.env"}],
        "ignore": [{"rule": "invalid-value", "path": "a/**", "until": "2027-01-31"}],
    }

    assert plainly_fits(data, SCHEMA)
