"""The command line as its users see it: exit status, streams, options."""

import io
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from support import BAD, GOOD, PATIENCE, ROOT, STICKY, WARNING, golden, imported_by

import linter
from linter.checking import registry
from linter.model.vocabulary import load_schema


def standard_input(monkeypatch, content):
    data = content if isinstance(content, bytes) else content.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


# -- Exit status ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "arguments", "status"),
    [
        ({"stack.yml": GOOD}, ["stack.yml"], 0),
        ({"stack.yml": BAD}, ["stack.yml"], 1),
        ({"stack.yml": WARNING}, ["stack.yml"], 1),
        ({"stack.yml": WARNING}, ["--fail-on", "error", "stack.yml"], 0),
        ({"stack.yml": BAD}, ["--ignore", "invalid-value", "stack.yml"], 0),
        ({"stack.yml": BAD}, ["--select", "missing-port", "stack.yml"], 0),
        ({"stack.yml": BAD}, [], 1),
        ({}, [], 0),
        ({"stack.yml": "a: [b"}, ["stack.yml"], 3),
        ({"a.yml": "a: [b", "b.yml": BAD}, ["a.yml", "b.yml"], 3),
        ({}, ["missing.yml"], 3),
        ({"stack.yml": GOOD}, ["--select", "no-such-rule", "stack.yml"], 2),
        ({"stack.yml": GOOD}, ["--target", "mke-9", "stack.yml"], 2),
        ({"stack.yml": GOOD}, ["--config", "none.yaml", "stack.yml"], 2),
        ({"stack.yml": GOOD}, ["--output", "nonsense", "stack.yml"], 2),
        ({"stack.yml": GOOD}, ["--env-file", "none.env", "stack.yml"], 2),
        ({"stack.yml": GOOD}, ["--no-such-option"], 2),
        ({"stack.yml": "a: [b", ".interlock-lint.yaml": "nonsense: 1"}, ["stack.yml"], 2),
    ],
)
def test_exit_status(workspace, run, files, arguments, status):
    workspace(files)

    assert status == run("check", *arguments)[0]


MISNAMED = "use letters, digits, `_` and `-`, and start with a letter or a digit"


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--stack-name", "", f"the stack name is empty; {MISNAMED}, or omit it"),
        ("--stack-name", "Bad Name!", f"`Bad Name!` is not a valid stack name; {MISNAMED}"),
        ("--stack-name", "_shop", f"`_shop` is not a valid stack name; {MISNAMED}"),
        ("--stack-name", "shop.eu", f"`shop.eu` is not a valid stack name; {MISNAMED}"),
        ("--stack-name", "shop\n", f"`shop\\n` is not a valid stack name; {MISNAMED}"),
        ("--target", "", "unknown target ``; use one of ucp-3.0, ucp-3.1, "),
        ("--target", " ", "unknown target ` `; use one of ucp-3.0, ucp-3.1, "),
    ],
)
def test_options_of_which_nothing_is_left(workspace, run, option, value, complaint):
    """As a script has it whose variable is not set."""
    workspace({"stack.yml": GOOD})
    status, out, err = run("check", option, value, "stack.yml")

    assert (2, "") == (status, out)
    assert err.startswith(f"error: {option}: {complaint}")


@pytest.mark.parametrize("name", ["shop", "Shop-2_eu", "0", "a-", "x" * 61])
def test_names_of_stacks(workspace, run, name):
    workspace({"stack.yml": GOOD})

    assert 0 == run("check", "--stack-name", name, "stack.yml")[0]


SHOP = GOOD + "        com.docker.lb.context_root: /shop\n"
API = SHOP.replace("web", "api").replace("/shop", "/api")
BOTH = SHOP + API.removeprefix("services:\n")
LATER, LAST = (each.replace("  api:", "  worker:") for each in (API, BOTH))


