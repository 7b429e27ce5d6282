"""Baselines: what is known stays known when lines move, and what is new does not hide."""

import json
import os
import tempfile
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import BAD, GOOD, STICKY, WARNING, require_git, unwrapped

from linter import cli
from linter.files import baseline
from linter.model.vocabulary import load_schema

SCHEMA = jsonschema.Draft202012Validator(load_schema("baseline"))
API = GOOD.replace("web:", "api:").replace("app.", "api.")
NAME = "known.json"


def written(folder, name=NAME):
    data = json.loads((folder / name).read_text(encoding="utf-8"))
    SCHEMA.validate(data)
    return data["findings"]


def checked(run, *words):
    """The exit status, the rules and services of the findings, and the summary."""
    status, out, _ = run("check", "-f", "json", *words)
    report = json.loads(out)
    jsonschema.validate(report, load_schema("report"))
    found = [(each["rule"], each["service"]) for each in report["diagnostics"]]
    return status, found, report


def start(run, *words):
    """Write a baseline of all that is found in the folder."""
    status, _, err = run("check", "--write-baseline", NAME, *words)

    assert 0 == status, err


def test_what_is_known_is_left_out(workspace, run):
    folder = workspace({"stack.yml": BAD})
    status, out, err = run("check", "--write-baseline", NAME)

    assert (0, "no findings in 1 file, 1 service; 1 known from the baseline\n") == (status, out)
    assert f"wrote 1 finding to {NAME}" in err
    assert (folder / NAME).read_text(encoding="utf-8") == (
        '{\n  "version": 1,\n  "findings": [\n'
        '    {"path": "stack.yml", "rule": "invalid-value", "services": ["web"], '
        '"label": "com.docker.lb.port"}\n  ]\n}\n'
    )
    status, found, report = checked(run, "--baseline", NAME)

    assert (0, [], 1, []) == (status, found, report["summary"]["known"], report["outdated"])


def test_nothing_is_known_from_an_empty_baseline(workspace, run):
    folder = workspace({"stack.yml": GOOD})
    start(run)

    assert [] == written(folder)
    workspace({"stack.yml": BAD})
    assert (1, [("invalid-value", "web")]) == checked(run, "--baseline", NAME)[:2]


def test_the_same_mistake_in_another_service_is_new(workspace, run):
    workspace({"stack.yml": BAD})
    start(run)
    workspace({"stack.yml": BAD + API.replace("8080", "80800").removeprefix("services:\n")})

    assert (1, [("invalid-value", "api")]) == checked(run, "--baseline", NAME)[:2]


def test_the_same_mistake_in_another_file_is_new(workspace, run):
    workspace({"stack.yml": BAD})
    start(run)
    workspace({"other.stack.yml": BAD.replace("app.", "api.")})

    assert (1, [("invalid-value", "web")]) == checked(run, "--baseline", NAME)[:2]


HOSTS = "app.example.com,not a host"


def test_a_second_finding_of_a_kind_does_not_hide_behind_the_first(workspace, run):
    folder = workspace({"stack.yml": GOOD.replace("app.example.com", HOSTS)})
    start(run)

    assert [1] == [each.get("number", 1) for each in written(folder)]
    workspace({"stack.yml": GOOD.replace("app.example.com", "nor this," + HOSTS)})
    status, found, report = checked(run, "--baseline", NAME)

    assert (1, [("invalid-value", "web")] * 2, 0) == (status, found, report["summary"]["known"])
    assert (
        "1 finding is in the baseline, but there are more of the same kind now, so all of them are "
        "shown"
    ) in unwrapped(run("check", "--baseline", NAME)[1])
    start(run)
    assert [2] == [each.get("number", 1) for each in written(folder)]
    assert 0 == checked(run, "--baseline", NAME)[0]


def test_one_of_two_findings_of_a_kind_may_go(workspace, run):
    workspace({"stack.yml": GOOD.replace("app.example.com", "nor this," + HOSTS)})
    start(run)
    folder = workspace({"stack.yml": GOOD.replace("app.example.com", HOSTS)})
    status, found, report = checked(run, "--baseline", NAME)

    assert (0, []) == (status, found)
    assert [1] == [each["number"] for each in report["outdated"]]
    run("check", "--baseline", NAME, "--prune-baseline")
    assert [1] == [each.get("number", 1) for each in written(folder)]


# -- Formatting ----------------------------------------------------------------------------------

