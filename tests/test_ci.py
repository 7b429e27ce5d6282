"""What CI runs: the action, the workflows, the component and the examples in docs/ci.md."""

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pipelines
import pytest
import yaml
from jsonschema import Draft7Validator
from support import BAD, GOOD, ROOT, WARNING, component, program

from linter import __version__

DOCUMENT = "docs/ci.md"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HEADER, JOB = (ROOT / "templates" / "interlock-lint.yml").read_text(encoding="utf-8").split("---\n")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = {file: text for _, file, text in pipelines.blocks(DOCUMENT) if file}
DESCRIPTOR = ROOT / "mega-linter-plugin-interlock-lint" / "interlock-lint.megalinter-descriptor.yml"
NEW = GOOD.replace("  web:", "  shop:").replace("app.", "shop.").replace("8080", "99999")


@pytest.fixture
def machine(tmp_path, repository):
    repository({"stack.yml": GOOD.replace("app.", "first.")})
    return pipelines.Machine(tmp_path / "machine", repository.folder)


# -- Held to their schemas -----------------------------------------------------------------------


def held_to(schema, path):
    checker = program("check-jsonschema")
    component("check-jsonschema", checker, "there is no check-jsonschema here")
    result = subprocess.run(
        [checker, "--builtin-schema", schema, path], capture_output=True, encoding="utf-8"
    )

    assert 0 == result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_held_to_their_schema(path):
    held_to("vendor.github-workflows", path)


def test_the_action_is_held_to_its_schema():
    held_to("vendor.github-actions", ROOT / "action.yml")


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        (".github/workflows/interlock-lint.yml", "vendor.github-workflows"),
        (".github/workflows/without-the-action.yml", "vendor.github-workflows"),
        (".gitlab-ci.yml", "vendor.gitlab-ci"),
        (".gitlab-ci.component.yml", "vendor.gitlab-ci"),
        ("azure-pipelines.yml", "vendor.azure-pipelines"),
    ],
)
def test_examples_are_held_to_their_schemas(tmp_path, name, schema):
    path = tmp_path / "example.yml"
    path.write_text(FILES[name])

    held_to(schema, path)


@pytest.mark.parametrize("text", [HEADER, JOB], ids=["inputs", "job"])
def test_the_component_is_held_to_its_schema(tmp_path, text):
    path = tmp_path / "component.yml"
    path.write_text(text)

    held_to("vendor.gitlab-ci", path)


def test_the_example_for_pre_commit_is_valid(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(FILES[".pre-commit-config.yaml"])
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    used = yaml.safe_load(path.read_text())["repos"][0]["hooks"]
    result = subprocess.run([sys.executable, "-c", "import pre_commit"], capture_output=True)
    component("pre-commit", result.returncode == 0, "there is no pre-commit here")
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", path], capture_output=True
    )

    assert 0 == result.returncode, result.stdout + result.stderr
    assert {hook["id"] for hook in used} < {hook["id"] for hook in hooks}


TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
DESCRIPTORS = {
    "additionalProperties": False,
    "required": ["descriptor_id", "descriptor_type", "linters"],
    "properties": {
        "descriptor_id": {"type": "string", "pattern": "^[A-Z_]+$"},
        "descriptor_type": {"enum": ["language", "format", "tooling_format", "other"]},
        "file_extensions": TEXTS,
        "file_contains_regex": TEXTS,
        "linters": {
            "type": "array",
            "items": {
                "additionalProperties": False,
                "required": ["linter_name", "linter_url", "examples"],
                "properties": {
                    "name": TEXT,
                    "linter_name": TEXT,
                    "linter_url": TEXT,
                    "cli_executable": TEXT,
                    "cli_config_arg_name": TEXT,
                    "cli_version_arg_name": TEXT,
                    "cli_help_arg_name": TEXT,
                    "config_file_name": TEXT,
                    "cli_lint_mode": {"enum": ["file", "project", "list_of_files"]},
                    "cli_lint_extra_args": TEXTS,
                    "cli_sarif_args": TEXTS,
                    "can_output_sarif": {"type": "boolean"},
                    "install": {"properties": {"pip": TEXTS}},
                    "examples": TEXTS,
                },
            },
        },
    },
}
"""What MegaLinter documents about the keys that our descriptor uses."""