@pytest.mark.parametrize(
    ("first", "second", "severity"),
    [
        (BOTH, GOOD.replace("app", "other"), "error"),
        (BOTH, SHOP, "error"),
        (BOTH, API, "error"),
        (SHOP, BOTH, "error"),
        (SHOP, API, "info"),
        # One label is in two conflicts, of which the one with the other stack is found first.
        (LAST.replace("app", "x.example.com,app", 1), LATER.replace("app", "x"), "error"),
    ],
)
def test_a_conflict_within_one_stack_is_an_error(workspace, run, first, second, severity):
    """What unnamed stacks do together is an info at most: they need not run on one swarm."""
    workspace({"a.yml": first, "b.yml": second})
    status, out, _ = run("check", "--fail-on", "error", "--format", "json", ".")
    found = json.loads(out)["diagnostics"]

    assert [severity] == [
        each["severity"] for each in found if each["rule"] == "conflicting-context-roots"
    ]
    assert int(severity == "error") == status


@pytest.mark.parametrize("name", ["text", "concise", "json"])
def test_exit_status_is_the_same_in_every_format(workspace, run, name):
    workspace({"good.yml": GOOD, "bad.yml": BAD, "broken.yml": "a: [b"})

    assert [0, 1, 3] == [
        run("check", "--format", name, file)[0] for file in ("good.yml", "bad.yml", "broken.yml")
    ]


def test_one_broken_file_does_not_hide_the_others(workspace, run):
    workspace({"a-stack.yml": "a: [b", "b-stack.yml": BAD})
    status, out, err = run("check", "a-stack.yml", "b-stack.yml")

    assert 3 == status
    assert "invalid-value" in out
    assert err.startswith("a-stack.yml:1:6: not judged: not YAML")


def test_a_rule_that_crashes_is_named_and_the_others_run(workspace, run, monkeypatch):
    def crash(_):
        raise ZeroDivisionError("division by zero")

    rules = dict(registry.load())
    rule = rules["missing-port"]
    rules["missing-port"] = type(rule)(
        rule.name, rule.severity, rule.on, rule.evidence, rule.subject, crash
    )
    monkeypatch.setattr(registry, "load", lambda: rules)
    workspace({"stack.yml": BAD})
    status, out, err = run("check", "stack.yml")

    assert 3 == status
    assert "invalid-value" in out
    assert "stack.yml: not judged: rule missing-port crashed: ZeroDivisionError" in err


# -- Sources -------------------------------------------------------------------------------------


def test_standard_input(run, monkeypatch):
    standard_input(monkeypatch, BAD)
    status, out, _ = run("check", "--format", "concise", "--stdin-filename", "shop.yml", "-")

    assert 1 == status
    assert "shop.yml:7:29: error[invalid-value] " in out


def test_several_files_of_one_stack(workspace, run):
    top = "services:\n  web:\n    deploy:\n      labels: [com.docker.lb.port=8443]\n"
    workspace({"base.yml": BAD, "prod.yml": top})

    assert 1 == run("check", "base.yml")[0]
    assert 0 == run("check", "-c", "base.yml", "-c", "prod.yml")[0]


def test_a_folder_is_searched_by_name_and_by_content(workspace, run):
    workspace(
        {
            "compose.yml": BAD,
            "docker-compose.prod.yaml": BAD,
            "sub/stack.yml": BAD,
            "sub/docker-stack-v2.yml": BAD,
            "shop.stack.yml": BAD,
            "shop.compose.prod.yml": BAD,
            "other.yml": BAD,
            "unrelated.yml": "a: [b",
            "stack.txt": BAD,
            "stack.json": BAD,
            ".hidden/stack.yml": BAD,
        }
    )
    _, out, err = run("check", "--format", "concise", "--select", "invalid-value", ".")

    assert [
        "compose.yml",
        "docker-compose.prod.yaml",
        "other.yml",
        "shop.compose.prod.yml",
        "shop.stack.yml",
        "sub/docker-stack-v2.yml",
        "sub/stack.yml",
    ] == [line.partition(":")[0] for line in out.splitlines()]
    assert "" == err


def test_stack_files_without_such_labels_are_passed_over_in_folders(workspace, run):
    plain = "services:\n  db:\n    image: a\n    image: b\n"
    workspace({"compose.yml": plain})

    assert 0 == run("check", ".")[0]
    assert 1 == run("check", "compose.yml")[0]


def test_what_git_ignores_is_left_out(workspace, run):
    workspace({".gitignore": "build/\n", "stack.yml": BAD, "build/stack.yml": BAD})
    subprocess.run(["git", "init", "-q", "."], check=True)
    _, out, _ = run("check", "--format", "concise")

    assert {"stack.yml"} == {line.partition(":")[0] for line in out.splitlines()}
    assert 1 == run("check", "build/stack.yml")[0]