MISTAKES = (
    {"hosts": "{}.example.com", "port": "80800"},
    {"hosts": "{}.example.com", "prot": "8080"},
    {"hosts": "{}.example.com"},
    {"hosts": "{}.example.com,not a host,nor this", "port": "8080"},
    {"hosts": "{}.example.com", "port": "8080", "backend_mode": "vip", "ip_hash": "true"},
    {"hosts": "{}.example.com", "port": "8080", "ssl_passthrough": "yes"},
    {"port": "8080"},
)
SERVICES = st.dictionaries(
    st.sampled_from(["web", "api", "shop", "blog"]),
    st.sampled_from(MISTAKES),
    min_size=1,
)
STYLES = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([1, 2, 4, 8]),
        "as_list": st.booleans(),
        "quote": st.sampled_from("'\""),
        "above": st.integers(0, 3),
        "between": st.integers(0, 2),
        "order": st.permutations(["web", "api", "shop", "blog"]),
        "end": st.sampled_from(["\n", "\r\n"]),
        "others_first": st.booleans(),
    }
)


def stack(services, *, indent, as_list, quote, above, between, order, end, others_first):
    """Services in one of many ways to write them, all of which mean the same."""
    step = " " * indent
    lines = ["# a comment", ""] * above + ["services:"]
    for name in sorted(services, key=order.index):
        lines += ["", f"{step}# about {name}"] * between + [f"{step}{name}:"]
        image = [f"{step * 2}image: example/{name}"]
        deploy = [f"{step * 2}deploy:", f"{step * 3}labels:"]
        for label, text in services[name].items():
            key, value = f"com.docker.lb.{label}", text.format(name)
            item = f"- {quote}{key}={value}{quote}" if as_list else f"{key}: {quote}{value}{quote}"
            deploy.append(f"{step * 4}{item}")
        lines += deploy + image if others_first else image + deploy
    return end.join([*lines, ""])


@given(services=SERVICES, styles=st.tuples(STYLES, STYLES), mistake=st.sampled_from(MISTAKES))
def test_no_finding_comes_back_when_a_file_is_reformatted(services, styles, mistake):
    before, after = styles
    with tempfile.TemporaryDirectory() as name:
        path, known, report = (os.path.join(name, each) for each in ("a.yml", NAME, "r.json"))

        def check(text, *words):
            Path(path).write_bytes(text.encode())
            status = cli.main(["check", "-q", "--output", f"json={report}", *words, path])
            return status, json.loads(Path(report).read_text(encoding="utf-8"))

        status, old = check(stack(services, **before), "--write-baseline", known)
        number = old["summary"]["known"]

        assert (0, []) == (status, old["diagnostics"])
        words = ("--fail-on", "info", "--baseline", known)
        status, new = check(stack(services, **after), *words)
        assert (0, [], [], number) == (
            status,
            new["diagnostics"],
            new["outdated"],
            new["summary"]["known"],
        )
        # Another service with a mistake that others may have too.
        order = [*after["order"], "new"]
        more = {**services, "new": mistake}
        status, new = check(stack(more, **{**after, "order": order}), *words)
        assert {("new",)} == {tuple(each["services"]) for each in new["diagnostics"]}
        assert (1, number) == (status, new["summary"]["known"])
        # One more invalid item in a value that may have some already.
        some = {**services, order[0]: {**services.get(order[0], {}), "hosts": "x y,not a host,b c"}}
        status, new = check(stack(some, **after), *words)
        assert 1 == status
        assert 3 == sum(each["rule"] == "invalid-value" for each in new["diagnostics"])


TWO = GOOD + API.removeprefix("services:\n")


@pytest.mark.parametrize(
    ("rule", "line"),
    [("unknown-key", "    imgae: a\n"), ("refused-value", "    privileged: [a]\n")],
)
def test_a_finding_about_no_service_is_known_by_its_place(workspace, run, rule, line):
    def with_line(*services):
        text = TWO
        for name in services:
            text = text.replace(f"  {name}:\n", f"  {name}:\n{line}")
        return text

    folder = workspace({"stack.yml": with_line("web")})
    start(run, "--select", rule)
    words = ("--select", rule, "--baseline", NAME)

    assert [f"services.web.{line.partition(':')[0].strip()}"] == [
        each["at"] for each in written(folder)
    ]
    workspace({"stack.yml": "# more\n" + with_line("web")})
    assert 0 == checked(run, *words)[0]
    workspace({"stack.yml": with_line("api")})
    status, found, report = checked(run, *words)
    assert (1, 1, 1) == (status, len(found), len(report["outdated"]))


