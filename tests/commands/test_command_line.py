"""The command line: one parser, and a helpful message for each mistake."""

import json
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import BAD, GOOD, ROOT, imported_by, unwrapped

import linter
from linter import __version__, commands
from linter.commands import line, parser

CONFIG = ".interlock-lint.yaml"
PACKAGES = str(Path(linter.__file__).parent.parent)


NAMES = list(commands.names())
LISTED = f"; listed under `stacks` in {CONFIG}"
MISSING = "cannot be read: no such file or directory"


@pytest.mark.parametrize(
    ("words", "message", "see"),
    [
        ("chekc", "unknown command `chekc`; did you mean `check`?", ""),
        ("stack.yml", "did you mean `interlock-lint check stack.yml`?", ""),
        ("frobnicate", "unknown command `frobnicate`; use check, fix, routes,", ""),
        (
            "--verbose check",
            "`--verbose` must come after the command: interlock-lint COMMAND --verbose",
            "",
        ),
        ("labels", "missing action; use list, get, set, unset", "labels"),
        ("labels sett", "unknown action `labels sett`; did you mean `set`?", "labels"),
        ("check --fix", "`interlock-lint fix` applies fixes", "check"),
        ("check --strict", "--fail-on info makes every finding fail", "check"),
        ("check --write", "`check` changes nothing, so it has no option --write; `fix`,", "check"),
        ("check --dry-run", "never changes a file, so it has no option --dry-run; `fix`,", "check"),
        ("check --what-if vip", "it is an option of `routes`", "check"),
        ("check --targt x", "unknown option --targt; did you mean `--target`?", "check"),
        ("check --frobnicate", "unknown option --frobnicate", "check"),
        ("check -f jsn", "--format: unknown value `jsn`; did you mean `json`?", "check"),
        ("check --fail-on never", "--fail-on: unknown value `never`; use info, warning,", "check"),
        ("check --target", "--target: needs a value", "check"),
        ("check -q -v", "--verbose: cannot be used with --quiet", "check"),
        ("fix --write --dry-run", "--dry-run: cannot be used with --write", "fix"),
        ("migrate stack.yml", "missing --to", "migrate"),
        ("migrate --to vpi", "--to: unknown value `vpi`; did you mean `vip`?", "migrate"),
        ("explain", "missing RULE", "explain"),
    ],
)
def test_a_mistake_gets_one_line_and_a_pointer_to_the_help(workspace, run, words, message, see):
    workspace({"stack.yml": GOOD})
    status, out, err = run(*words.split())
    first, last = err.splitlines()

    assert (2, "") == (status, out)
    assert first.startswith("error: ")
    assert message in first
    assert f"see `interlock-lint {see} --help`".replace("  ", " ") == last


@pytest.mark.parametrize("words", ["", "--help", "-h", "help"])
def test_the_help_lists_the_commands(run, words):
    status, out, err = run(*words.split())

    assert (0 if words else 2) == status
    assert list(commands.SUMMARIES) == re.findall(r"^  ([a-z]+)  ", out or err, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_shows_its_usage(run, name):
    status, out, _ = run(*name.split(), "--help")

    assert 0 == status
    assert out.startswith(f"usage: interlock-lint {name} ")
    assert "example" in out


@pytest.mark.parametrize("name", NAMES)
def test_only_one_parser_is_built(monkeypatch, name):
    """Building those of the other commands would take as long for each."""
    built = []
    make = parser.Parser.__init__

    def count(self, *args, **kwargs):
        built.append(kwargs["prog"])
        make(self, *args, **kwargs)

    monkeypatch.setattr(parser.Parser, "__init__", count)
    with pytest.raises(SystemExit):
        line.parse([*name.split(), "--help"])

    assert [f"interlock-lint {name}"] == built


@pytest.mark.parametrize("words", ["--version", "--help", "rules", "explain no-tasks", "labels -h"])
def test_commands_that_check_nothing_import_no_checker(tmp_path, words):
    imported = imported_by(tmp_path, *words.split())

    assert imported.isdisjoint(
        {"yaml", "ruamel", "jsonschema", "docker", "linter.checking.checker"}
    )


def test_the_version(run):
    assert (0, f"interlock-lint {__version__}\n", "") == run("--version")
    assert 2 == run("--version", "check")[0]


@pytest.mark.parametrize("option", ["-v", "--verbose"])
def test_the_version_with_all_that_matters_for_a_report_of_a_bug(run, option):
    status, out, err = run("--version", option)
    lines = dict(line.rsplit(" ", 1) for line in out.splitlines())

    assert (0, "", __version__) == (status, err, lines["interlock-lint"])
    assert platform.python_version() == lines[platform.python_implementation()]
    assert {"PyYAML", "libyaml", "ruamel.yaml", "jsonschema", "docker"} < lines.keys()


@pytest.mark.parametrize("words", [["--version"], ["--help"], []])
def test_the_version_and_the_commands_are_printed_before_anything_is_imported(words):
    code = (
        "import sys; before = set(sys.modules); from linter.cli import main; main(sys.argv[1:]); "
        "print(*sorted(set(sys.modules) - before), sep=',')"
    )
    result = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {PACKAGES!r}); {code}",
            *words,
        ],
        capture_output=True,
        text=True,
    )
    imported = result.stdout.splitlines()[-1].split(",")

    assert {"argparse", "re", "typing"}.isdisjoint(imported)
    assert [
        "linter",
        "linter.cli",
        "linter.commands",
        "linter.commands.status",
        "linter.program",
        "linter.terminal",
    ] == [each for each in imported if each.startswith("linter")]


