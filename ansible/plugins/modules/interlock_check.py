#!/usr/bin/python
# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Checks the labels of Docker Interlock."""

from __future__ import annotations

DOCUMENTATION = r"""
module: interlock_check
short_description: Check the labels of Docker Interlock
version_added: 1.0.0
description:
  - Checks the C(com.docker.lb.*) labels in stack files, in a stack that is written in the task, or
    of the services of a running swarm.
  - The module never changes anything.
author:
  - The interlock-lint developers (@interlock)
extends_documentation_fragment:
  - interlock.lint.program
attributes:
  check_mode:
    description: Can run in check mode, and does the same there.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
options:
  compose:
    description:
      - A stack as a mapping, as in C(compose) of M(community.docker.docker_stack).
      - Use this or O(source).
    type: dict
  select:
    description:
      - Run only these rules.
    type: list
    elements: str
  ignore:
    description:
      - Do not run these rules.
    type: list
    elements: str
  fail_on:
    description:
      - The lowest severity of findings that makes the task fail.
      - With V(never), findings are only returned.
    type: str
    choices: [never, info, warning, error]
    default: warning
"""

EXAMPLES = r"""
- name: Check all stacks of a folder
  interlock.lint.interlock_check:
    source: [/srv/stacks]
    target: mke-3.8.16

- name: Check a stack before it is deployed
  interlock.lint.interlock_check:
    compose: "{{ shop }}"
    stack_name: shop
    fail_on: error

- name: Look at what runs
  interlock.lint.interlock_check:
    source: ["swarm:"]
    fail_on: never
  register: running
"""

RETURN = r"""
findings:
  description: The findings, as in the JSON report of C(interlock-lint check).
  returned: always
  type: list
  elements: dict
  sample:
    - rule: sticky-session-in-vip-mode
      severity: error
      path: stack.yml
      service: web
      message: sticky sessions have no effect in VIP mode
summary:
  description: How much was checked and found.
  returned: always
  type: dict
  sample: {"files": 3, "stacks": 3, "services": 9, "error": 1, "warning": 0, "info": 2}
unjudged:
  description: What could not be judged, and why. If there is any, the task fails.
  returned: always
  type: list
  elements: dict
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.interlock.lint.plugins.module_utils.program import (
    ARGUMENTS,
    FINDINGS,
    NOT_JUDGED,
    Program,
)

RANKS = {"info": 0, "warning": 1, "error": 2}


def main():
    module = AnsibleModule(
        argument_spec=dict(
            ARGUMENTS,
            compose={"type": "dict"},
            select={"type": "list", "elements": "str"},
            ignore={"type": "list", "elements": "str"},
            fail_on={
                "type": "str",
                "choices": ["never", "info", "warning", "error"],
                "default": "warning",
            },
        ),
        mutually_exclusive=[("compose", "source")],
        required_one_of=[("compose", "source")],
        supports_check_mode=True,
    )
    program = Program(module)
    command = ["check", *program.options()]
    for name in ("select", "ignore"):
        for rule in module.params[name] or ():
            command += ["--" + name, rule]
    text = None
    if module.params["compose"] is not None:
        # What YAML is to Docker, JSON is too.
        text = json.dumps(module.params["compose"])
        command += ["--stdin-filename", "compose", "-"]
    else:
        command += program.sources()
    _status, said = program.run(command, text, accepted=(0, FINDINGS, NOT_JUDGED))
    result = {
        "changed": False,
        "findings": said["diagnostics"],
        "summary": said["summary"],
        "unjudged": said["unjudged"],
    }
    if said["unjudged"]:
        reasons = ["%s: %s" % (each["path"], each["reason"]) for each in said["unjudged"]]
        module.fail_json(msg="not judged: %s" % "; ".join(reasons), **result)
    least = module.params["fail_on"]
    failing = [
        each
        for each in said["diagnostics"]
        if least != "never" and RANKS[each["severity"]] >= RANKS[least]
    ]
    if failing:
        lines = [
            "%s: %s[%s] %s" % (_place(each), each["severity"], each["rule"], each["message"])
            for each in failing
        ]
        module.fail_json(msg="\n".join(lines), **result)
    module.exit_json(**result)


def _place(finding):
    """Where a finding is: its file and line, or its service in a swarm."""
    if finding.get("span"):
        return "%s:%s" % (finding["path"], finding["span"]["start"]["line"])
    return finding["path"]


if __name__ == "__main__":
    main()
