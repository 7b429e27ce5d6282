"""
Brings the documents up to date: runs the commands in them, and writes the pages of the rules.

A block of `console` starts with `$ interlock-lint …`, run in the folder of the project on a
terminal of 80 columns without colours; what follows is its output.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "docs/routing.md")
RULES = ROOT / "docs" / "rules"
_NOTICE = "<!-- Made by `make docs` from the docstring of the rule. -->\n\n"
_BLOCK = re.compile(
    r"^```console\n\$ interlock-lint (?P<arguments>[^\n]*)\n.*?^```$", re.MULTILINE | re.DOTALL
)


def refreshed(text: str) -> str:
    """A document with the output of its commands as it is now."""
    return _BLOCK.sub(lambda match: _block(match["arguments"]), text)


def _block(arguments: str) -> str:
    from linter.cli import main

    output = io.StringIO()
    surroundings = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    with (
        contextlib.chdir(ROOT),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        contextlib.suppress(SystemExit),
        mock.patch.dict(os.environ, surroundings),
    ):
        main(shlex.split(arguments))
    return f"```console\n$ interlock-lint {arguments}\n{output.getvalue()}```"


def rule_pages() -> dict[str, str]:
    """The pages under `docs/rules`, by name: one for each rule, and an index of them."""
    from linter import manual, registry

    rules = registry.load()
    pages = {f"{name}.md": _NOTICE + manual.page(rule) for name, rule in rules.items()}
    return {"README.md": _NOTICE + manual.index(rules.values())} | pages


def main() -> None:
    """Rewrite the documents."""
    RULES.mkdir(exist_ok=True)
    pages = rule_pages()
    for path in RULES.iterdir():
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (RULES / name).write_text(text, encoding="utf-8")
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(refreshed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
