# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""A filter for stacks that are written in variables."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from ansible.errors import AnsibleFilterError
from ansible_collections.interlock.lint.plugins.module_utils.program import (
    MISSING,
    NAME,
    RANKS,
    as_yaml,
    option,
    places,
    reasons,
    shown,
)


def interlock_findings(stack, stack_name=None, target=None, severity="warning"):
    """The findings for a stack of at least a severity; see interlock_findings.yml."""
    if severity not in RANKS:
        raise AnsibleFilterError("interlock_findings: severity is info, warning or error")
    text = stack if isinstance(stack, str) else as_yaml(stack)
    program = shutil.which(NAME, path=os.pathsep.join([*places(), os.environ.get("PATH", "")]))
    if program is None:
        raise AnsibleFilterError("interlock_findings: %s" % (MISSING % "controller"))
    command = [program, "check", "--format=json", "--isolated", "--as=stack"]
    for name, value in (("stack_name", stack_name), ("target", target)):
        if value:
            command.append(option(name, value))
    done = subprocess.run(  # noqa: S603 - no shell, and the text goes to standard input
        [*command, "-"], input=text.encode("utf-8", "replace"), capture_output=True, check=False
    )
    try:
        said = json.loads(done.stdout)
    except ValueError:
        problem = shown(done.stderr.decode("utf-8", "replace").strip())
        raise AnsibleFilterError("interlock_findings: %s" % problem) from None
    if said["unjudged"]:
        raise AnsibleFilterError("interlock_findings: not judged: %s" % reasons(said["unjudged"]))
    return [each for each in said["diagnostics"] if RANKS[each["severity"]] >= RANKS[severity]]


class FilterModule:
    """The filters."""

    def filters(self):
        return {"interlock_findings": interlock_findings}
