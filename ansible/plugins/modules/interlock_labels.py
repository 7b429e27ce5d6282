#!/usr/bin/python
# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Sets and removes labels of services."""

from __future__ import annotations

DOCUMENTATION = r"""
module: interlock_labels
short_description: Set and remove labels of services, and nothing else
version_added: 1.0.0
description:
  - Sets and removes labels of services in stack files, or of the services of a running swarm.
  - In a file, only the bytes of these labels change, and the change is proved before it is written.
  - In a swarm, only the labels of the service change, so that none of its tasks restarts.
    M(community.docker.docker_swarm_service) resets whatever a task leaves out.
author:
  - The interlock-lint developers (@interlock)
extends_documentation_fragment:
  - interlock.lint.program
attributes:
  check_mode:
    description: Can run in check mode, and then says what would change.
    support: full
  diff_mode:
    description: Shows the labels that change.
    support: full
options:
  source:
    required: true
  service:
    description:
      - Names of services, or globs such as V(shop*).
    type: list
    elements: str
    required: true
  labels:
    description:
      - Labels with their values. A name without a dot is a label of Interlock, so that V(port)
        stands for V(com.docker.lb.port).
      - The labels in this mapping are set or, with O(state=absent), removed.
    type: dict
    required: true
  state:
    description:
      - Whether the services have these labels.
    type: str
    choices: [present, absent]
    default: present
  force:
    description:
      - Set labels even if that causes new findings.
    type: bool
    default: false
  backup:
    description:
      - Keep a copy of each file that is changed.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Route the shop
  interlock.lint.interlock_labels:
    source: [/srv/stacks/shop.yml]
    service: [web]
    labels:
      hosts: shop.example.com
      port: 8080
      network: shop_front

- name: Take the canary out of the route of the running shop
  interlock.lint.interlock_labels:
    source: ["swarm:"]
    service: [shop_web-next]
    labels: {hosts: }
    state: absent
"""

RETURN = r"""
changes:
  description: The labels that are changed, or would be in check mode.
  returned: always
  type: list
  elements: dict
refused:
  description: What was asked for and cannot be done, and why. If there is any, the task fails.
  returned: always
  type: list
  elements: str
routes_before:
  description: The share of each service at each host, before the change.
  returned: always
  type: list
  elements: dict
routes_after:
  description: The same after the change; in check mode, it is the same as before.
  returned: always
  type: list
  elements: dict
backup_files:
  description: The copies of the files.
  returned: if O(backup) is set and files are changed
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.interlock.lint.plugins.module_utils.program import (
    ARGUMENTS,
    Program,
    change,
)


def main():
    module = AnsibleModule(
        argument_spec=dict(
            ARGUMENTS,
            source={"type": "list", "elements": "str", "required": True},
            service={"type": "list", "elements": "str", "required": True},
            labels={"type": "dict", "required": True},
            state={"type": "str", "choices": ["present", "absent"], "default": "present"},
            force={"type": "bool", "default": False},
            backup={"type": "bool", "default": False},
        ),
        supports_check_mode=True,
    )
    program = Program(module)
    params = module.params
    if len(params["source"]) > 1 and not params["one_stack"]:
        module.fail_json(msg="source: name one file or folder, or set one_stack")
    absent = params["state"] == "absent"
    words = [key if absent else "%s=%s" % (key, _text(value)) for key, value in _labels(params)]
    command = ["labels", "unset" if absent else "set", *program.options()]
    if params["force"] and not absent:
        command.append("--force")
    sources = program.sources()
    change(module, command + sources + params["service"] + words)


def _labels(params):
    return sorted(params["labels"].items())


def _text(value):
    """A value as it is written in a stack file; there, booleans are words in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else "%s" % value


if __name__ == "__main__":
    main()