def test_formats_and_colors_have_short_names(workspace, run, monkeypatch):
    workspace({"stack.yml": BAD})
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert json.loads(run("check", "-f", "json", "stack.yml")[1])
    assert "\x1b[" in run("check", "stack.yml")[1]
    assert "\x1b[" not in run("check", "--no-color", "stack.yml")[1]


@pytest.mark.parametrize("words", ["fix --unsafe", "migrate --to vip", "labels set"])
def test_a_dry_run_is_the_default(workspace, run, words):
    folder = workspace({"stack.yml": GOOD})
    rest = ["web", "port=81"] if words == "labels set" else []
    plain = run(*words.split(), "stack.yml", *rest)

    assert plain == run(*words.split(), "--dry-run", "stack.yml", *rest)
    assert GOOD == (folder / "stack.yml").read_text()


def test_files_are_excluded(workspace, run):
    workspace({"a/stack.yml": BAD, "b/stack.yml": BAD, CONFIG: "exclude: [a/**]\n"})

    def found(*arguments):
        lines = run("check", "-f", "concise", *arguments)[1].splitlines()
        return list(dict.fromkeys(line.partition(":")[0] for line in lines))

    assert ["b/stack.yml"] == found()
    assert [] == found("--exclude", "b/*.yml")
    assert ["b/stack.yml"] == found("--exclude", "b/*.yml", "b/stack.yml")
    assert [] == found("--exclude", "b/*.yml", "--force-exclude", "b/stack.yml")


# -- What was used -------------------------------------------------------------------------------


def test_verbose_shows_what_was_used(workspace, run):
    workspace(
        {
            "stacks/base.yml": GOOD,
            "stacks/prod.env": "PORT=1\n",
            "interlock.toml": "[Extensions.default]\n",
            CONFIG: "proxy-config: interlock.toml\n"
            "stacks: [{files: [stacks/base.yml], env-file: stacks/prod.env}]\n",
        }
    )
    _, _, err = run("check", "-v", "stacks")

    assert [
        f"configuration: {CONFIG}",
        "proxy configuration: interlock.toml",
        "reading stacks/base.yml with stacks/prod.env",
    ] == err.splitlines()


def test_settings_are_shown(workspace, run):
    workspace(
        {
            "stack.yml": GOOD,
            CONFIG: "rules: {missing-port: error}\nexclude: [vendor/**]\n"
            "ignore: [{rule: canary-share, path: old/**, until: 2027-01-31}]\n"
            "stacks: [{name: shop, files: [stack.yml]}]\n",
        }
    )
    words = ("check", "--show-settings", "--target", "mke-3.8", "stack.yml")
    status, out, _ = run(*words)

    assert 0 == status
    assert [
        "stack.yml",
        f"  configuration: {CONFIG}",
        "  target: mke-3.8",
        "  proxy-config: none",
        "  fail-on: warning",
        '  rules: {"missing-port": "error"}',
        '  exclude: ["vendor/**"]',
        "  extra-labels: none",
        '  stacks: [{"name": "shop", "files": ["stack.yml"]}]',
        "  baseline: none",
        '  ignore: [{"rule": "canary-share", "path": "old/**", "until": "2027-01-31"}]',
    ] == out.splitlines()
    assert "mke-3.8" == json.loads(run(*words, "-f", "json")[1])["stack.yml"]["target"]


# -- Findings ------------------------------------------------------------------------------------

INFO = GOOD.replace("port: 8080", "port: '8080'\n        com.docker.lb.websocket_endpoints: /ws")