def test_a_finding_about_a_whole_stack_is_known_whatever_comes_first(workspace, run):
    service = (
        "  {}: {{image: a, privileged: true, deploy: {{labels: {{com.docker.lb.port: 1}}}}}}\n"
    )
    one, two = map(service.format, ("one", "two"))
    workspace({"stack.yml": "services:\n" + one + two})
    start(run)
    workspace({"stack.yml": "services:\n" + two + one})
    status, _, report = checked(run, "--baseline", NAME, "--fail-on", "info")

    assert (0, []) == (status, report["outdated"])


def test_findings_at_an_anchor_are_about_all_of_its_services(workspace, run):
    text = "x-a: &a {com.docker.lb.hosts: a.example.com, com.docker.lb.prot: 1}\nservices:\n"
    service = "  {}: {{image: a, deploy: {{labels: *a}}}}\n"
    folder = workspace({"stack.yml": text + service.format("one") + service.format("two")})
    start(run, "--select", "misspelt-label")

    assert [["one", "two"]] == [each["services"] for each in written(folder)]
    words = ("--select", "misspelt-label", "--baseline", NAME)
    workspace({"stack.yml": text + service.format("two") + service.format("one")})
    assert 0 == checked(run, *words)[0]
    workspace({"stack.yml": text + "".join(map(service.format, ("one", "two", "three")))})
    assert (1, [("misspelt-label", "one")]) == checked(run, *words)[:2]


# -- What no longer occurs -----------------------------------------------------------------------


def test_what_no_longer_occurs_is_reported_and_does_not_fail(workspace, run):
    workspace({"stack.yml": BAD})
    start(run)
    workspace({"stack.yml": GOOD})
    status, out, _ = run("check", "--baseline", NAME)

    assert 0 == status
    assert "1 finding in the baseline no longer occurs; remove it with --prune-baseline," in out
    assert "  stack.yml: invalid-value, `web`\n" in run("check", "-v", "--baseline", NAME)[1]
    assert [
        {
            "path": "stack.yml",
            "rule": "invalid-value",
            "services": ["web"],
            "label": "com.docker.lb.port",
            "at": None,
            "number": 1,
        }
    ] == checked(run, "--baseline", NAME)[2]["outdated"]


def test_an_entry_cannot_act_on_a_terminal(workspace, run):
    entry = '{"path": "\\u001b[2J", "rule": "\\u001b[2J", "services": ["\\u202e%s"]}' % ("x" * 5000)
    workspace({"stack.yml": GOOD, NAME: f'{{"version": 1, "findings": [{entry}]}}'})
    out = run("check", "-v", "--baseline", NAME)[1]

    assert "\n  \\x1b[2J: \\x1b[2J, `\\u202exxx" in out.replace("\n    `", " `")
    assert out.replace("\n", "").isprintable()
    assert len(out) < 3000


@pytest.mark.parametrize(
    ("path", "place", "looked_for"),
    [
        ("gone.yml", "config", True),
        ("gone.yml", "option", True),
        ("../gone.yml", "config", False),
        ("../gone.yml", "option", True),
        ("/nowhere/gone.yml", "config", False),
        ("/nowhere/gone.yml", "option", False),
    ],
)
def test_a_baseline_cannot_ask_for_files_anywhere(workspace, run, path, place, looked_for):
    entry = f'{{"path": "{path}", "rule": "invalid-value"}}'
    folder = workspace({".git/x": "", "stack.yml": GOOD})
    workspace({NAME: f'{{"version": 1, "findings": [{entry}]}}'})
    if place == "config":
        (folder / ".interlock-lint.yaml").write_text(f"baseline: {NAME}", encoding="utf-8")
    words = [] if place == "config" else ["--baseline", NAME]

    assert looked_for == bool(checked(run, *words)[2]["outdated"])


def test_pruning_removes_what_no_longer_occurs_and_adds_nothing(workspace, run):
    workspace({"stack.yml": BAD, "other.stack.yml": API.replace("8080", "80800")})
    start(run)
    folder = workspace({"stack.yml": STICKY})
    status, out, err = run("check", "--baseline", NAME, "--prune-baseline")

    assert 1 == status
    assert "sticky-session-in-vip-mode" in out
    assert "no longer" not in out
    assert f"removed 1 finding from {NAME}\n" == err
    assert ["other.stack.yml"] == [each["path"] for each in written(folder)]


