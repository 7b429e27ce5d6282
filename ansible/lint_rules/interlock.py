# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Shows what interlock-lint finds in the files that ansible-lint looks at."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from ansiblelint.rules import AnsibleLintRule

if TYPE_CHECKING:
    from ansiblelint.errors import MatchError
    from ansiblelint.file_utils import Lintable

# What a file has that has something to check.
LABELS = (b"com.docker.lb", b"com.docker.ucp.mesh", b"com.docker.interlock")

# Which files are read. Others, such as those of variables, may have labels too, but no stack.
TASKS = ("playbook", "tasks", "handlers")
STACK = rb"(?m)^[\"']?services[\"']?\s*:"


class InterlockRule(AnsibleLintRule):
    """The labels of Docker Interlock are right."""

    id = "interlock"
    description = (
        "Runs interlock-lint on task files, playbooks and stack files. Each finding has its own "
        "line; `interlock-lint explain RULE` shows the manual of its rule."
    )
    severity = "HIGH"
    tags = ["docker"]  # noqa: RUF012 - as ansible-lint declares it
    version_changed = "1.0.0"

    def matchyaml(self, file: Lintable) -> list[MatchError]:
        """The findings in a file."""
        content = file.path.read_bytes()
        is_read = file.kind in TASKS or re.search(STACK, content)
        if not is_read or not any(each in content for each in LABELS):
            return []
        places = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
        program = shutil.which("interlock-lint", path=places)
        if program is None:
            return [self._match(file, "missing-program", "interlock-lint is not installed", 1)]
        options = ("--format=json", "--min-severity=warning", "--allow-empty")
        done = subprocess.run(  # noqa: S603 - the file is named after --
            [program, "check", *options, "--", str(file.path)],
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            said = json.loads(done.stdout)
        except ValueError:
            return [self._match(file, "not-judged", done.stderr.strip(), 1)]
        return [
            *(
                self._match(file, each["rule"], each["message"], _line(each))
                for each in said["diagnostics"]
            ),
            *(
                self._match(file, "not-judged", each["reason"], _line(each))
                for each in said["unjudged"]
            ),
        ]

    def _match(self, file: Lintable, tag: str, message: str, line: int) -> MatchError:
        where = {"message": message, "lineno": line, "filename": file}
        return self.create_matcherror(tag=f"{self.id}[{tag}]", **where)


def _line(found: dict[str, Any]) -> int:
    span = found.get("span")
    return span["start"]["line"] if span else 1
