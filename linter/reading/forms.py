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

from linter.syntax.source import Source, Span, View

STACK_FILE = "stack"
"""The form of stack files themselves, which need no view."""

YAML_SUFFIXES = (".yml", ".yaml")

_LIST = re.compile(r"(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*+[ \t]*-\s")
_ANSIBLE = re.compile(
    r"^[ \t-]*+(?:hosts|tasks|block|register|when|docker_stack|docker_swarm_service"
    r"|(?:ansible|community)\.[\w.]++)[ \t]*+:",
    re.MULTILINE,
)


def is_list(text: str) -> bool:
    """Whether a YAML file is a list, which a stack file cannot be."""
    return _LIST.match(text) is not None


def _is_ansible(text: str) -> bool:
    """Whether a YAML file is a list of tasks or plays."""
    return is_list(text) and _ANSIBLE.search(text) is not None


class Reference(NamedTuple):
    """
    A stack file that another text names, at `span`.

    `places` are the paths where it may be, best first; none if that is unknown. `root` is the
    folder of the project, as far as the text tells. `stack` is the name of the stack.
    """

    span: Span
    places: tuple[str, ...]
    root: str
    stack: str | None = None


Part = View | Reference


class Composed(NamedTuple):
    """A stack of parts, of which later ones override earlier ones, as with several files."""

    parts: tuple[Part, ...]


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

    def views(self, source: Source) -> Iterable[View | Composed]:
        """How to read each stack in a text."""
        reader = import_module(f"linter.reading.{self.module}")
        found: Iterable[View | Composed] = reader.views(source)
        return found


def _is_jinja(text: str) -> bool:
    from linter.reading.jinja import fits

    return ("{{" in text or "{%" in text) and fits(text)


def _is_of_terraform(text: str) -> bool:
    from linter.reading.tftpl import fits

    return fits(text)


# The first form that fits a file is the one it has.
FORMS = (
    Form("markdown", "a Markdown file", re.compile(r".+\.(?:md|markdown)"), "markdown"),
    Form("ansible", "tasks of Ansible", re.compile(r".+\.ya?ml"), "ansible", _is_ansible),
    Form(
        "inspect",
        "a record of services",
        re.compile(r".+\.json|<stdin>"),
        "inspected",
        lambda text: text.lstrip()[:1] in ("[", "{") and '"TaskTemplate"' in text,
    ),
    Form(
        "terraform-json",
        "a plan or a state of Terraform",
        re.compile(r".+\.json|<stdin>"),
        "terraform_plan",
        lambda text: text.lstrip()[:1] == "{" and '"format_version"' in text,
    ),
    Form("terraform", "a Terraform file", re.compile(r".+\.(?:tf|tofu)"), "terraform"),
    Form("jinja", "a Jinja template", re.compile(r".+\.(?:j2|jinja2?)"), "jinja"),
    Form("tftpl", "a Terraform template", re.compile(r".+\.tftpl"), "tftpl"),
    Form("tftpl", "a Terraform template", re.compile(r".+\.tpl"), "tftpl", _is_of_terraform),
    Form("jinja", "a Jinja template", re.compile(r".+\.tpl"), "jinja"),
    Form("jinja", "a Jinja template", re.compile(r".+\.ya?ml|<stdin>"), "jinja", _is_jinja),
)

NAMES = tuple(dict.fromkeys((STACK_FILE, *(form.name for form in FORMS))))


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