def test_the_descriptor_of_megalinter(machine):
    """Built as MegaLinter builds a command: executable, arguments, configuration, files."""
    descriptor = yaml.safe_load(DESCRIPTOR.read_text(encoding="utf-8"))
    (linter,) = descriptor["linters"]
    sarif = [
        word.replace("{{SARIF_OUTPUT_FILE}}", "report.sarif") for word in linter["cli_sarif_args"]
    ]
    (machine.work / "bad.yml").write_text(BAD)
    (machine.work / linter["config_file_name"]).write_text("fail-on: error\n")
    configuration = [linter["cli_config_arg_name"], linter["config_file_name"]]
    words = [linter["cli_executable"], *linter["cli_lint_extra_args"], *sarif, *configuration]
    result = machine.run(" ".join([*words, "stack.yml", "bad.yml"]))

    assert [] == list(Draft7Validator(DESCRIPTORS).iter_errors(descriptor))
    assert 1 == result.returncode, result.stderr
    assert ["invalid-value"] == results(machine.work / "report.sarif")
    assert 0 == machine.run(f"{words[0]} {linter['cli_version_arg_name']}").returncode
    assert re.search(descriptor["file_contains_regex"][0], GOOD)


def uses(document):
    """What steps use, anywhere in a document."""
    if isinstance(document, dict):
        if isinstance(document.get("uses"), str):
            yield document["uses"]
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            yield from uses(each)


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_actions_of_others_are_pinned_to_a_commit(path):
    text = path.read_text(encoding="utf-8")
    used = [each for each in uses(yaml.safe_load(text)) if not each.startswith("./")]

    assert used
    for each in used:
        assert re.search(rf"uses: {re.escape(each)} # v\d+\.\d+\.\d+\n", text), each
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each)


def commands(document):
    """What steps run, anywhere in a document."""
    if isinstance(document, dict):
        if isinstance(document.get("run"), str):
            yield document["run"]
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            yield from commands(each)


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_no_expression_is_in_a_command(path):
    """What an expression stands for would become a part of the command."""
    found = list(commands(yaml.safe_load(path.read_text(encoding="utf-8"))))

    assert found
    assert [] == [each for each in found if "${{" in each]


# -- The action ----------------------------------------------------------------------------------


def results(path):
    """The rules of the results in a SARIF file."""
    (run,) = json.loads(path.read_text(encoding="utf-8"))["runs"]
    return [each["ruleId"] for each in run["results"]]


def perform(machine, **inputs):
    """Run the steps of the action; gives the last result, the outputs, and the summary."""
    values = {name: each.get("default", "") for name, each in ACTION["inputs"].items()} | inputs
    temporary = machine.work.parent / "runner"
    temporary.mkdir(exist_ok=True)
    output, summary = temporary / "output", temporary / "summary"
    output.write_text("")
    summary.write_text("")
    environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "RUNNER_TEMP": str(temporary),
    }
    known = {f"inputs.{name}": value for name, value in values.items()}
    known["steps.python.outputs.python-path"] = machine.python
    result = None
    for step in ACTION["runs"]["steps"]:
        if "run" not in step:
            continue
        variables = {
            name: re.sub(r"\$\{\{ (\S+) \}\}", lambda match: known[match[1]], value)
            for name, value in step["env"].items()
        }
        result = machine.run(step["run"], **environment, **variables)
        if result.returncode:
            break
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return result, outputs, summary.read_text()


def test_the_action_passes(machine):
    result, outputs, summary = perform(machine)

    assert 0 == result.returncode, result.stderr
    assert "0" == outputs["status"]
    assert [] == results(Path(outputs["sarif-file"]))
    assert [f"install --quiet --disable-pip-version-check {ROOT}"] == machine.installed
    assert "no findings" in summary


def test_the_action_fails_on_findings_and_shows_them(machine):
    (machine.work / "bad.stack.yml").write_text(BAD)
    result, outputs, summary = perform(machine)

    assert (1, "1") == (result.returncode, outputs["status"]), result.stderr
    assert "::error file=bad.stack.yml,title=invalid-value,line=7" in result.stdout
    assert ["invalid-value"] == results(Path(outputs["sarif-file"]))
    assert "invalid-value" in summary


def test_the_action_without_a_summary(machine):
    assert "" == perform(machine, summary="false")[2]


def test_the_action_takes_sources_and_options_as_they_are(machine):
    (machine.work / "a $(touch ran) b.yml").write_text(BAD)
    (machine.work / "-v.yml").write_text(WARNING)
    result, _, _ = perform(
        machine, sources="a $(touch ran) b.yml\n-v.yml\n", args="--select\ninvalid-value\n"
    )

    assert 1 == result.returncode
    assert "1 error in 2 files" in result.stdout
    assert not (machine.work / "ran").exists()


def test_the_action_has_no_report_if_it_is_called_wrongly(machine):
    (machine.work / "interlock-lint.sarif").write_text("of the repository")
    result, outputs, _ = perform(machine, args="--frobnicate")

    assert (2, {"status": "2"}) == (result.returncode, outputs)


