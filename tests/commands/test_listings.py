"""Lists of what there is: `--statistics`, `--show-files`, and `rules` as JSON."""

import json
import os
from contextlib import redirect_stdout

import jsonschema
import pytest
from support import BAD, GOOD, ROOT, STICKY, Terminal, imported_by

from linter import cli
from linter.checking import registry
from linter.model.vocabulary import load_schema

API = GOOD.replace("web:", "api:").replace("app.", "api.")
TWO = STICKY + API.replace("8080", "80800").removeprefix("services:\n")
HOSTILE = "a\x1b[2J\n\u202e.stack.yml"


def as_json(run, schema, *words):
    status, out, _ = run(*words, "--format", "json")
    data = json.loads(out)
    jsonschema.validate(data, load_schema(schema))
    return status, data


# -- Statistics ----------------------------------------------------------------------------------


def test_statistics_have_the_most_findings_first(workspace, run):
    workspace({"a.stack.yml": TWO, "b.stack.yml": BAD.replace("app.", "b.")})
    status, out, _ = run("check", "--statistics")

    assert (1, [1, 1, 1]) == (status, [out.count(f"findings by {each}\n") for each in NOUNS])
    assert out.startswith("findings by rule\n  2  invalid-value               2 errors\n  1  ")
    assert "  1  sticky-session-in-vip-mode  1 error; 1 fixable\n" in out
    assert (
        "\nfindings by file\n  2  a.stack.yml  2 errors; 1 fixable\n  1  b.stack.yml  1 error\n\n"
        in out
    )
    assert out.endswith("\n\n" + run("check")[1].splitlines()[-2] + "\n")


NOUNS = ("rule", "service", "file")


def test_statistics_as_json(workspace, run):
    workspace({"a.stack.yml": TWO, "b.stack.yml": "com.docker.lb.hosts: [b"})
    status, data = as_json(run, "statistics", "check", "--statistics")
    report = as_json(run, "report", "check")[1]

    assert (3, report["summary"], report["unjudged"]) == (status, data["summary"], data["unjudged"])
    assert {"path": "a.stack.yml", "service": "api"}.items() < data["services"][0].items()
    for kind in ("rules", "files"):
        assert sum(each["findings"] for each in data[kind]) == len(report["diagnostics"])


def test_statistics_of_nothing(workspace, run):
    workspace({"a.stack.yml": GOOD})

    assert (0, "no findings in 1 file, 1 service\n") == run("check", "--statistics")[:2]
    assert (0, "") == run("check", "-q", "--statistics")[:2]


def test_statistics_leave_reports_in_files_as_they_are(workspace, run):
    folder = workspace({"a.stack.yml": BAD})
    run("check", "--statistics", "--output", "json=report.json")

    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, load_schema("report"))


@pytest.mark.parametrize("option", ["--statistics", "--show-files"])
def test_other_formats_have_none(workspace, run, option):
    workspace({"a.stack.yml": GOOD})

    assert (2, "", f"error: {option}: use --format text or json\n") == run(
        "check", option, "--format", "concise"
    )


@pytest.mark.parametrize("option", ["--statistics", "--show-files"])
def test_hostile_names_are_escaped(workspace, run, option):
    workspace({HOSTILE: BAD})
    out = run("check", option)[1]

    assert out.replace("\n", "").isprintable()
    assert "a\\x1b[2J\\n\\u202e.stack.yml" in out


# -- Files ---------------------------------------------------------------------------------------

FILES = {
    ".interlock-lint.yaml": (
        "proxy-config: proxy.toml\nexclude: [old/**]\n"
        "stacks:\n  - {name: shop, files: [base.yml, shop.yml], env-file: shop.env}\n"
    ),
    "proxy.toml": '[Extensions.default]\nImage = "nginx"\n',
    "base.yml": GOOD,
    "shop.yml": "services: {web: {image: a}}\n",
    "shop.env": "A=1\n",
    "api.yml": API,
    "api.override.yml": "services: {api: {deploy: {labels: {com.docker.lb.port: 1}}}}\n",
    "old/stack.yml": BAD,
    "empty.stack.yml": "services: {}\n",
    "other.yml": "x: 1\n",
}