def test_stack_files_without_labels(workspace, run):
    workspace({"stack.yml": "services: {web: {image: i}}\n", "compose.yml": "services: {}\n"})

    assert (0, "no labels to check in 2 files\n", "") == run("check")

    workspace({"compose.yml": GOOD})

    assert (0, "no findings in 2 files, 1 service\n", "") == run("check")


def test_no_stack_files(workspace, run):
    workspace({"README.md": "nothing here"})

    status, out, err = run("check")

    assert (0, "no findings in 0 files, 0 services\n") == (status, out)
    assert err == "warning: no stack files found: 1 file of another form contains none\n"


@pytest.mark.parametrize(
    ("encoding", "newline"),
    [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("utf-16", "\r\n"), ("utf-16-le", "\n")],
)
def test_encodings(workspace, run, encoding, newline):
    """Places are the same whatever the encoding and the ends of lines."""
    text = BAD.replace("\n", newline)
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    workspace({"stack.yml": data})
    _, out, _ = run("check", "--format", "concise", "stack.yml")

    assert "stack.yml:7:29: error[invalid-value] " in out


# -- Variables -----------------------------------------------------------------------------------

VARIABLE = GOOD.replace("8080", "${PORT}")


def test_a_variable_that_is_not_given_is_not_judged(workspace, run):
    workspace({"stack.yml": VARIABLE})

    assert 0 == run("check", "stack.yml")[0]


def test_variables_from_a_file(workspace, run):
    workspace({"stack.yml": VARIABLE, "prod.env": "# ports\nexport PORT='80800'\n"})
    status, out, _ = run("check", "--env-file", "prod.env", "--format", "concise", "stack.yml")

    assert 1 == status
    assert "80800" in out


def test_variables_from_the_environment(workspace, run, monkeypatch):
    monkeypatch.setenv("PORT", "x")
    workspace({"stack.yml": VARIABLE})

    assert 1 == run("check", "--env", "stack.yml")[0]


def test_a_broken_file_of_variables(workspace, run):
    workspace({"stack.yml": VARIABLE, "prod.env": "PORT=1\nnonsense\n"})
    status, _, err = run("check", "--env-file", "prod.env", "stack.yml")

    assert (2, "error: --env-file: prod.env:2: expected NAME=VALUE\n") == (status, err)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("--proxy-config none.toml", "none.toml: cannot be read: no such file or directory"),
        ("--proxy-config bad.toml", "bad.toml:1: not TOML: "),
        ("--config none.yaml", "none.yaml: no such file"),
        ("--config bad.yaml", "bad.yaml:1: the configuration must be a mapping"),
        ("--env-file none.env", "none.env: cannot be read: no such file or directory"),
        ("--select nonsense", "unknown rule `nonsense`; `interlock-lint rules` lists them"),
        ("--ignore missing-prt", "unknown rule `missing-prt`; did you mean `missing-port`?"),
        ("--target nonsense", "unknown target `nonsense`; use one of "),
        ("--stack-name a/b", "`a/b` is not a valid stack name; "),
        ("--fail-on never", "unknown value `never`; use "),
    ],
)
def test_an_error_about_a_value_names_the_option(workspace, run, words, reason):
    workspace({"stack.yml": GOOD, "bad.toml": "[[", "bad.yaml": "- a"})
    status, _, err = run("check", *words.split(), "stack.yml")

    assert 2 == status
    assert err.startswith(f"error: {words.split()[0]}: {reason}")


def test_only_line_breaks_end_a_variable(workspace, run):
    """Not what Unicode calls a separator of lines."""
    workspace({"stack.yml": VARIABLE, "prod.env": "OTHER=a\u2028b\nPORT=80800\n"})
    status, out, _ = run("check", "--env-file", "prod.env", "--format", "concise", "stack.yml")

    assert 1 == status
    assert "80800" in out


# -- Output --------------------------------------------------------------------------------------


@pytest.mark.golden
def test_text(workspace, run):
    workspace({"stack.yml": STICKY})
    _, out, _ = run("check", "--select", "sticky-session-in-vip-mode", "stack.yml")
    path = ROOT / "tests" / "commands" / "golden" / "report.txt"

    assert golden(path, out) == out, "run `make golden` if that is what it should print"


