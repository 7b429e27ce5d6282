"""
The forms in which stacks are written, besides stack files: which one a file has, and who reads it.

A form is read by one module of this folder, imported when it is needed. Its function `views` says
how to read each stack in a text; it yields nothing for a text that holds none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module

from linter.record import Record
from linter.syntax.source import Source, Span, View

STACK_FILE = "stack"
"""The form of stack files themselves, which need no view."""

YAML_SUFFIXES = (".yml", ".yaml")

_LIST = r"(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*+[ \t]*-\s"
_ANSIBLE = (
    r"(?m)^[ \t-]*+(?:hosts|tasks|block|register|when|shell|command|docker_stack"
    r"|docker_swarm_service|(?:ansible|community)\.[\w.]++)[ \t]*+:"
)


def is_list(text: str) -> bool:
    """Whether a YAML file is a list, which a stack file cannot be."""
    return not text[:1].isalpha() and re.match(_LIST, text) is not None


def _is_ansible(text: str) -> bool:
    """Whether a YAML file is a list of tasks or plays."""
    return is_list(text) and re.search(_ANSIBLE, text) is not None


class Reference(Record):
    """
    A stack file that another text names, at `span`.

    `places` are the paths where it may be, best first; none if that is unknown. `root` is the
    folder of the project, as far as the text tells. `stack` is the name of the stack.
    """

    __slots__ = ("places", "root", "span", "stack")

    def __init__(
        self,
        span: Span,
        places: tuple[str, ...],
        root: str,
        stack: str | None = None,
    ) -> None:
        self.span = span
        self.places = places
        self.root = root
        self.stack = stack


Part = View | Reference


class Composed(Record):
    """A stack of parts, of which later ones override earlier ones, as with several files."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts


class Form(Record):
    """
    A form by its name, with what its files are called in messages.

    `has_name` says whether a file with a name, in lower case, may have it; `fits` looks at the text
    of one with such a name. `module` reads it.
    """

    __slots__ = ("fits", "has_name", "module", "name", "title")

    def __init__(
        self,
        name: str,
        title: str,
        has_name: Callable[[str], bool],
        module: str,
        fits: Callable[[str], bool] = lambda _text: True,
    ) -> None:
        self.name = name
        self.title = title
        self.has_name = has_name
        self.module = module
        self.fits = fits

    def views(self, source: Source) -> Iterable[View | Composed]:
        """How to read each stack in a text."""
        reader = import_module(f"linter.reading.{self.module}")
        found: Iterable[View | Composed] = reader.views(source)
        return found


_SHEBANG = r"#![^\r\n]{0,200}\b(?:ba|da|k|z|a)?sh\b"


def _is_script(text: str) -> bool:
    return re.match(_SHEBANG, text) is not None


def _is_workflow(text: str) -> bool:
    return "jobs:" in text and import_module("linter.reading.ci_file").is_workflow(text)


def _is_jinja(text: str) -> bool:
    if "{{" not in text and ("%" not in text or "{%" not in text):
        return False
    from linter.reading.jinja import fits

    return fits(text)


def _is_of_terraform(text: str) -> bool:
    from linter.reading.tftpl import fits

    return fits(text)


def _ends(*suffixes: str) -> Callable[[str], bool]:
    return lambda name: name.endswith(suffixes)


def _is_of_jenkins(name: str) -> bool:
    return name.startswith("jenkinsfile") or name.endswith((".jenkinsfile", ".groovy"))


def _is_of_gitlab(name: str) -> bool:
    return ".gitlab-ci" in name and name.endswith(YAML_SUFFIXES)


# The first form that fits a file is the one it has.
FORMS = (
    Form("markdown", "a Markdown file", _ends(".md", ".markdown"), "markdown"),
    Form("shell", "a shell script", _ends(".sh", ".bash", ".ksh", ".zsh"), "shell_script"),
    Form("makefile", "a Makefile", _ends("makefile", ".mk"), "makefile"),
    Form("jenkinsfile", "a Jenkinsfile", _is_of_jenkins, "jenkinsfile"),
    Form("ci", "a CI file", _is_of_gitlab, "ci_file"),
    Form("ci", "a CI file", _ends(*YAML_SUFFIXES), "ci_file", _is_workflow),
    Form("ansible", "tasks of Ansible", _ends(*YAML_SUFFIXES), "ansible", _is_ansible),
    Form(
        "inspect",
        "a record of services",
        _ends(".json", "<stdin>"),
        "inspected",
        lambda text: text.lstrip()[:1] in ("[", "{") and '"TaskTemplate"' in text,
    ),
    Form(
        "terraform-json",
        "a plan or a state of Terraform",
        _ends(".json", "<stdin>"),
        "terraform_plan",
        lambda text: text.lstrip()[:1] == "{" and '"format_version"' in text,
    ),
    Form("terraform", "a Terraform file", _ends(".tf", ".tofu"), "terraform"),
    Form("jinja", "a Jinja template", _ends(".j2", ".jinja", ".jinja2"), "jinja"),
    Form("tftpl", "a Terraform template", _ends(".tftpl"), "tftpl"),
    Form("tftpl", "a Terraform template", _ends(".tpl"), "tftpl", _is_of_terraform),
    Form("jinja", "a Jinja template", _ends(".tpl"), "jinja"),
    Form("jinja", "a Jinja template", _ends(*YAML_SUFFIXES, "<stdin>"), "jinja", _is_jinja),
    Form("shell", "a shell script", lambda name: "." not in name, "shell_script", _is_script),
)

NAMES = tuple(dict.fromkeys((STACK_FILE, *(form.name for form in FORMS))))


def may_have_one(name: str) -> bool:
    """Whether a file with this name may have any form, so that a look into it is worthwhile."""
    lower = name.lower()
    return not name.startswith(".#") and (  # Emacs marks a file being edited with a broken link
        lower.endswith(YAML_SUFFIXES) or any(form.has_name(lower) for form in FORMS)
    )


def form_of(name: str, text: str, wanted: str | None = None) -> Form | None:
    """The form of a file, by its name and its text; None for a stack file."""
    if wanted is not None:
        return next((form for form in FORMS if form.name == wanted), None)
    lower = name.rpartition("/")[2].lower()
    return next((each for each in FORMS if each.has_name(lower) and each.fits(text)), None)
