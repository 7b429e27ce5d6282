# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""A filter for stacks that are written in variables."""

from __future__ import annotations

import json
import subprocess

from ansible.errors import AnsibleFilterError

MISSING = (
    "interlock_findings: interlock-lint is not installed on the controller; "
    "install it there: pip install interlock-lint"
)


def interlock_findings(stack, stack_name=None, target=None, severity="warning"):
    """The findings for a stack of at least a severity; see interlock_findings.yml."""
    ranks = {"info": 0, "warning": 1, "error": 2}
    if severity not in ranks:
        raise AnsibleFilterError("interlock_findings: severity is info, warning or error")
    text = stack if isinstance(stack, str) else json.dumps(stack)
    command = ["interlock-lint", "check", "--format", "json", "--isolated"]
    for name, value in (("--stack-name", stack_name), ("--target", target)):
        if value:
            command += [name, value]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the text goes to standard input
            [*command, "-"], input=text, capture_output=True, text=True, check=False
        )
    except OSError:
        raise AnsibleFilterError(MISSING) from None
    try:
        said = json.loads(done.stdout)
    except ValueError:
        raise AnsibleFilterError("interlock_findings: %s" % done.stderr.strip()) from None
    if said["unjudged"]:
        reasons = "; ".join(each["reason"] for each in said["unjudged"])
        raise AnsibleFilterError("interlock_findings: not judged: %s" % reasons)
    return [each for each in said["diagnostics"] if ranks[each["severity"]] >= ranks[severity]]


class FilterModule:
    """The filters."""

    def filters(self):
        return {"interlock_findings": interlock_findings}
