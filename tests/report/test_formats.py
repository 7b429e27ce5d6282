"""The formats of `check`, each read by its schema, by a real reader, or as a service reads it."""

import io
import json
import os
import re
import sys
from importlib import metadata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers import COMMANDS, READERS, azure_commands, github_commands, read_github, sarif_run
from support import (
    BAD,
    GOOD,
    ROOT,
    STICKY,
    WARNING,
    golden,
    imported_by,
    judge_stacks,
    quoted,
    undressed,
)

from linter import __version__
from linter.model.diagnostic import Unjudged
from linter.report import Style
from linter.report import check as formats
from linter.report.check import sarif, teamcity

every_format = pytest.mark.parametrize("name", READERS)

INFO = GOOD.replace(
    "    image: example/web\n", "    image: example/web\n    ports: ['8080:8080']\n"
)
IGNORED = STICKY.replace(
    "'true'", "'true'  # interlock-lint: ignore[sticky-session-in-vip-mode] why"
)
TWICE = """\
services:
  web: {image: i, deploy: {labels: {com.docker.lb.prt: 1, com.docker.lb.hosts: a.example.com}}}
  api:
    image: i
    deploy:
      labels:
        - com.docker.lb.hosts=b.example.com
        - com.docker.lb.port=80800
        - com.docker.lb.backend_mode=vip
        - com.docker.lb.sticky_session_cookie=s
"""
FILES = {
    "a/stack.yml": STICKY,
    "b/stack.yml": TWICE,
    "broken.yml": "a: [b",
    "list.yml": "- a",
    "ok.yml": GOOD,
    "warning.yml": WARNING,
}


def in_order(found):
    """What was found, without texts."""
    return sorted((each.rule, each.path, each.line) for each in found)


@pytest.fixture
def read(run):
    """What a format tells of a run."""

    def read(name, *words):
        _, out, _ = run("check", "--isolated", "--format", name, *words)
        return READERS[name](out)

    return read


# -- What is reported ----------------------------------------------------------------------------


def test_every_format_has_a_reader():
    others = {"text", "concise", formats.TERRAFORM}  # the last has tests of its own
    assert set(formats.NAMES) - others == READERS.keys()


@every_format
def test_a_clean_run(workspace, run, name):
    workspace({"stack.yml": GOOD})
    status, out, err = run("check", "--format", name, "--select", "invalid-value", "stack.yml")

    assert (0, "") == (status, err)
    assert [] == READERS[name](out)


@every_format
def test_all_formats_tell_the_same(workspace, read, name):
    workspace(FILES)
    found = read(name, *FILES)
    known = read("json", *FILES)

    assert in_order(known) == in_order(found)
    assert {"broken.yml", "list.yml"} == {each.path for each in found if each.rule == "not-judged"}
    assert len(found) > 8
    for each in (each for each in found if each.text):
        one = next(k for k in known if k[:3] == each[:3])
        message = one.text.split("\n")[0]
        assert message[1:] in each.text


@every_format
def test_the_status_says_that_something_was_not_judged(workspace, run, name):
    workspace(FILES)

    assert 3 == run("check", "--format", name, "broken.yml", "ok.yml")[0]


@every_format
def test_what_is_not_judged_may_have_no_place(workspace, run, name):
    workspace({})
    status, out, _ = run("check", "--format", name, "missing.yml")

    assert 3 == status
    (found,) = READERS[name](out)
    assert ("not-judged", "missing.yml") == found[:2]


@every_format
def test_ignored_findings_are_left_out(workspace, read, name):
    workspace({"stack.yml": IGNORED})

    assert "sticky-session-in-vip-mode" not in {each.rule for each in read(name, "stack.yml")}


@every_format
def test_the_order_of_files_changes_nothing(workspace, run, name):
    workspace(FILES)
    words = ("check", "--isolated", "--format", name)
    outputs = {run(*words, *order)[1] for order in (FILES, reversed(FILES))}

    assert 1 == len(outputs)


@every_format
def test_paths_are_those_of_the_repository(workspace, run, monkeypatch, name):
    """From wherever the program runs, and however the file is named; JSON has the given names."""
    outputs = set()
    folder = workspace({".git/x": "", "stacks/web/stack.yml": BAD})
    monkeypatch.chdir(folder / "stacks")
    for path in ("web/stack.yml", "./web/stack.yml", str(folder / "stacks/web/stack.yml")):
        _, out, _ = run("check", "--isolated", "--format", name, path)
        outputs.add(out)
        paths = {each.path for each in READERS[name](out)}

        assert {path if name in ("json", "jsonl") else "stacks/web/stack.yml"} == paths

    assert name in ("json", "jsonl") or 1 == len(outputs)


