"""
The forms in which stacks are written, besides stack files: which one a file has, and who reads it.

A form is read by one module of this folder, imported when it is needed. Its function `views` says
how to read each stack in a text; it yields nothing for a text that holds none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import NamedTuple

from linter.syntax.source import Source, View

STACK_FILE = "stack"
"""The form of stack files themselves, which need no view."""

YAML_SUFFIXES = (".yml", ".yaml")


class Form(NamedTuple):
    """
    A form by its name, with what its files are called in messages.

    `names` matches the names of files that may have it, in lower case; `fits` looks at the text of
    one with such a name. `module` reads it.
    """

    name: str
    title: str
    names: re.Pattern[str]
    module: str
    fits: Callable[[str], bool] = lambda _text: True

    def views(self, source: Source) -> Iterable[View]:
        """How to read each stack in a text."""
        found: Iterable[View] = import_module(f"linter.reading.{self.module}").views(source)
        return found


_SHEBANG = re.compile(r"#![^\r\n]{0,200}\b(?:ba|da|k|z|a)?sh\b")


def _is_script(text: str) -> bool:
    return _SHEBANG.match(text) is not None


def _is_workflow(text: str) -> bool:
    return "jobs:" in text and import_module("linter.reading.ci_file").is_workflow(text)


# The first form that fits a file is the one it has.
FORMS = (
    Form("markdown", "a Markdown file", re.compile(r".+\.(?:md|markdown)"), "markdown"),
    Form("shell", "a shell script", re.compile(r".+\.(?:sh|bash|ksh|zsh)"), "shell_script"),
    Form("makefile", "a Makefile", re.compile(r"(?:gnu)?makefile|.+\.mk"), "makefile"),
    Form(
        "jenkinsfile",
        "a Jenkinsfile",
        re.compile(r"jenkinsfile.*|.+\.(?:jenkinsfile|groovy)"),
        "jenkinsfile",
    ),
    Form("ci", "a CI file", re.compile(r".*\.gitlab-ci.*\.ya?ml"), "ci_file"),
    Form("ci", "a CI file", re.compile(r".+\.ya?ml"), "ci_file", _is_workflow),
    Form("shell", "a shell script", re.compile(r"[^.]+"), "shell_script", _is_script),
)

NAMES = (STACK_FILE, *dict.fromkeys(form.name for form in FORMS))


def may_have_one(name: str) -> bool:
    """Whether a file with this name may have any form, so that a look into it is worthwhile."""
    lower = name.lower()
    return not name.startswith(".#") and (  # Emacs marks a file being edited with a broken link
        lower.endswith(YAML_SUFFIXES) or any(form.names.fullmatch(lower) for form in FORMS)
    )


def form_of(name: str, text: str, wanted: str | None = None) -> Form | None:
    """The form of a file, by its name and its text; None for a stack file."""
    if wanted is not None:
        return next((form for form in FORMS if form.name == wanted), None)
    lower = name.rpartition("/")[2].lower()
    return next((each for each in FORMS if each.names.fullmatch(lower) and each.fits(text)), None)