def test_a_file_without_anything_to_remove_is_not_written(workspace, run):
    folder = workspace({"stack.yml": BAD})
    start(run)
    before = (folder / NAME).stat()
    run("check", "--baseline", NAME, "--prune-baseline")
    after = (folder / NAME).stat()

    # not the whole status: reading the file sets its time of access
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize(
    ("files", "words", "outdated"),
    [
        ({"a.stack.yml": GOOD}, [], True),
        ({"a.stack.yml": GOOD}, ["a.stack.yml"], True),
        ({"a.stack.yml": "x: 1\n"}, [], True),  # nothing of Interlock is left
        ({"a.stack.yml": None}, ["b.stack.yml"], True),
        ({"a.stack.yml": GOOD}, ["b.stack.yml"], False),
        ({"a.stack.yml": GOOD}, ["--select", "missing-port"], False),
        ({"a.stack.yml": GOOD}, ["--ignore", "invalid-value"], False),
        ({"a.stack.yml": GOOD, ".interlock-lint.yaml": 'rules: {invalid-value: "off"}'}, [], False),
        ({"a.stack.yml": GOOD, ".interlock-lint.yaml": "exclude: [a.*]"}, [], False),
        ({"a.stack.yml": "com.docker.lb.hosts: [b"}, [], False),
        ({}, ["--min-severity", "error"], False),
        ({"a.stack.yml": "# interlock-lint: ignore-file[invalid-value] old\n" + BAD}, [], True),
    ],
)
def test_only_what_was_judged_can_be_outdated(workspace, run, files, words, outdated):
    folder = workspace({"a.stack.yml": BAD, "b.stack.yml": API})
    start(run)
    for name in (name for name, text in files.items() if text is None):
        (folder / name).unlink()
    workspace({name: text for name, text in files.items() if text is not None})

    found = checked(run, "--baseline", NAME, *words)[2]["outdated"]
    assert outdated == any(each["rule"] == "invalid-value" for each in found)
    if not outdated:
        run("check", "--baseline", NAME, "--prune-baseline", *words)
        assert "invalid-value" in {each["rule"] for each in written(folder)}


def test_a_finding_about_two_stacks_is_not_outdated_if_one_was_not_judged(workspace, run):
    folder = workspace({"a.stack.yml": GOOD, "b.stack.yml": API.replace("api.e", "app.e")})
    start(run)
    about = [(each["rule"], each["path"], each["with"]) for each in written(folder)]

    assert [("host-in-two-stacks", "b.stack.yml", ["a.stack.yml"])] == about
    assert [] == checked(run, "--baseline", NAME, "b.stack.yml")[2]["outdated"]
    workspace({"a.stack.yml": API})
    assert 1 == len(checked(run, "--baseline", NAME)[2]["outdated"])
    (folder / "a.stack.yml").unlink()
    assert 1 == len(checked(run, "--baseline", NAME, "b.stack.yml")[2]["outdated"])


CONFIGURED = (
    "stacks:\n  - {name: a, files: [base.yml, a.yml]}\n  - {name: b, files: [base.yml, b.yml]}\n"
)
PORT = "services: {web: {deploy: {labels: {com.docker.lb.port: 8080}}}}\n"


def test_a_file_of_two_stacks_is_judged_if_both_are(workspace, run):
    """Only in one of them, a port is missing."""
    base = WARNING
    folder = workspace(
        {
            ".interlock-lint.yaml": CONFIGURED,
            "base.yml": base,
            "a.yml": PORT,
            "b.yml": "services: {web: {image: b}}\n",
        }
    )
    start(run, ".", "--select", "missing-port")

    assert ["base.yml"] == [each["path"] for each in written(folder)]
    words = ("--select", "missing-port", "--baseline", NAME)
    assert [] == checked(run, *words, "a.yml")[2]["outdated"]
    workspace({"b.yml": PORT})
    assert 1 == len(checked(run, *words, ".")[2]["outdated"])


# -- Writing -------------------------------------------------------------------------------------


