"""The page about limits: its numbers are those of the code, and no limit is missing."""

import importlib
import re

import pytest
from linter.rules import _hrm, invalid_value, redirect_source_not_served, undeclared_secret
from support import ROOT
from test_layers import PATHS

from linter.checking import diagnosis
from linter.commands import routes
from linter.editing import fixing
from linter.files import disk, docker, env_files, git, output, proposal, shares, siblings
from linter.model import names, proxy, words
from linter.model.vocabulary import load_schema
from linter.report.check import github, markdown, sarif, teamcity, terraform_external, text
from linter.report.routes import picture

PAGE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
CONFIG = load_schema("config")["properties"]


def mebibytes(number):
    return f"{number // 1024**2} MiB"


def number(value):
    return f"{value:,}"


# The row about each public limit; `MAX_…` is the form of their names.
ROWS = {
    "files.decoding.MAX_BYTES": ("a stack file, or standard input", mebibytes),
    "files.decoding.MAX_SETTINGS_BYTES": (
        "a configuration, Interlock's own configuration, or a file with variables",
        mebibytes,
    ),
    "files.baseline.MAX_BASELINE_BYTES": ("a baseline", mebibytes),
    "files.baseline.MAX_NUMBER": ("findings of one kind in a baseline", number),
    "swarm.connections.MAX_ANSWER_BYTES": ("an answer of an engine, unpacked", mebibytes),
    "reading.bounds.MAX_STACKS": (
        "stacks in a Markdown file, a script, a CI file or a file of Ansible, or parts of them",
        number,
    ),
    "reading.bounds.MAX_CHARACTERS": (
        "characters of such a file or of a template, times the stacks that are read from it",
        number,
    ),
    "syntax.composer.MAX_DEPTH": ("levels of nested YAML", number),
    "reading.hcl.MAX_DEPTH": ("levels of nested blocks in a Terraform file", number),
    "syntax.composer.MAX_EXPANDED": (
        "nodes of a YAML document with all aliases expanded",
        number,
    ),
    "reading.blocks.MAX_NESTED": ("levels of nested blocks in a template", number),
    "reading.branches.MAX_VIEWS": (
        "stacks that a template is read as, so that each branch is in one of them",
        number,
    ),
    "syntax.toml.MAX_KEY_PARTS": (
        "parts of a key in TOML, such as `tool.interlock-lint.rules`",
        number,
    ),
    "files.validation.MAX_VALUES": ("keys and values, with all aliases expanded", number),
    "files.configured.MAX_REPEATED_BYTES": (
        "files that are read once more because several stacks list them, in a run",
        mebibytes,
    ),
    "files.contents.MAX_CONTENT_BYTES": (
        "a config, secret or `env_file` that `plan` compares",
        mebibytes,
    ),
    "files.git.MAX_PRINTED_BYTES": (
        "what git prints at once, for a source at a revision",
        mebibytes,
    ),
    "model.proxy.MAX_CLUSTERS": ("extensions in Interlock's own configuration", number),
    "model.proxy.MAX_NETWORKS": ("networks of an extension", number),
    "model.proxy.MAX_NAME": (
        "characters of an image, a network or a service cluster there",
        number,
    ),
}

# Limits that are the same in several places.
OTHERS = {
    "entries of `exclude` and `ignore`, each": {
        CONFIG[key]["maxItems"] for key in ("exclude", "ignore")
    },
    "entries of `extra-labels` and `stacks`, each": {
        CONFIG[key]["maxItems"] for key in ("extra-labels", "stacks")
    },
    "files of a stack": {CONFIG["stacks"]["items"]["properties"]["files"]["maxItems"]},
    "characters of a glob": {
        CONFIG["exclude"]["items"]["maxLength"],
        *(CONFIG["ignore"]["items"]["properties"][key]["maxLength"] for key in ("path", "service")),
    },
    "invalid items of one value that have a finding each": {invalid_value._MOST, _hrm._MOST},
    "places that a finding shows in addition to its own": {diagnosis._MOST_NOTES},
    "findings of one rule in one file that are shown as text": {text._MOST},
    "findings in SARIF, which is what GitHub shows": {sarif._MOST},
    "annotations of each level for GitHub": {github._MOST},
    "characters of a report as Markdown": {markdown._COMMENT},
    "characters of a report in the summary of a job on GitHub": {markdown._JOB_SUMMARY},
    "characters of a message for TeamCity": {teamcity._LONGEST},
    "findings in the message for Terraform": {terraform_external._MOST},
    "characters of a name or a value in a sentence, or of what an engine says": {
        words.LONGEST_QUOTED
    },
    "names listed in a sentence": {words.MOST_NAMED},
    "known names among which a misspelled one is searched for": {
        words._MOST,
        undeclared_secret._MOST,
    },
    "networks, secrets or hosts that a text with variables is compared with": {
        names._MOST_COMPARED,
        proxy._MOST_COMPARED,
        redirect_source_not_served._MOST_COMPARED,
    },
    "characters of a name whose stack name is guessed": {names._LONGEST_NAME},
    "rounds of fixing what a fix reveals": {fixing._MOST_ROUNDS},
    "arrows of a Mermaid diagram": {routes._MOST_ARROWS},
    "lines from hosts to services in the picture of an HTML report": {picture._MOST_LINES},
    "processes at a time, with `--jobs`": {shares.MOST},
    "stack files that `init` looks at": {proposal.MOST_FILES},
    "files with variables that `init` looks at in a folder": {env_files.MOST},
    "files that may be the base of an override that is not named after one, compared by all of "
    "their services": {siblings._MOST},
    "seconds to wait for git, in a run": {git.LIMIT},
    "seconds to wait for Docker, for each stack, with `--ask-docker`": {docker.LIMIT},
    "seconds to wait for somebody to read a pipe, with `--output`": {output.READER_SECONDS},
    "seconds to wait for another run that writes to the same folder": {disk._TURNS * disk._TURN},
}


def written():
    """The limit in each row of the page."""
    return dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE))


def value(name):
    module, _, constant = name.rpartition(".")
    return getattr(importlib.import_module(f"linter.{module}"), constant)


@pytest.mark.parametrize("name", ROWS)
def test_a_limit_on_the_page_is_that_of_the_code(name):
    row, shown = ROWS[name]

    assert shown(value(name)) == written()[row]


@pytest.mark.parametrize("row", OTHERS)
def test_a_limit_that_several_share_is_the_same_everywhere(row):
    (limit,) = OTHERS[row]

    assert f"{limit:,.0f}" == written()[row]


def test_the_page_has_each_limit_and_nothing_else():
    limits = {
        f"{name}.{constant}"
        for name, path in PATHS.items()
        for constant in re.findall(r"^(MAX_\w+) =", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert set(ROWS) == limits
    assert {"what", *(row for row, _ in ROWS.values()), *OTHERS} == set(written()) - {"---"}