def test_no_link_of_a_repository_leads_the_report_of_the_action_elsewhere(machine, tmp_path):
    (machine.work / ".git").mkdir(exist_ok=True)
    own = tmp_path / "own"
    own.write_text("of the user")
    (machine.work / "interlock-lint.sarif").symlink_to(own)
    result, outputs, _ = perform(machine)

    assert (2, {"status": "2"}) == (result.returncode, outputs)
    assert "of the user" == own.read_text()


# -- The component of GitLab ---------------------------------------------------------------------


def job(**inputs):
    """The job of the component, with inputs in place."""
    defaults = yaml.safe_load(HEADER)["spec"]["inputs"]
    values = {name: each["default"] for name, each in defaults.items()} | inputs
    text = re.sub(r"\$\[\[ inputs\.(\S+) \]\]", lambda match: values[match[1]], JOB)
    return yaml.safe_load(text)


def script(job, machine):
    """Run the script of a job."""
    variables = {name: str(value) for name, value in job.get("variables", {}).items()}
    lines = [line.replace("/tmp/", f"{machine.work.parent}/") for line in job["script"]]
    return machine.run("\n".join(lines), **variables)


def reports(folder):
    """What GitLab gets: the checks of the code quality report, and failures of tests."""
    quality = json.loads((folder / "gl-code-quality-report.json").read_text())
    tests = ET.parse(folder / "interlock-lint.xml").getroot()
    return [each["check_name"] for each in quality], len(list(tests.iter("failure")))


def test_the_component_of_gitlab(machine):
    (name, component_job), *_ = job().items()
    good = script(component_job, machine)
    found_in_good = reports(machine.work)
    (machine.work / "bad.stack.yml").write_text(BAD)
    bad = script(component_job, machine)

    assert "interlock-lint" == name
    assert (0, ([], 0)) == (good.returncode, found_in_good), good.stderr
    assert (1, (["invalid-value"], 1)) == (bad.returncode, reports(machine.work)), bad.stderr
    assert machine.installed[0].endswith(f" interlock-lint=={__version__}")
    assert {"codequality", "junit"} == component_job["artifacts"]["reports"].keys()


def test_the_component_of_gitlab_with_inputs(machine):
    (machine.work / "a.yml").write_text(BAD)
    (machine.work / "b.yml").write_text(WARNING)
    inputs = {"sources": "a.yml b.yml", "args": "--select missing-port", "job-name": "labels"}
    found = job(**inputs)
    result = script(found["labels"], machine)

    assert (1, ["missing-port"]) == (result.returncode, reports(machine.work)[0]), result.stderr


# -- The workflows of this project ---------------------------------------------------------------


def test_the_workflows_run_what_the_makefile_has():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for path in WORKFLOWS:
        for run in commands(yaml.safe_load(path.read_text(encoding="utf-8"))):
            for line in re.findall(r"^make (.*)$", run, re.MULTILINE):
                for target in line.split():
                    assert f"\n{target}: " in makefile


def test_every_python_that_is_supported_is_tested():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(WORKFLOWS[0].read_text(encoding="utf-8"))
    supported = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)

    assert supported == workflow["jobs"]["test"]["strategy"]["matrix"]["python"]


@pytest.mark.parametrize(
    ("tag", "status"), [(f"v{__version__}", 0), ("v0.0.1", 1), (__version__, 1)]
)
def test_a_release_needs_the_tag_of_the_version(machine, tag, status):
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    (check,) = [
        step["run"] for step in workflow["jobs"]["build"]["steps"] if "tag" in step.get("name", "")
    ]
    shutil.copy(ROOT / "CHANGELOG.md", machine.work)
    result = machine.run(check, GITHUB_REF_NAME=tag, PYTHONPATH=str(ROOT))

    assert status == result.returncode, result.stderr


def test_only_the_job_that_publishes_may_ask_for_an_identity():
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    jobs = workflow["jobs"]

    assert {"contents": "read"} == workflow["permissions"]
    assert "permissions" not in jobs["build"]
    assert {"attestations", "id-token"} == jobs["publish"]["permissions"].keys()
    assert [] == list(commands(jobs["publish"]))


# -- The examples --------------------------------------------------------------------------------

NAMES = (
    *("invalid-value", "missing-image", "missing-network", "missing-port", "misspelt-label"),
    *("redirect-loop", "unknown-label", "untidy-hosts", "unusable-cookie-name", "wildcard-host"),
)