def test_json_fits_its_schema(workspace, run):
    workspace({"stack.yml": STICKY, "broken.yml": "a: [b", "list.yml": "- a", "bad.yml": BAD})
    _, out, _ = run("check", "--format", "json", "stack.yml", "broken.yml", "list.yml", "bad.yml")
    report = json.loads(out)
    schema = load_schema("report")
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.validate(report, schema)
    assert {"broken.yml", "list.yml"} == {each["path"] for each in report["unjudged"]}
    sticky = next(d for d in report["diagnostics"] if d["rule"] == "sticky-session-in-vip-mode")
    span = sticky["span"]
    assert (
        "com.docker.lb.ip_hash: 'true'" == STICKY[span["start"]["offset"] : span["end"]["offset"]]
    )
    assert ("web", "com.docker.lb.ip_hash") == (sticky["service"], sticky["label"])


def test_fingerprints_do_not_move_with_lines(workspace, run):
    workspace({"stack.yml": STICKY})
    before = json.loads(run("check", "--format", "json", "stack.yml")[1])
    workspace({"stack.yml": "# a new first line\n" + STICKY})
    after = json.loads(run("check", "--format", "json", "stack.yml")[1])

    assert before["diagnostics"] != after["diagnostics"]
    assert [d["fingerprint"] for d in before["diagnostics"]] == [
        d["fingerprint"] for d in after["diagnostics"]
    ]


SERVICE = """\
  {name}:
    image: example/web
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: {name}.example.com,all.example.com
        com.docker.lb.port: 80
        com.docker.lb.network: {stack}_front
        com.docker.lb.context_root: /{name}
        com.docker.lb.redirects: http://{name}.example.com,http://{to}.example.com
        <<: *shared
"""


def test_fingerprints_do_not_move_with_services(workspace, run):
    services = [
        SERVICE.format(name=name, stack=stack, to=to)
        for name, stack, to in (("a", "shop", "b"), ("b", "shop", "c"), ("c", "old", "a"))
    ]
    around = "x: &shared {com.docker.lb.ip_hash: 1}\nservices:\n", "networks: {front: {}}\n"
    found = []
    for order in itertools.permutations(services):
        workspace({"stack.yml": "".join((around[0], *order, around[1]))})
        report = json.loads(run("check", "--format", "json", "stack.yml")[1])
        found.append(sorted(d["fingerprint"] for d in report["diagnostics"]))

    wanted = {"redirect-loop", "conflicting-context-roots", "boolean-not-true"}
    wanted |= {"hard-coded-stack-name", "inconsistent-stack-name"}
    assert wanted <= {d["rule"] for d in report["diagnostics"]}
    assert found == found[:1] * 6


def test_several_outputs(workspace, run):
    workspace({"stack.yml": BAD})
    run("check", "--output", "json=report.json", "--output", "concise=report.txt", "stack.yml")
    found = json.loads(Path("report.json").read_text())["diagnostics"]

    assert "invalid-value" in [each["rule"] for each in found]
    assert "stack.yml:7:29: error[invalid-value] " in Path("report.txt").read_text()


def test_quiet_says_nothing_when_there_is_nothing_to_say(workspace, run):
    workspace({"stack.yml": GOOD})

    assert (0, "", "") == run("check", "--quiet", "--select", "invalid-value", "stack.yml")


def test_no_colour_without_a_terminal(workspace, run, monkeypatch):
    workspace({"stack.yml": BAD})
    plain = run("check", "stack.yml")[1]

    assert "\x1b" not in plain
    assert "\x1b[1;31m" in run("check", "--color", "always", "stack.yml")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in run("check", "stack.yml")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert plain == run("check", "stack.yml")[1]


@pytest.mark.parametrize("name", ["text", "concise"])
def test_nothing_from_a_file_commands_the_terminal(workspace, run, name):
    """Escapes, bells, direction marks: from values, keys, service names, paths and reasons."""
    hostile = '"\\e[2J\\a\\u202e\\x9b"'
    text = GOOD.replace("app.example.com", f"{hostile}").replace("8080", f"{hostile}")
    workspace({"st\x1b[2Jack.yml": text, "broken\x07.yml": f"a: [{hostile}\n"})
    status, out, err = run("check", "--format", name, "st\x1b[2Jack.yml", "broken\x07.yml")

    assert 3 == status
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out + err)
    assert "\\x1b[2J" in out