@every_format
def test_standard_input(workspace, run, monkeypatch, name):
    workspace({})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    _, out, _ = run("check", "--isolated", "--format", name, "-")

    assert {"<stdin>"} == {each.path for each in READERS[name](out)}


@pytest.mark.golden
@pytest.mark.parametrize("name", formats.NAMES)
def test_golden(workspace, run, monkeypatch, name):
    """`make golden` writes these files; read the diff aloud."""
    ignored = "        com.docker.lb.prt: '80'  # interlock-lint: ignore[misspelt-label] for now\n"
    workspace({"stack.yml": STICKY + ignored, "warning.yml": WARNING, "broken.yml": "a: [b"})
    words = ("--select", "sticky-session-in-vip-mode,missing-port,misspelt-label,canary-share")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))  # Terraform's query
    _, out, _ = run(
        "check", "--isolated", "-f", name, *words, "stack.yml", "warning.yml", "broken.yml"
    )
    out = undressed(out) if name == "html" else out.replace(__version__, "VERSION")

    assert golden(ROOT / "tests/commands/golden" / f"check.{name}", out) == out


# -- Hostile input -------------------------------------------------------------------------------

LETTERS = st.characters(exclude_categories=["Cs"])  # lone surrogates are in no file
HOSTILE = [
    "\n",
    "\r\n::error::x",
    "::error::x",
    "::stop-commands::x",
    " ::add-mask::x",
    "##[add-matcher]x",
    "##vso[task.setvariable variable=x]y",
    "a;b]##vso[task.complete result=Failed;]",
    "##teamcity[buildStatus text='x']",
    "|' |[|]|n|0x0041|",
    "%0A::error::x",
    "%0D%0A##vso[task.complete]",
    "%25%3A%2C%3B%5D%AZP25",
    "a,title=x:line=1::y",
    "]]>",
    "<!--",
    "--",
    "-->",
    "</script><script>alert(1)</script>",
    "&lt;&#60;\"'",
    "<![CDATA[",
    "\x1b[2J\x07\x9b",
    "\x00\x01\ufffe\uffff",
    "\u2028\u2029\x85\u202e",
    "\U0001f600\u0301",
    "# SKIP x",
    " # TODO",
    "\\# SKIP",
    "\nok 1 - x\nBail out!",
    "[x](https://evil.example)",
    "{0} {1} {{2}}",
    "`x` **y** <b>z</b> @octocat #1",
    "${VAR} $x",
    "| a | b |",
    "\\",
    "'\"",
]


def hostile_stack(text):
    value = quoted(f"a{text}b")
    printable = "".join(filter(str.isprintable, text))
    return f"""\
services:
  web:
    image: i
    deploy:
      labels:
        com.docker.lb.hosts: {value}
        com.docker.lb.port: {value}
        com.docker.lb.prt: {value}
        com.docker.lb.backend_mode: {value}
  {value}:
    image: i
    deploy:
      labels:
        - {quoted(f"com.docker.lb.network={text}")}
        - com.docker.lb.hosts=a.example.com
        - com.docker.lb.prt=80  # interlock-lint: ignore[misspelt-label] {printable}
"""


def name_of(text):
    """A file name, with a byte that is not UTF-8 at its end."""
    return os.fsdecode(text.replace("/", "").replace("\0", "").encode() + b"\xff.yml")


def rules(found):
    """What was found, without the names of files, which not every format can write as they are."""
    return sorted((each.rule, each.line or 1) for each in found)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_injected(workspace, run, text):
    name = name_of(text)
    folder = workspace({})
    (folder / name).write_bytes(hostile_stack(text).encode("utf-8", "surrogateescape"))
    (folder / f"broken{name}").write_text("a: [b")
    known = None
    for each in formats.NAMES:
        status, out, err = run(
            "check", "--isolated", "--format", each, f"./{name}", f"./broken{name}"
        )
        assert 3 == status, err
        assert "Traceback" not in err
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e\ud800-\udfff]", out)
        out.encode()
        for server, commands in COMMANDS.items():
            for log in (out, err):
                found = [command for command, *_ in commands(log)]
                if server != each or log is err:
                    assert [] == found, (each, log)
        if each in READERS:
            found = READERS[each](out)
            known = known or rules(found)
            assert known == rules(found), each