def made_stacks():
    """Ten stack files with findings."""
    for name in NAMES:
        text = (ROOT / "tests" / "rules" / f"{name.replace('-', '_')}.yml").read_text()
        yield f"stacks/{name}.yml", re.sub(r"\s+# .*", "", text)


def real_stacks():
    """Ten stack files of other people."""
    folder = os.environ.get("INTERLOCK_LINT_CORPUS", "")
    component("corpus", folder, "INTERLOCK_LINT_CORPUS names no folder with real stack files")
    for path in sorted((Path(folder) / "labelled").glob("*.yml"))[:10]:
        yield f"stacks/{path.name}", path.read_bytes()


def sh(heading):
    """The shell commands of a section, block by block."""
    return [text for language, _, text in pipelines.blocks(DOCUMENT, heading) if language == "sh"]


def azure():
    steps = yaml.safe_load(FILES["azure-pipelines.yml"])["steps"]
    return "\n".join(step["script"] for step in steps if "script" in step)


PIPELINES = {
    "GitHub": "\n".join(
        commands(yaml.safe_load(FILES[".github/workflows/without-the-action.yml"]))
    ),
    "GitLab": "\n".join(yaml.safe_load(FILES[".gitlab-ci.yml"])["interlock-lint"]["script"]),
    "Jenkins": re.search(r"sh '''\n(.*?)'''", FILES["Jenkinsfile"], re.DOTALL)[1],
    "Azure Pipelines": azure(),
    "a plain shell": "".join(sh("A plain shell")),
}


@pytest.mark.parametrize(
    "stacks", [made_stacks, pytest.param(real_stacks, marks=pytest.mark.corpus)]
)
def test_from_an_empty_repository_to_a_pipeline_that_fails_only_on_new_findings(
    tmp_path, repository, stacks
):
    """The way of a new user, with the commands of the document alone."""
    repository(dict(stacks()))
    machine = pipelines.Machine(tmp_path / "machine", repository.folder)
    start, commit, changed = sh("Only new findings")
    before = machine.run("interlock-lint check")
    steps = [machine.run(start), machine.run(commit)]
    after = {name: machine.run(text) for name, text in PIPELINES.items()}
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    same = machine.run(changed)
    repository({"stacks/new.yml": NEW}, "new")
    failed = {name: machine.run(text) for name, text in PIPELINES.items()}
    seen = machine.run(changed)

    assert 1 == before.returncode, before.stderr
    for step in steps:
        assert 0 == step.returncode, step.stdout + step.stderr
    for name, result in after.items():
        assert 0 == result.returncode, name + result.stdout + result.stderr
    for name, result in failed.items():
        assert 1 == result.returncode, name + result.stdout + result.stderr
        assert "stacks/new.yml" in result.stdout
        assert "no findings" not in result.stdout
    assert (0, 1) == (same.returncode, seen.returncode)
    assert {f"install --quiet interlock-lint=={__version__}"} == set(machine.installed)
    assert ["invalid-value"] == results(machine.work / "interlock-lint.sarif")


def test_the_action_in_the_document_has_these_inputs():
    workflow = yaml.safe_load(FILES[".github/workflows/interlock-lint.yml"])
    step = workflow["jobs"]["interlock-lint"]["steps"][-1]

    assert f"OWNER/interlock-lint@v{__version__}" == step["uses"]
    assert step["with"].keys() <= ACTION["inputs"].keys()


def test_the_component_in_the_document_has_these_inputs():
    (include,) = yaml.safe_load(FILES[".gitlab-ci.component.yml"])["include"]

    assert include["component"].endswith(f"/interlock-lint@{__version__}")
    assert include["inputs"].keys() <= yaml.safe_load(HEADER)["spec"]["inputs"].keys()


def test_brackets_of_the_jenkinsfile_match():
    text = re.sub(r"'''.*?'''|'[^']*'", "", FILES["Jenkinsfile"], flags=re.DOTALL)
    for opening, closing in ("{}", "()", "[]"):
        assert text.count(opening) == text.count(closing)


def test_placeholders_are_said_to_be_some():
    """No address of this project is made up: there is one in `[project.urls]`, or none."""
    allowed = ("git.example.com", "example.com", "megalinter.io", "docs.gitlab.com")
    for path in (
        ROOT / DOCUMENT,
        ROOT / "templates/interlock-lint.yml",
        DESCRIPTOR,
        ROOT / "action.yml",
    ):
        for host in re.findall(r"https://([^/\s)`]+)", path.read_text(encoding="utf-8")):
            assert host in allowed
    assert "placeholders" in (ROOT / DOCUMENT).read_text(encoding="utf-8")