def test_what_was_not_judged_stays_when_a_baseline_is_written_again(workspace, run):
    workspace({"a.stack.yml": BAD, "b.stack.yml": API.replace("8080", "80800")})
    start(run)
    folder = workspace({"a.stack.yml": GOOD, "b.stack.yml": API})
    start(run, "a.stack.yml")

    assert ["b.stack.yml"] == [each["path"] for each in written(folder)]
    start(run)
    assert [] == written(folder)


def test_the_order_of_files_does_not_change_a_baseline(workspace, run):
    names = [f"{name}.stack.yml" for name in "cab"]
    folder = workspace({name: STICKY.replace("app.", f"{name}.") for name in names})
    start(run, *names)
    before = (folder / NAME).read_bytes()
    (folder / NAME).unlink()
    start(run, *sorted(names))

    assert before == (folder / NAME).read_bytes()
    start(run)
    assert before == (folder / NAME).read_bytes()


def test_paths_are_relative_to_the_baseline(workspace, run, monkeypatch):
    folder = workspace({"stacks/a/stack.yml": BAD, "lint/x": ""})
    status, *_ = run("check", "--write-baseline", "lint/known.json", "stacks")

    assert 0 == status
    assert ["../stacks/a/stack.yml"] == [
        each["path"] for each in written(folder, "lint/known.json")
    ]
    monkeypatch.chdir(folder / "stacks")
    assert 0 == checked(run, "--baseline", "../lint/known.json", "a")[0]
    workspace({"stacks/a/stack.yml": GOOD})
    assert ["a/stack.yml"] == [
        each["path"]
        for each in checked(run, "--baseline", "../lint/known.json", "a")[2]["outdated"]
    ]


def test_less_severe_findings_are_known_only_if_they_were_shown(workspace, run):
    workspace({"stack.yml": WARNING})
    start(run, "--min-severity", "error")

    assert (1, [("missing-port", "web")]) == checked(run, "--baseline", NAME)[:2]


def test_what_could_not_be_judged_is_never_hidden(workspace, run):
    folder = workspace({"a.stack.yml": "com.docker.lb.hosts: [b", "b.stack.yml": BAD})
    status, out, err = run("check", "--write-baseline", NAME)

    assert 3 == status
    assert out.startswith("1 not judged; no findings in 1 file")
    assert "a.stack.yml:1:24: not judged" in err
    assert 1 == len(written(folder))
    assert 3 == run("check", "--baseline", NAME)[0]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--prune-baseline"], "--prune-baseline: name a baseline with --baseline, or `baseline` "),
        (["--prune-baseline", "--write-baseline", "b.json"], "--prune-baseline: --write-baseline "),
        (["--write-baseline", "b.json", "--changed"], "cannot be used with --changed, "),
        (["--write-baseline", "no/b.json"], "--write-baseline: no/b.json: there is no folder no"),
        (["--write-baseline", "."], "--write-baseline: .: it is a folder"),
        (["--write-baseline", "stack.yml"], "stack.yml: line 1: not a baseline: it is not JSON; "),
        (["--write-baseline", "r.json", "--output", "json=r.json"], "another report is written"),
        (["--baseline", "none.json"], "; create it with `--write-baseline none.json`"),
    ],
)
def test_mistakes_are_one_clear_line(workspace, run, words, complaint):
    folder = workspace({"stack.yml": BAD, "a.json": '{"version": 1, "findings": []}'})
    status, out, err = run("check", *words)

    assert (2, "", 1) == (status, out, err.count("\n"))
    assert complaint in err
    assert {"stack.yml": BAD, "a.json": '{"version": 1, "findings": []}'} == {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()
    }


def test_a_report_is_not_written_over_a_baseline(workspace, run):
    workspace({"stack.yml": BAD})
    start(run)
    status, _, err = run("check", "--baseline", NAME, "--output", f"json={NAME}")

    assert (2, f"error: --output: {NAME}: it is read too; choose another file\n") == (status, err)


def test_a_baseline_that_cannot_be_written_is_reported(workspace, run, monkeypatch):
    folder = workspace({"stack.yml": BAD})
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space")))
    status, out, err = run("check", "--write-baseline", NAME)

    assert 3 == status
    assert f"error: {NAME}: no space\n" == err
    assert "invalid-value" in out
    assert ["stack.yml"] == os.listdir(folder)


# -- The configuration ---------------------------------------------------------------------------