@pytest.mark.fuzz
@settings(max_examples=30)
@given(st.lists(st.sampled_from(HOSTILE) | st.text(LETTERS, max_size=4), max_size=4).map("".join))
def test_no_value_makes_a_format_invalid(text):
    report = judge_stacks({(f"{text}.yml",): (hostile_stack(text),)})
    report.unjudged.append(Unjudged(f"{text}.json", f"`{text}`"))
    known = None
    for name, read in READERS.items():
        found = rules(read(formats.reporter(name)(report, Style())))
        known = known or found

        assert known == found, name


@every_format
def test_names_of_files_are_as_they_are(workspace, read, name):
    """As far as the format can hold them."""
    path = "a b/c,d:e;f]g|h%0A'i&j<k>[l](m){0}#n.yml"
    workspace({path: BAD})
    found = read(name, path)

    assert {path} - {each.path for each in found} == (set() if name != "tap" else {path}), (
        "`#` begins a directive in TAP"
    )


def test_a_key_of_a_suggestion_is_in_bytes(workspace, run):
    """As reviewdog counts; other formats count characters."""
    text = STICKY.replace("        com.docker.lb.ip_hash: 'true'\n", "")
    labels = "{com.docker.lb.x: '\u00e9\U0001f600', com.docker.lb.ip_hash: 'true'}"
    workspace({"stack.yml": text.replace("labels:", f"labels: {labels}").split("        com")[0]})
    _, out, _ = run("check", "--isolated", "--format", "rdjson", "stack.yml")
    line = (workspace({}) / "stack.yml").read_bytes().split(b"\n")[5 - 1]
    for each in json.loads(out)["diagnostics"]:
        place = each["location"]["range"]
        if each["code"]["value"] == "unknown-label":
            found = line[place["start"]["column"] - 1 : place["end"]["column"] - 1]
            assert found.startswith(b"com.docker.lb.x")


# -- SARIF ---------------------------------------------------------------------------------------


@pytest.fixture
def sarif_of(run):
    def read(*words):
        return sarif_run(run("check", "--isolated", "--format", "sarif", *words)[1])

    return read


def test_a_clean_sarif_has_results(workspace, sarif_of):
    """GitHub closes alerts only if there is an empty list."""
    workspace({"stack.yml": GOOD})
    found = sarif_of("--select", "invalid-value", "stack.yml")

    assert ([], []) == (found["results"], found["tool"]["driver"]["rules"])


def test_a_result_has_everything(workspace, sarif_of):
    workspace({"stack.yml": STICKY})
    found = sarif_of("--select", "sticky-session-in-vip-mode", "stack.yml")
    (result,) = found["results"]
    (rule,) = found["tool"]["driver"]["rules"]

    assert "error" == result["level"]
    assert "unicodeCodePoints" == found["columnKind"]
    assert {"startLine": 9, "startColumn": 9, "endLine": 9, "endColumn": 38} == (
        result["locations"][0]["physicalLocation"]["region"]
    )
    assert [("web", "services.web")] == [
        (each["name"], each["fullyQualifiedName"])
        for each in result["locations"][0]["logicalLocations"]
    ]
    (related,) = result["relatedLocations"]
    assert "VIP mode is set here." == related["message"]["text"]
    assert 8 == related["physicalLocation"]["region"]["startLine"]
    ((change,),) = [fix["artifactChanges"] for fix in result["fixes"]]
    assert "Remove the label (changes routing)." == result["fixes"][0]["description"]["text"]
    assert "stack.yml" == change["artifactLocation"]["uri"]
    assert [{"text": ""}] == [each["insertedContent"] for each in change["replacements"]]
    assert "## Why is this bad?" in rule["help"]["markdown"]
    assert "helpUri" not in rule
    assert "informationUri" not in found["tool"]["driver"]


def test_fingerprints_of_sarif_do_not_move_with_lines(workspace, sarif_of):
    def fingerprints(text):
        workspace({"stack.yml": text})
        return [each["partialFingerprints"] for each in sarif_of("stack.yml")["results"]]

    before = fingerprints(TWICE)

    assert before == fingerprints("# one\n\n# two\n" + TWICE)
    assert len({each["primaryLocationLineHash"] for each in before}) == len(before)