def test_files_are_listed_with_what_they_are(workspace, run):
    workspace(FILES)

    expected = (
        "api.override.yml    override; its base is not known\n"
        "api.yml             stack\n"
        "base.yml, shop.yml  stack `shop`, with shop.env\n"
        "proxy.toml          Interlock's own configuration\n"
        "empty.stack.yml     no labels to check\n"
        "\n"
        "3 stacks in 6 files\n"
    )
    assert (0, expected, "") == run("check", "--show-files", ".")


def test_files_as_json(workspace, run):
    workspace(FILES)
    status, data = as_json(run, "files", "check", "--show-files", ".")

    assert 0 == status
    assert ["override", "stack", "stack", "proxy-config", "nothing"] == [
        each["as"] for each in data["judged"]
    ]
    assert {
        "paths": ["base.yml", "shop.yml"],
        "as": "stack",
        "name": "shop",
        "env_files": ["shop.env"],
        "configuration": ".interlock-lint.yaml",
    } == {**data["judged"][2], "configuration": os.path.relpath(data["judged"][2]["configuration"])}


def test_a_file_that_cannot_be_read_is_not_listed_as_judged(workspace, run):
    workspace({"a.stack.yml": "com.docker.lb.hosts: [b", "b.stack.yml": GOOD})
    status, data = as_json(run, "files", "check", "--show-files")

    assert (3, ["b.stack.yml"]) == (
        status,
        [path for each in data["judged"] for path in each["paths"]],
    )
    assert ["a.stack.yml"] == [each["path"] for each in data["unjudged"]]


def test_nothing_is_judged_when_files_are_listed(workspace, run):
    workspace({"a.stack.yml": BAD})

    assert (0, "a.stack.yml  stack\n\n1 stack in 1 file\n") == run("check", "--show-files")[:2]
    assert "a.stack.yml  stack\n" == run("check", "-q", "--show-files")[1]


def test_only_files_that_changed_are_listed(repository, run, workspace):
    repository({"a.stack.yml": GOOD, "b.stack.yml": API, "c.stack.yml": "services: {}\n"})
    workspace({"b.stack.yml": API + "# more\n"})

    assert "b.stack.yml  stack\n" == run("check", "-q", "--show-files", "--changed")[1]


# -- Rules ---------------------------------------------------------------------------------------


def test_rules_as_json(run):
    status, data = as_json(run, "rules", "rules")

    assert 0 == status
    assert list(registry.load()) == [each["name"] for each in data["rules"]]
    assert all((ROOT / each["manual"]).is_file() for each in data["rules"])
    assert all(each["documentation"].startswith(each["summary"]) for each in data["rules"])


def test_no_rules_as_json(run):
    status, data = as_json(run, "rules", "rules", "nonsense")

    assert (1, []) == (status, data["rules"])


def test_each_rule_is_a_line_for_other_programs(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    assert len(registry.load()) == len(run("rules")[1].splitlines())


@pytest.mark.parametrize("columns", [72, 80, 200])
def test_rules_fit_into_a_terminal(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    with redirect_stdout(Terminal()) as out:
        cli.main(["rules"])
    lines = out.getvalue().splitlines()

    assert columns >= max(map(len, lines))
    assert list(registry.load()) == [line.split()[0] for line in lines if line[0] != " "]


# -- Labels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["list", "stack.yml"], ["get", "stack.yml", "*", "hosts"]])
def test_labels_in_a_file_do_not_depend_on_the_terminal(workspace, run, monkeypatch, words):
    host = '"' + ",".join(f"{number}.example.com" for number in range(30)) + r',\e[1m"'
    folder = workspace({"stack.yml": GOOD.replace("app.example.com", host)})
    run("labels", *words, "--output", "text=piped.txt")
    monkeypatch.setenv("COLUMNS", "50")
    with redirect_stdout(Terminal()):
        cli.main(["labels", *words, "--output", "text=shown.txt"])

    assert (folder / "piped.txt").read_text() == (folder / "shown.txt").read_text()


# -- Speed ---------------------------------------------------------------------------------------


def test_what_is_not_asked_for_is_not_imported(workspace):
    imported = imported_by(workspace({"stack.yml": BAD}), "check", "-q", "stack.yml")
    rare = (
        *("commands.baselines", "commands.github", "commands.listing", "commands.since"),
        *("checking.baselines", "checking.known", "files.baseline", "files.changed"),
        *("syntax.new_lines", "report.files", "report.statistics"),
    )

    assert imported.isdisjoint(f"linter.{each}" for each in rare)