def test_a_configuration_can_name_the_baseline(workspace, run):
    folder = workspace({"a/stack.yml": BAD, ".interlock-lint.yaml": "baseline: lint.json\n"})
    status, *_ = run("check", "--write-baseline", "lint.json")

    assert (0, 0) == (status, run("check")[0])
    assert 1 == run("check", "--isolated")[0]
    workspace({"a/stack.yml": GOOD})
    run("check", "--prune-baseline")
    assert [] == written(folder, "lint.json")
    assert "  baseline: lint.json\n" in run("check", "--show-settings")[1]


def test_each_configuration_has_its_own_baseline(workspace, run):
    folder = workspace({"a/stack.yml": BAD, "b/stack.yml": API.replace("8080", "80800")})
    run("check", "--write-baseline", "a/known.json", "a")
    workspace({"a/.interlock-lint.yaml": "baseline: known.json"})

    assert (1, [("invalid-value", "api")]) == checked(run)[:2]
    run("check", "--write-baseline", "b/known.json", "b")
    workspace({"b/.interlock-lint.yaml": "baseline: known.json"})
    assert 0 == checked(run)[0]
    workspace({"a/stack.yml": GOOD, "b/stack.yml": API})
    run("check", "--prune-baseline")
    assert [[], []] == [written(folder / name) for name in "ab"]


def test_two_configurations_may_share_a_baseline(workspace, run):
    folder = workspace(
        {"a/stack.yml": BAD, "b/stack.yml": API.replace("8080", "80800"), ".git/x": ""}
    )
    start(run)
    workspace({f"{name}/.interlock-lint.yaml": f"baseline: ../{NAME}" for name in "ab"})

    status, _, report = checked(run)
    assert (0, 2, []) == (status, report["summary"]["known"], report["outdated"])
    run("check", "--prune-baseline")
    assert 2 == len(written(folder))


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("../out.json", "it is outside of the repository; pass it with --baseline instead"),
        ("link.json", "it is a link that leads out of the repository; pass it with --baseline "),
        ("/proc/self/environ", "it is outside of the repository; pass it with --baseline instead"),
        ("none.json", "no such file or directory; create it with `--write-baseline none.json`"),
        ("folder", "it is a folder"),
    ],
)
def test_a_configuration_reaches_only_its_repository(workspace, run, value, complaint):
    config = f"fail-on: warning\nbaseline: {value}\n"
    folder = workspace(
        {".git/HEAD": "", "stack.yml": BAD, ".interlock-lint.yaml": config, "folder/x": ""}
    )
    (folder.parent / "out.json").write_text('{"version": 1, "findings": []}', encoding="utf-8")
    os.symlink("../out.json", folder / "link.json")
    status, out, err = run("check")

    assert (2, "", 1) == (status, out, err.count("\n"))
    assert err.startswith("error: .interlock-lint.yaml:2: `baseline`: ")
    assert complaint in err


# -- The file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "it is not JSON"),
        ("{", "line 1: not a baseline: it is not JSON"),
        ("<<<<<<< HEAD\n{}\n", "if that is left from a merge, remove the file and write it again"),
        (b"\xff\xfe{}", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ('{"version": 1, "findings": [%s]}' % ("1" * 5000), "it is not JSON"),
        ("[]", "it has no `version` and `findings`"),
        ("{}", "it has no `version` and `findings`; name a file that --write-baseline has written"),
        ('{"version": 2, "findings": []}', "does not know its `version`; update it"),
        ('{"version": true, "findings": []}', "does not know its `version`"),
        ('{"version": 1, "findings": {}}', "`findings` must be a list"),
        ('{"version": 1, "findings": [], "\x1b": 1}', "it is not JSON"),
        ('{"version": 1, "findings": [], "\\u001b": 1}', "unknown key `\\x1b`; remove it"),
        ('{"version": 1, "findings": [1]}', "entry 1 of `findings`: must be a mapping"),
        ('{"version": 1, "findings": [{"path": "a"}]}', "must have `rule`, as text"),
        (
            '{"version": 1, "findings": [{"path": "a", "rule": "b"}, {"count": 3}]}',
            "entry 2 of `findings`: unknown key `count`; use path, rule, services, label, at, ",
        ),
        (
            '{"version": 1, "findings": [{"path": "a", "rule": "b", "number": 0}]}',
            "`number` must be a number from 1 to 1,000,000",
        ),
        (" " * (10 * 1024**2) + "x", "cannot be read: larger than 10 MiB"),
    ],
)
def test_a_file_that_is_no_baseline(workspace, run, content, complaint):
    workspace({"stack.yml": BAD, NAME: content})
    for option in ("--baseline", "--write-baseline"):
        status, out, err = run("check", option, NAME, "stack.yml")

        assert (2, "", 1) == (status, out, err.count("\n"))
        assert err.startswith(f"error: {NAME}: ")
        assert complaint in err


