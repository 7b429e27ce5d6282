"""
Updates the documents: runs the commands in them, and writes the pages of the rules.

A `console` block starts with `$ interlock-lint …`, followed by its output. The command runs in the
folder of the project, on an 80-column terminal without colors. A `yaml` block, a line with one
command in backticks and a `diff` block belong together: a file, a command that changes it, and the
change.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TextIO
from unittest import mock

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "docs/changing-files.md", "docs/routing.md")
RULES = ROOT / "docs" / "rules"
_NOTICE = "<!-- Made by `make docs` from the docstring of the rule. -->\n\n"
_BLOCK = re.compile(
    r"^```console\n\$ interlock-lint (?P<arguments>[^\n]*)\n.*?^```$", re.MULTILINE | re.DOTALL
)
_CHANGE = re.compile(
    r"^```yaml\n(?P<before>(?:(?!```).*\n)+)```\n\n`(?P<arguments>[a-z][^`\n]*)`\n\n"
    r"```diff\n(?:(?!```).*\n)*```$",
    re.MULTILINE,
)


def refreshed(text: str) -> str:
    """A document with the current output of its commands."""
    text = _BLOCK.sub(lambda match: _block(match["arguments"]), text)
    return _CHANGE.sub(lambda match: _change(match["before"], match["arguments"]), text)


def _block(arguments: str) -> str:
    output = io.StringIO()
    _run(shlex.split(arguments), output, output)
    return f"```console\n$ interlock-lint {arguments}\n{output.getvalue()}```"


def _change(before: str, arguments: str) -> str:
    output, told = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(before.encode()), "utf-8")):
        _run([*shlex.split(arguments), "--isolated", "--write"], output, told)
    output.seek(0)
    lines = before.splitlines(keepends=True)
    after = output.read().splitlines(keepends=True)
    shown = list(difflib.unified_diff(lines, after, n=len(lines)))[3:]
    if not after or not shown:
        raise ValueError(f"{arguments}: {told.getvalue()}")
    text = "".join(line.rstrip() + "\n" for line in shown)
    return f"```yaml\n{before}```\n\n`{arguments}`\n\n```diff\n{text}```"


def _run(arguments: list[str], output: TextIO, told: TextIO) -> None:
    from linter.cli import main

    context = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    with (
        contextlib.chdir(ROOT),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(told),
        contextlib.suppress(SystemExit),
        mock.patch.dict(os.environ, context),
    ):
        main(arguments)


def rule_pages() -> dict[str, str]:
    """The pages under `docs/rules` by name: one for each rule, and an index."""
    from linter.checking import manual, registry

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