def test_only_lines_of_a_finding_are_shown(workspace, run):
    secret = "    environment:\n      PASSWORD: hunter2\n"
    workspace({"stack.yml": BAD.replace("    deploy", secret + "    deploy")})
    outputs = [run("check", "--format", f, "stack.yml")[1] for f in ("text", "concise", "json")]

    assert all("invalid-value" in out and "hunter2" not in out for out in outputs)


@pytest.mark.parametrize("columns", ["0", "x", "9" * 5_000])
def test_columns_that_are_no_width(workspace, run, monkeypatch, columns):
    """Then standard output says how wide it is, here that it is none."""
    workspace({"stack.yml": BAD})
    expected = run("check", "stack.yml")
    monkeypatch.setenv("COLUMNS", columns)

    assert expected == run("check", "stack.yml")


def test_a_long_line_is_cropped_around_the_span(workspace, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    hosts = ",".join(f"h{n}.example.com" for n in range(40))
    workspace({"stack.yml": GOOD.replace("app.example.com", f"{hosts},http://x,{hosts}")})
    _, out, _ = run("check", "stack.yml")
    lines = out.splitlines()
    shown = next(i for i, line in enumerate(lines) if "http://x" in line and " | " in line)
    start = lines[shown].index("http://x")

    assert all(len(line) <= 80 for line in lines)
    assert "^^^^^^^^" == lines[shown + 1].strip(" |")
    assert start == lines[shown + 1].index("^")


def test_carets_stand_under_wide_characters(workspace, run):
    workspace({"stack.yml": GOOD.replace("app.example.com", "日本.example,http://日本")})
    _, out, _ = run("check", "--select", "invalid-value", "stack.yml")
    excerpt = next(line for line in out.splitlines() if "日本" in line and " | " in line)
    carets = out.splitlines()[out.splitlines().index(excerpt) + 1]

    assert len(excerpt[: excerpt.index("http")]) + 2 == carets.index("^")
    assert len("http://") + 4 == carets.count("^")


def test_output_that_cannot_be_encoded_is_escaped():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-m", "linter", "check", "-"],
        input=GOOD.replace("app.example.com", "http://日本").encode(),
        capture_output=True,
        env=environment,
    )

    assert 1 == result.returncode
    assert b"http://\\u65e5\\u672c" in result.stdout


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m linter rules | head -n 1"
    result = subprocess.run(
        command, shell=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )

    assert b"" == result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redirection", "status", "err"),
    [
        (">/dev/full", 3, "error: cannot write output: no space left on device\n"),
        (">&-", 3, "error: cannot write output: standard output is closed\n"),
        ("2>/dev/full >/dev/null", 1, ""),
        (">/dev/full 2>/dev/full", 3, ""),
        ("2>&- >/dev/null", 1, ""),
        (
            "--output json=/dev/full >/dev/null",
            3,
            "error: --output: /dev/full: no space left on device\n",
        ),
    ],
)
def test_streams_that_take_nothing(workspace, redirection, status, err):
    workspace({"stack.yml": BAD})
    result = subprocess.run(
        f"{sys.executable} -m linter check stack.yml {redirection}",
        shell=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert (status, err) == (result.returncode, result.stderr)


@pytest.mark.parametrize("words", [["fix"], [], ["labels", "list"]])
def test_no_argument_commands_the_terminal(run, words):
    """A file may be called so, and a shell puts it where `*` stands."""
    status, _, err = run(*words, "--\x1b[2Jx.yml")

    assert 2 == status
    assert r"--\x1b[2Jx.yml" in err or "COMMAND" in err
    assert "\x1b" not in err


@pytest.mark.slow
@pytest.mark.parametrize("words", ["check", "fix --write"])
def test_standard_input_without_an_end_is_too_large(words):
    result = subprocess.run(
        f"{sys.executable} -m linter {words} - </dev/zero",
        shell=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert 3 == result.returncode
    assert "larger than 10 MiB" in result.stderr
    assert "\0" not in result.stdout


def test_standard_input_can_be_named_twice(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    status, out, _ = run("check", "--isolated", "-c", "-", "-c", "-")

    assert 1 == status
    assert "invalid-value" in out


@pytest.mark.parametrize("where", ["linter.commands.line.parse", "linter.commands.load"])
def test_an_interrupt_is_no_fault(run, monkeypatch, where):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupt)

    assert (130, "", "") == run("fix", "x.yml")


def test_standard_input_that_is_closed(workspace):
    workspace({})
    result = subprocess.run(
        f"{sys.executable} -m linter check - <&-",
        shell=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert 3 == result.returncode
    assert "bug" not in result.stderr


# -- Manual --------------------------------------------------------------------------------------


def test_rules_are_listed(run):
    status, out, _ = run("rules")

    assert 0 == status
    assert list(registry.load()) == [line.split()[0] for line in out.splitlines()]


def test_rules_are_filtered_by_words(run):
    _, out, _ = run("rules", "vip", "sticky")

    assert ["sticky-session-in-vip-mode"] == [line.split()[0] for line in out.splitlines()]
    assert (1, "", "no rule mentions `vip` and `xyz`\n") == run("rules", "vip", "xyz")


def test_rules_are_listed_with_severity_and_kind_of_fix(run):
    lines = {line.split()[0]: line.split()[1:3] for line in run("rules")[1].splitlines()}

    assert ["error", "unsafe"] == lines["sticky-session-in-vip-mode"]
    assert ["error", "safe"] == lines["unquoted-boolean"]
    assert ["info", "-"] == lines["interrupted-update"]
    assert "off" == lines["ignore-without-reason"][0]


def test_explain_shows_the_manual(run):
    status, out, _ = run("explain", "sticky-session-in-vip-mode")

    assert 0 == status
    assert out.startswith("sticky-session-in-vip-mode\n")
    assert "\nUse instead\n" in out


def test_explain_suggests_the_name_that_was_meant(run):
    status, _, err = run("explain", "sticky-sesion-in-vip-mode")

    assert (
        2,
        (
            "error: unknown rule `sticky-sesion-in-vip-mode`; "
            "did you mean `sticky-session-in-vip-mode`?\n"
        ),
    ) == (status, err)


def test_version(run):
    assert (0, f"interlock-lint {linter.__version__}\n", "") == run("--version")


@pytest.mark.parametrize("command", [[], ["check"], ["routes"], ["rules"], ["explain"]])
def test_help_fits_a_terminal_and_gives_examples(run, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    status, out, _ = run(*command, "--help")

    assert 0 == status
    assert not command or "example" in out
    assert max(map(len, out.splitlines())) <= 100


# -- Speed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [GOOD, STICKY, WARNING, BAD])
def test_what_is_slow_to_import_is_not_imported(workspace, text):
    """Also not when there are findings, and values that are invalid."""
    imported = imported_by(workspace({"stack.yml": text}), "check", "-q", "stack.yml")

    assert imported.isdisjoint(
        {"docker", "jsonschema", "ruamel", "ruamel.yaml", "requests", "asyncio"}
    )


def test_words_may_stand_between_options(workspace, run):
    workspace({"a.yml": BAD, "b.yml": BAD})
    _, out, _ = run("check", "a.yml", "--isolated", "b.yml", "--format", "concise")

    assert {"a.yml", "b.yml"} == {line.partition(":")[0] for line in out.splitlines()}


def test_behind_two_dashes_everything_is_a_word(workspace, run):
    workspace({"--version.stack.yml": BAD})
    status, out, _ = run("check", "--isolated", "--format", "concise", "--", "--version.stack.yml")

    assert 1 == status
    assert out.startswith("--version.stack.yml:")


class TestDotenv:
    """`docker stack deploy` does not read the `.env` file next to a stack."""

    STACK = GOOD.replace("app.example.com", "${HOST}")

    def rules(self, run, *arguments):
        out = run("check", "--format", "json", "--ignore", "unset-variable", *arguments)[1]
        return [each["rule"] for each in json.loads(out)["diagnostics"]]

    def test_it_is_looked_for_next_to_the_stack(self, workspace, run):
        workspace({"a/stack.yml": self.STACK, "a/.env": "HOST=a", "b/stack.yml": self.STACK})

        assert ["dotenv-not-read"] == self.rules(run, "a/stack.yml")
        assert [] == self.rules(run, "b/stack.yml")

    @pytest.mark.parametrize("name", ["a/.env", "other.env"])
    def test_values_that_are_given_are_known(self, workspace, run, name):
        workspace({"a/stack.yml": self.STACK, "a/.env": "HOST=a", "other.env": "HOST=b"})

        assert [] == self.rules(run, "--env-file", name, "a/stack.yml")

    def test_what_only_it_has_is_said_whatever_else_is_given(self, workspace, run):
        workspace({"stack.yml": self.STACK, ".env": "HOST=a", "other.env": "OTHER=b"})

        assert "dotenv-not-read" in self.rules(run, "--env-file", "other.env", "stack.yml")

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"HOST", b"#HOST=a", b"OTHER=a"])
    def test_other_content_means_nothing(self, workspace, run, content):
        folder = workspace({"stack.yml": self.STACK})
        (folder / ".env").write_bytes(content)

        assert [] == self.rules(run, "stack.yml")

    def test_a_folder_of_that_name_means_nothing(self, workspace, run):
        workspace({"stack.yml": self.STACK, ".env/HOST": "a"})

        assert [] == self.rules(run, "stack.yml")


class TestConfigurationOfInterlock:
    """Interlock's own configuration is checked like a stack, with findings at its keys."""

    BROKEN = "[Extensions.default]\nPublishMode = 'ingress'\n"

    def rules(self, run, *arguments):
        status, out, _ = run("check", "--format", "json", *arguments)
        found = json.loads(out)["diagnostics"]
        return status, [
            (each["rule"], each["path"], each["span"]["start"]["line"]) for each in found
        ]

    def test_it_may_be_a_source(self, workspace, run):
        workspace({"config.toml": self.BROKEN})

        assert (1, [("proxy-without-replicas", "config.toml", 1)]) == self.rules(run, "config.toml")

    def test_it_is_checked_once_with_all_stacks(self, workspace, run):
        workspace({"config.toml": self.BROKEN, "a.yml": GOOD, "b.yml": GOOD.replace("app", "b")})
        given = self.rules(run, "--proxy-config", "config.toml", "a.yml", "b.yml")

        assert (1, [("proxy-without-replicas", "config.toml", 1)]) == given

    def test_it_is_checked_without_any_stack(self, workspace, run):
        workspace({"config.toml": self.BROKEN, "empty/.keep": ""})
        found = self.rules(run, "--proxy-config", "config.toml", "empty")[1]

        assert [("proxy-without-replicas", "config.toml", 1)] == found

    def test_it_is_checked_where_the_configuration_names_it(self, workspace, run):
        workspace(
            {
                "i/config.toml": self.BROKEN,
                "stack.yml": GOOD,
                ".interlock-lint.yaml": "proxy-config: i/config.toml",
            }
        )

        assert [("proxy-without-replicas", "i/config.toml", 1)] == self.rules(run, "stack.yml")[1]

    @pytest.mark.parametrize("text", ["a = ", "a = 1", "Extensions = 1"])
    def test_what_is_none_is_not_judged(self, workspace, run, text):
        workspace({"config.toml": text})
        status, _, err = run("check", "config.toml")

        assert 3 == status
        assert "config.toml" in err

    def test_its_rules_can_be_configured(self, workspace, run):
        workspace({"config.toml": self.BROKEN})

        assert (0, []) == self.rules(run, "--ignore", "proxy-without-replicas", "config.toml")


def test_large_numbers_have_separators_in_every_command(workspace, run):
    """As a person reads them; in JSON they are plain."""
    labels = "labels: {com.docker.lb.hosts: a.example.com, com.docker.lb.port: '80'}"
    web = f"  web: {{image: a, deploy: {{replicas: 4000, {labels}}}}}\n"
    others = "".join(f"  s{number}: {{image: a}}\n" for number in range(1_000))
    workspace({"stack.yml": f"services:\n{web}{others}"})
    said = run("check", "stack.yml")[1].splitlines()
    routes = run("routes", "stack.yml")[1]

    assert any(line.endswith("in 1 file, 1,001 services") for line in said), said
    assert "1,001 services in 1 file" in routes
    assert "4,000" in routes
    assert "4000" not in routes
