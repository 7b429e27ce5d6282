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
  source:
    description:
      - Stack files or folders on the host, or V(swarm:) for the services of the running swarm. With
        V(swarm:NAME), it is the swarm of the Docker context C(NAME).
      - Each file is a stack of its own. Stacks with the same hosts are also compared.
      - Use this or O(compose).
    type: list
    elements: path
  form:
    description:
      - Read the files of O(source) as this form, for example V(stack) or V(jinja). If not set, the
        name and the content of a file decide.
    type: str
  compose:
    description:
      - A stack as in O(community.docker.docker_stack#module:compose), which is a mapping, a path on
        the host, or a list of these. Later ones override earlier ones.
      - Use this or O(source).
    type: raw
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
      - What cannot be judged always makes the task fail.
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
    compose:
      - /srv/stacks/shop.yml
      - services:
          web:
            deploy:
              replicas: 4
    stack_name: shop
    fail_on: error

- name: Check the files of the controller, where interlock-lint is installed too
  interlock.lint.interlock_check:
    source: ["{{ playbook_dir }}/stacks"]
  delegate_to: localhost
  run_once: true

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
    - rule: misspelt-label
      severity: error
      path: stack.yml
      services: [web]
      label: com.docker.lb.prot
      message: "unknown label `com.docker.lb.prot`; did you mean `com.docker.lb.port`?"
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
  sample:
    - path: stack.yml
      reason: "not YAML: did not find expected node content"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.interlock.lint.plugins.module_utils.program import (
    ARGUMENTS,
    FINDINGS,
    NOT_JUDGED,
    RANKS,
    Program,
    line_of,
    option,
    reasons,
)


def main():
    module = AnsibleModule(
        argument_spec=dict(
            ARGUMENTS,
            source={"type": "list", "elements": "path"},
            form={"type": "str"},
            compose={"type": "raw"},
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
    program, params = Program(module), module.params
    words = ["check", *program.options()]
    for name in ("select", "ignore"):
        words += [option(name, rule) for rule in params[name] or ()]
    words += program.sources() if params["compose"] is None else program.compose()
    said = program.run(words, accepted=(0, FINDINGS, NOT_JUDGED))
    result = {
        "changed": False,
        "findings": said["diagnostics"],
        "summary": said["summary"],
        "unjudged": said["unjudged"],
    }
    if said["unjudged"]:
        module.fail_json(msg="not judged: %s" % reasons(said["unjudged"]), **result)
    least = params["fail_on"]
    failing = [
        each
        for each in said["diagnostics"]
        if least != "never" and RANKS[each["severity"]] >= RANKS[least]
    ]
    if failing:
        module.fail_json(msg="\n".join(map(line_of, failing)), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