def test_suppressions_of_comments_and_configurations(workspace, run):
    folder = workspace(
        {
            "stack.yml": IGNORED + "        com.docker.lb.prt: '80'\n",
            ".interlock-lint.yaml": "ignore:\n"
            "  - {rule: misspelt-label, service: w*, reason: until spring}\n"
            "  - {rule: not-routed}\n",
            "other.yml": "services:\n  b: {image: i, deploy: {labels: {com.docker.lb.port: 80}}}\n",
        }
    )
    _, out, _ = run("check", "--format", "sarif", folder / "stack.yml", folder / "other.yml")
    found = {each["ruleId"]: each.get("suppressions") for each in sarif_run(out)["results"]}

    accepted = {"status": "accepted"}
    assert [{"kind": "inSource", "justification": "why"} | accepted] == (
        found["sticky-session-in-vip-mode"]
    )
    assert [{"kind": "external", "justification": "until spring"} | accepted] == (
        found["misspelt-label"]
    )
    assert [{"kind": "external"} | accepted] == found["not-routed"]


def test_github_gets_no_suppressed_results(workspace, run, monkeypatch):
    """It would show them as open alerts."""
    workspace({"stack.yml": IGNORED})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run("check", "--isolated", "--output", "sarif=out.sarif", "stack.yml")

    with open("out.sarif", encoding="utf-8") as file:
        assert not [each for each in sarif_run(file.read())["results"] if "suppressions" in each]


def test_the_most_severe_results_are_kept(workspace, sarif_of, monkeypatch):
    monkeypatch.setattr(sarif, "_MOST", 3)
    workspace({f"{n}.yml": text for n, text in enumerate((INFO, WARNING, BAD, STICKY, IGNORED))})
    found = sarif_of(*(f"{n}.yml" for n in range(5)))
    (notification,) = found["invocations"][0]["toolExecutionNotifications"]

    assert 3 == len(found["results"])
    assert {"2.yml", "3.yml"} <= {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in found["results"]
    }
    assert "warning" == notification["level"]
    assert re.fullmatch(r"\d+ findings left out: .*", notification["message"]["text"])


@pytest.mark.parametrize(
    ("urls", "home", "page"),
    [
        ([], None, None),
        (["Homepage, https://x.example/p"], "https://x.example/p", None),
        (
            ["Homepage, https://x.example", "Documentation, https://x.example/docs/"],
            "https://x.example",
            "https://x.example/docs/rules/invalid-value.md",
        ),
    ],
)
def test_addresses_are_those_of_the_project(workspace, sarif_of, monkeypatch, urls, home, page):
    class Metadata:
        def get_all(self, name):
            assert name == "Project-URL"
            return urls or None

    monkeypatch.setattr(metadata, "metadata", lambda _: Metadata())
    workspace({"stack.yml": BAD})
    driver = sarif_of("--select", "invalid-value", "stack.yml")["tool"]["driver"]

    assert home == driver.get("informationUri")
    assert page == driver["rules"][0].get("helpUri")


# -- GitHub --------------------------------------------------------------------------------------


def many(number):
    labels = "{com.docker.lb.hosts: a.example.com, com.docker.lb.port: 80800}"
    return "services:\n" + "".join(
        f"  s{n}: {{image: i, deploy: {{labels: {labels}}}}}\n" for n in range(number)
    )


def test_ten_annotations_of_each_level_and_the_rest_in_the_summary(workspace, run, monkeypatch):
    workspace({"stack.yml": many(15), "warning.yml": WARNING})
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    words = ("--isolated", "--select", "invalid-value,missing-port", "stack.yml", "warning.yml")
    _, out, _ = run("check", "--format", "github", *words)
    levels = [name for name, *_ in github_commands(out)]

    assert (10, 1) == (levels.count("error"), levels.count("warning"))
    assert "\n5 more findings; GitHub shows 10 of each level for a step\n" in out
    assert out.endswith("15 errors, 1 warning in 2 files, 16 services\n")
    with open("summary.md", encoding="utf-8") as file:
        assert 16 == len(READERS["markdown"](file.read()))