def test_a_pipe_is_not_waited_for(workspace, run):
    os.mkfifo(workspace({"stack.yml": BAD}) / NAME)
    status, _, err = run("check", "--baseline", NAME, "stack.yml")

    assert (2, True) == (status, f"error: {NAME}: cannot be read: " in err)


VALUES = st.sampled_from(["a", "", 1, 0, True, None, 1.5, [], ["a"], [1], {}, 10**6, 10**6 + 1])
ENTRIES = st.dictionaries(
    st.sampled_from(["path", "rule", "services", "label", "at", "number", "with", "x"]), VALUES
) | st.fixed_dictionaries(
    {"path": st.just("a"), "rule": st.just("b")},
    optional=dict.fromkeys(("services", "label", "at", "number", "with"), VALUES),
)
CONTENTS = st.fixed_dictionaries(
    {
        "version": st.sampled_from([1, 1, 1, 2, True, "1", None]),
        "findings": st.lists(ENTRIES) | VALUES,
    },
    optional={"x": VALUES},
)


@given(data=CONTENTS | VALUES)
def test_the_reader_accepts_what_the_schema_does(data):
    try:
        baseline.parse(json.dumps(data).encode())
        accepted = True
    except baseline.Invalid:
        accepted = False

    assert SCHEMA.is_valid(data) == accepted


TEXT = st.text(st.characters(), max_size=8) | st.sampled_from(["\x1b[2J", "\u202e", "\udcff", "é"])
KINDS = st.builds(
    baseline.Kind,
    path=TEXT,
    rule=TEXT,
    services=st.lists(TEXT).map(tuple),
    label=TEXT | st.none(),
    at=TEXT | st.none(),
)


@given(
    kinds=st.lists(
        st.builds(
            baseline.Entry, KINDS, st.integers(1, 9), st.lists(TEXT).map(set).map(sorted).map(tuple)
        )
    )
)
def test_what_is_written_is_read_again(kinds):
    entries = {each.kind: each for each in kinds}
    text = baseline.written(entries.values())

    SCHEMA.validate(json.loads(text))
    assert text.replace("\n", "").isprintable()
    assert entries == baseline.parse(text.encode("utf-8", "backslashreplace"))
    assert text == baseline.written(reversed(entries.values()))


def test_lines_from_both_sides_of_a_merge_are_one_entry():
    line = '{"path": "a", "rule": "b"%s}'
    lines = ",".join((line % "", line % ', "number": 3, "with": ["c"]', line % ', "with": ["d"]'))
    found = baseline.parse(f'{{"version": 1, "findings": [{lines}]}}'.encode())

    assert [(3, ("c", "d"))] == [(each.number, each.others) for each in found.values()]


def test_a_baseline_that_would_be_too_large_is_not_written(workspace, run, monkeypatch):
    monkeypatch.setattr(baseline, "MAX_BASELINE_BYTES", 10)
    folder = workspace({"stack.yml": BAD})
    status, _, err = run("check", "--write-baseline", NAME)

    assert 3 == status
    assert f"error: {NAME}: 1 kinds of findings would make it larger than 0 MiB; check " in err
    assert ["stack.yml"] == os.listdir(folder)


def test_hostile_names_stay_in_their_entries(workspace, run):
    name = 'a"]}\x1b[2J\n::error::\u202e.stack.yml'
    folder = workspace({name: BAD.replace("web", '"we\\eb"')})
    start(run)

    assert [name] == [each["path"] for each in written(folder)]
    assert 6 == (folder / NAME).read_text(encoding="utf-8").count("\n")
    assert 0 == run("check", "--baseline", NAME)[0]


def test_a_file_at_a_revision_has_the_name_it_has_on_the_disk(repository, run):
    require_git()
    repository({"stack.yml": BAD})
    start(run)

    assert 0 == checked(run, "--baseline", NAME, "git:HEAD")[0]
    assert 0 == checked(run, "--baseline", NAME, "git:HEAD:stack.yml")[0]