def test_infos_are_short_without_verbose(workspace, run):
    lost = INFO + "        com.docker.lb.context_root: /a\n"
    workspace({"stack.yml": lost, "i.toml": "[Extensions.default]\nTemplate = 'own'\n"})
    words = ("check", "--select", "websocket-lost", "--proxy-config", "i.toml", "stack.yml")
    _, short, _ = run(*words)
    _, full, _ = run(*words, "--verbose")

    assert "= help: " not in short
    assert short.startswith("stack.yml:8:9: info[websocket-lost] websocket endpoints are left out ")
    assert unwrapped(short).endswith("websocket-lost`, and infos in full with --verbose.")
    assert "= help: " in full
    assert full.endswith("explain websocket-lost`.\n")


OWN_NAME = """\
services:
  web:
    image: example/web
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: {0}.example.com
        com.docker.lb.network: {0}_front
        com.docker.lb.port: {1}
networks:
  front:
"""


def test_infos_come_last_and_what_is_true_of_many_stacks_once(workspace, run):
    workspace({f"{name}.stack.yml": OWN_NAME.format(name, 0) for name in "abc"})
    _, out, _ = run("check", "--isolated", ".")
    errors, infos = out[: out.rindex("= help")], out[out.rindex("= help") :]

    assert 3 == errors.count("error[invalid-value]")
    assert "info[" not in errors
    assert re.fullmatch(
        r"a\.stack\.yml:8:32: info\[hard-coded-stack-name\] .* \(and 2 more places\)",
        unwrapped(infos.split("\n\n")[1].removeprefix("./")),
    )


def test_of_very_many_infos_of_a_rule_only_some_are_shown(workspace, run):
    service = (
        "  s{0}:\n    image: i\n    networks: [n]\n    ports: ['{0}:{0}']\n    deploy: {{labels: "
        "{{com.docker.lb.hosts: s{0}.example.com, com.docker.lb.port: {0}}}}}\n"
    )
    services = "".join(service.format(port) for port in range(8000, 8203))
    workspace({"stack.yml": f"services:\n{services}networks: {{n: }}\n"})
    words = ("check", "--isolated", "-q", "--select", "port-also-published", "stack.yml")
    out = unwrapped(run(*words)[1])

    assert 200 == out.count(": info[port-also-published] port 8")
    assert "… 3 more findings of port-also-published in stack.yml; " in out


def test_with_verbose_every_info_is_shown_in_full(workspace, run):
    workspace({f"{name}.stack.yml": OWN_NAME.format(name, 80) for name in "abc"})
    _, out, _ = run("check", "--isolated", "-v", ".")

    assert 3 == out.count("info[hard-coded-stack-name]: ") == out.count("= help: run with")


def test_settings_of_a_folder_are_those_of_the_files_in_it(workspace, run):
    workspace({"a/stack.yml": GOOD, "a/.interlock-lint.yaml": "fail-on: error"})

    for words in (["a"], ["a/"], ["a/stack.yml"]):
        assert "\n  fail-on: error\n" in run("check", "--show-settings", *words)[1]
    assert "\n  fail-on: warning\n" in run("check", "--show-settings")[1]


def test_settings_here_are_those_for_a_configuration_of_interlock(workspace, run):
    workspace(
        {
            "proxy.toml": 'X = 1\n[Extensions.default]\nImage = "nginx"\n',
            ".interlock-lint.yaml": "rules: {unknown-proxy-key: error}",
        }
    )
    status, out, _ = run("check", "-f", "concise", "--proxy-config", "proxy.toml")

    assert 1 == status
    assert "error[unknown-proxy-key]" in out


@pytest.mark.parametrize(
    ("least", "rules", "left_out", "expected"),
    [
        ("info", ["hard-coded-stack-name", "invalid-value"], 0, 1),
        ("warning", ["invalid-value"], 1, 1),
        ("error", ["invalid-value"], 1, 1),
    ],
)
def test_less_severe_findings_can_be_left_out(workspace, run, least, rules, left_out, expected):
    workspace({"stack.yml": OWN_NAME.format("a", 0)})
    words = ("check", "--isolated", "--min-severity", least)
    status, out, _ = run(*words, "--format", "json", "stack.yml")
    data = json.loads(out)

    assert (expected, left_out) == (status, data["summary"]["left_out"])
    assert rules == [each["rule"] for each in data["diagnostics"]]
    assert bool(left_out) == ("; 1 below --min-severity\n" in run(*words, "stack.yml")[1])


def test_what_is_left_out_does_not_fail(workspace, run):
    workspace({"stack.yml": OWN_NAME.format("a", 80)})
    words = ("check", "--isolated", "--fail-on", "info", "stack.yml")

    assert 1 == run(*words)[0]
    assert 0 == run(*words, "--min-severity", "warning")[0]


