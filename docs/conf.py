"""
How `make site` builds the site: with Sphinx, from the same Markdown that the repository shows.

MyST reads CommonMark as hosts of repositories do, and Sphinx refuses links and anchors that lead
nowhere. Everything that a page loads is in the site, and its search needs no server.

The site has the tree of the repository, so that a relative link works in both. What is in the
navigation is said here and not in the documents, where it would be in the way of who reads them
elsewhere.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from pygments.lexer import Lexer
from pygments.lexers.configs import IniLexer
from pygments.token import Generic
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

from linter import __version__

project = "interlock-lint"
release = version = __version__
extensions = ["myst_parser"]
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "ansible/README.md",
    "benchmarks/README.md",
    "docs/**.md",
]
root_doc = "docs/index"
nitpicky = True
smartquotes = False  # an option is written with two hyphens
myst_heading_anchors = 4

html_theme = "furo"
html_title = f"interlock-lint {version}"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_theme_options = {
    "light_css_variables": {"--added": "#116329", "--removed": "#a40e26"},
    "dark_css_variables": {"--added": "#7ee787", "--removed": "#ffa198"},
}
html_extra_path = ["site/start"]
templates_path = ["site/templates"]
html_copy_source = False
html_show_copyright = False
html_use_index = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "playground.html",
        "navigation.html",
        "sidebar/scroll-end.html",
    ]
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

PLAYGROUND = "playground/index.html"
"""The page that another build puts into the folder of the site, if it is there."""

NAVIGATION = {
    "docs/index": {
        "Where you use it": [
            "docs/before-a-deploy",
            "docs/pre-commit",
            "docs/ci",
            "docs/editors",
            "docs/ansible",
            "docs/terraform",
            "Templates, scripts and others <docs/forms>",
            "docs/swarm",
            "docs/api",
        ],
        "Routing": [
            "Who gets what share <docs/routing>",
            "docs/events",
            "docs/plan",
        ],
        "Guides": [
            "docs/guides/task-and-vip",
            "docs/guides/hrm",
            "docs/guides/interlock-1",
        ],
        "Recipes": [
            "docs/recipes/canary",
            "docs/recipes/blue-green",
            "docs/recipes/several-stacks",
        ],
        "Reference": [
            "docs/commands/README",
            "Rules <docs/rules/README>",
            "Options, formats, configuration <README>",
            "docs/changing-files",
            "docs/limits",
            "docs/stability",
            "SECURITY",
            "CHANGELOG",
        ],
        "How it is built": [
            "Architecture, and contributing <CONTRIBUTING>",
            "docs/adding-a-rule",
            "docs/writing",
            "The Ansible collection <ansible/README>",
            "benchmarks/README",
        ],
    },
    "docs/commands/README": {"": ["*"]},
}
"""
The pages below each page, by captions; `*` stands for all pages in the same folder.

The rules are not among them: a hundred entries would be in the way on every page, and make the
build three times as slow. Their table leads to each.
"""
# Its lexer does not know the blocks `check` of Terraform, and colors the rest all the same.
suppress_warnings = ["toc.not_included", "misc.highlighting_failure"]


def _with_navigation(_app: Sphinx, name: str, text: list[str]) -> None:
    """Add to a document the pages that are below it."""
    for caption, pages in NAVIGATION.get(name, {}).items():
        lines = [each if each == "*" else re.sub(r"(^|<)(?=\S+$)", r"\1/", each) for each in pages]
        head = ["```{toctree}", ":hidden:", f":caption: {caption}" if caption else ":glob:", ""]
        text[0] += "\n\n" + "\n".join([*head, *lines, "```"]) + "\n"


def _without_diagram(_app: Sphinx, _name: str, text: list[str]) -> None:
    """Leave out the diagrams that only GitHub and GitLab draw; there is a picture for each."""
    text[0] = re.sub(r"^```mermaid\n.*?^```\n", "", text[0], flags=re.MULTILINE | re.DOTALL)


def _without_folders(app: Sphinx, document: nodes.document) -> None:
    """Show a link to a folder of the repository, which has no page, as its text."""
    for node in list(document.findall(pending_xref)):
        here = posixpath.dirname(node.get("refdoc", ""))
        if os.path.isdir(os.path.join(app.srcdir, here, node["reftarget"])):
            node.replace_self(node.children)


def _playground(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Link to the playground where it was built."""
    context["playground"] = PLAYGROUND if (Path(app.outdir) / PLAYGROUND).exists() else ""


class _ConsoleLexer(Lexer):
    """A command behind a prompt, and its output; other lexers take some of that for commands."""

    name = "Command with output"
    _KINDS: ClassVar = {"+": Generic.Inserted, "-": Generic.Deleted}

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        position = 0
        for line in text.splitlines(keepends=True):
            if line.startswith("$ "):
                yield position, Generic.Prompt, line[:2]
                yield position + 2, Generic.Strong, line[2:]
            else:
                yield position, self._KINDS.get(line[:1], Generic.Output), line
            position += len(line)


def _accessible(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Let the keyboard reach the blocks and tables that may have to be scrolled."""
    found = r'<pre(?=>)|<div(?= class="table-wrapper)'
    context["body"] = re.sub(found, r'\g<0> tabindex="0"', context.get("body", ""))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect what is above."""
    app.add_lexer("console", _ConsoleLexer)
    app.add_lexer("env", IniLexer)
    app.connect("source-read", _with_navigation)
    app.connect("source-read", _without_diagram)
    app.connect("doctree-read", _without_folders)
    app.connect("html-page-context", _playground)
    app.connect("html-page-context", _accessible)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
