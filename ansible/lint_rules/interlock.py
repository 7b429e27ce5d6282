# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Shows what interlock-lint finds in the files that ansible-lint looks at."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from ansiblelint.rules import AnsibleLintRule

if TYPE_CHECKING:
    from ansiblelint.errors import MatchError
    from ansiblelint.file_utils import Lintable


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
        if file.base_kind != "text/yaml" or b"com.docker.lb" not in file.path.read_bytes():
            return []
        command = ["interlock-lint", "check", "--format", "json", "--min-severity", "warning"]
        try:
            done = subprocess.run(  # noqa: S603 - the file is named after --
                [*command, "--", str(file.path)], capture_output=True, text=True, check=False
            )
            said = json.loads(done.stdout)
        except OSError:
            return [self._match(file, "interlock-lint is not installed", 1)]
        except ValueError:
            return [self._match(file, done.stderr.strip(), 1)]
        found = [
            self._match(file, f"[{each['rule']}] {each['message']}", each["span"]["start"]["line"])
            for each in said["diagnostics"]
        ]
        return found + [
            self._match(file, f"not judged: {each['reason']}", 1) for each in said["unjudged"]
        ]

    def _match(self, file: Lintable, message: str, line: int) -> MatchError:
        return self.create_matcherror(message=message, lineno=line, filename=file)