VARIABLES = """\
services:
  web:
    image: example/web:${TAG}
    environment: {PASSWORD: "${PASSWORD}"}
    networks: [front]
    ports: ["${OUTSIDE}:80", "443:443"]
    deploy:
      replicas: ${REPLICAS}
      labels: &labels
        com.docker.lb.hosts: a.example.com,${HOST}
        com.docker.lb.network: front
        com.docker.lb.port: ${PORT:-8080}
        com.example.team: ${TEAM}
  api:
    image: example/api
    networks: [front]
    deploy: {labels: *labels}
  worker:
    image: example/worker
    deploy: {replicas: "${WORKERS}"}
networks:
  front: {name: "${NET}"}
"""


class TestValuesThatDependOnVariables:
    """They are not judged, and that is said: a label for Interlock, and what it depends on."""

    def counted(self, run, *words):
        return json.loads(run("check", "--format", "json", *words)[1])["summary"]["unknown_values"]

    def test_they_are_counted_once_each(self, workspace, run):
        """The port, the replicas, the hosts of two services, and the network."""
        workspace({"stack.yml": VARIABLES})

        assert 4 == self.counted(run, "--isolated", "stack.yml")
        assert (
            " 4 values depend on variables and were not judged; use --env, --env-file, or "
            "`env-file:` under `stacks:`"
        ) in unwrapped(run("check", "--isolated", "stack.yml")[1])

    @pytest.mark.parametrize(
        "words", [["--env"], ["--env-file", "some.env"], []], ids=["env", "env-file", "configured"]
    )
    def test_with_variables_there_is_nothing_to_say(self, workspace, run, words):
        workspace({"stack.yml": VARIABLES, "some.env": "HOST=b.example.com\n"})
        if not words:
            workspace({CONFIG: "stacks: [{files: [stack.yml], env-file: some.env}]"})

        assert 0 == self.counted(run, *words, "stack.yml")
        assert "depend" not in run("check", *words, "stack.yml")[1].splitlines()[-2]

    def test_without_any_there_is_nothing_to_say(self, workspace, run):
        workspace({"stack.yml": GOOD})

        assert "no findings in 1 file, 1 service\n" == run("check", "stack.yml")[1]


def test_a_finding_names_its_manual(workspace, run):
    workspace({"stack.yml": BAD})
    select = ("--select", "invalid-value")
    found = json.loads(run("check", "-f", "json", *select, "stack.yml")[1])["diagnostics"]

    assert all((ROOT / each["manual"]).is_file() for each in found)


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_a_manual_is_wrapped_to_the_terminal(run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = run("explain", *(path.stem for path in (ROOT / "docs" / "rules").glob("*-*.md")))
    prose = [line for line in out.splitlines() if line[:4].strip() and " " in line]

    assert max(map(len, prose)) <= max(columns, 60)
    assert "```" not in out


def test_a_refused_change_mentions_force(workspace, run):
    workspace({"stack.yml": GOOD})
    status, out, _ = run("labels", "set", "stack.yml", "web", "port=80800")

    assert 1 == status
    assert "--force applies the change anyway" in " ".join(out.split())


# -- Configurations ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [CONFIG, ".interlock-lint.yml"])
def test_both_file_names_are_read(workspace, run, name):
    workspace({"stack.yml": BAD, name: "rules: {invalid-value: off}\n"})

    assert 0 == run("check", "stack.yml")[0]


def test_two_configurations_in_one_folder_are_an_error(workspace, run):
    workspace({"stack.yml": BAD, CONFIG: "", ".interlock-lint.yml": ""})
    message = f"error: {CONFIG}: .interlock-lint.yml exists too; remove one of them\n"

    assert (2, "", message) == run("check", "stack.yml")


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        (
            "stacks: [{files: [stack.yml, gone.yml]}]",
            3,
            f"gone.yml: not judged: {MISSING}{LISTED}",
        ),
        (
            "stacks: [{files: [stack.yml], env-file: gone.env}]",
            2,
            f"error: {CONFIG}:1: `env-file`: gone.env: {MISSING}",
        ),
        (
            "proxy-config: gone.toml",
            2,
            f"error: {CONFIG}:1: `proxy-config`: gone.toml: {MISSING}",
        ),
    ],
)
def test_a_missing_file_names_the_configuration_that_asked_for_it(
    workspace, run, text, status, message
):
    workspace({"stack.yml": GOOD, CONFIG: text})
    found, _, err = run("check", "stack.yml")

    assert (status, f"{message}\n") == (found, err)