def test_annotations_follow_the_text_on_github(workspace, run, monkeypatch):
    workspace({"stack.yml": BAD, "summary.md": "before\n"})
    text = run("check", "--isolated", "stack.yml")[1]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    _, out, _ = run("check", "--isolated", "stack.yml")
    with open("summary.md", encoding="utf-8") as file:
        summary = file.read()

    assert out.startswith(text)
    assert 1 == len(read_github(out.removeprefix(text)))
    assert [] == list(github_commands(text))
    assert summary.startswith("before\n<!-- interlock-lint check -->\n")


@pytest.mark.parametrize("name", ["text", "json", "sarif"])
def test_a_format_that_is_chosen_stands_alone_on_github(workspace, run, monkeypatch, name):
    workspace({"stack.yml": BAD})
    words = ("check", "--isolated", "--format", name, "stack.yml")
    usual = run(*words)[1]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")

    assert usual == run(*words)[1]
    assert not os.path.exists("summary.md")


def test_a_summary_that_cannot_be_written_is_a_warning(workspace, run, monkeypatch):
    workspace({"stack.yml": BAD})
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "no/summary.md")
    status, out, err = run("check", "--isolated", "--format", "github", "stack.yml")

    assert 1 == status
    assert read_github(out)
    assert "warning: GITHUB_STEP_SUMMARY: no/summary.md: no such file or directory\n" == err


def test_columns_only_on_one_line(workspace, run):
    """GitHub refuses an annotation with columns on several lines."""
    text = BAD.replace("80800", '"80\n          800"')
    workspace({"stack.yml": text})
    _, out, _ = run("check", "--isolated", "--format", "github", "stack.yml")
    values = [values for _, values, _ in github_commands(out) if values["title"] == "invalid-value"]

    assert [{"file", "title", "line", "endLine"}] == [set(each) for each in values]


# -- Others --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("threshold", "fails"), [("error", 0), ("warning", 1), ("info", 2)])
def test_tests_fail_from_the_threshold(workspace, run, threshold, fails):
    workspace({"info.yml": INFO, "warning.yml": WARNING})
    words = ("--select", "missing-port,port-also-published", "--fail-on", threshold)
    _, junit, _ = run("check", "--isolated", "-f", "junit", *words, "info.yml", "warning.yml")
    _, tap, _ = run("check", "--isolated", "-f", "tap", *words, "info.yml", "warning.yml")

    assert fails == junit.count("<failure ") == tap.count("\nnot ok ")
    assert 2 - fails == junit.count("<skipped ") == tap.count("\nok ")


def test_levels_that_azure_does_not_know(workspace, run):
    workspace({"info.yml": INFO})
    _, out, _ = run("check", "--isolated", "-f", "azure", "--select", "port-also-published", ".")

    assert ["warning"] == [values["type"] for _, values, _ in azure_commands(out)]


def test_a_message_of_teamcity_is_not_too_long():
    assert len(teamcity._value("x" * 5_000)) < 4_000


@pytest.mark.parametrize("limit", [58_000, 250_000])
def test_markdown_stays_below_the_size_of_a_comment(workspace, run, monkeypatch, limit):
    workspace({"stack.yml": many(2_000)})
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    _, out, _ = run("check", "--isolated", "-f", "markdown", "stack.yml")
    if limit > 58_000:
        run("check", "--isolated", "-f", "github", "stack.yml")
        with open("summary.md", encoding="utf-8") as file:
            out = file.read()

    assert limit * 0.9 < len(out) < limit + 200
    assert re.search(r"\n\n[\d,]+ more findings are not shown here\.\n$", out)


def test_several_reports_of_one_run(workspace, run):
    workspace({"stack.yml": BAD})
    outputs = [word for name in READERS for word in ("--output", f"{name}=out.{name}")]
    status, out, _ = run("check", "--isolated", "-f", "concise", *outputs, "stack.yml")

    assert 1 == status
    assert out.startswith("stack.yml:7:29: error[invalid-value]")
    for name, read in READERS.items():
        with open(f"out.{name}", encoding="utf-8") as file:
            assert ["invalid-value"] == [each.rule for each in read(file.read())], name


def test_only_the_format_that_is_used_is_imported(workspace):
    imported = imported_by(workspace({"stack.yml": BAD}), "check", "stack.yml")
    formats = {each for each in imported if each.startswith("linter.report.check.")}

    assert {"linter.report.check.text"} == formats
    assert imported.isdisjoint(
        {"linter.report.entries", "linter.report.json_parts", "xml.etree.ElementTree"}
    )
