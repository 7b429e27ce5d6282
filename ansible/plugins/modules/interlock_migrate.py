#!/usr/bin/python
# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Switches services between task mode and VIP mode."""

from __future__ import annotations

DOCUMENTATION = r"""
module: interlock_migrate
short_description: Switch services between task mode and VIP mode
version_added: 1.0.0
description:
  - Switches services of stack files, or of a running swarm, between the backend modes of Interlock.
  - A service is left as it is if it has sticky sessions, which VIP mode does not support, or if the
    share of a service at a host would change by more than is allowed.
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
  to:
    description:
      - The mode to switch to.
    type: str
    choices: [vip, task]
    required: true
  service:
    description:
      - Names of services, or globs; all services if not set.
    type: list
    elements: str
  host:
    description:
      - Only services with these hosts.
    type: list
    elements: str
  drop_sticky:
    description:
      - Remove the labels for sticky sessions.
    type: bool
    default: false
  max_share_shift:
    description:
      - How much the share of a service may change, in percentage points.
    type: float
  skip_refused:
    description:
      - Switch the other services if some cannot be switched; if not set, the task fails and
        switches none.
    type: bool
    default: false
  backup:
    description:
      - Keep a copy of each file that is changed.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Say what VIP mode would do
  interlock.lint.interlock_migrate:
    source: [/srv/stacks]
    to: vip
  check_mode: true
  register: plan

- name: Switch the shop, even if its canary gets up to 30% more
  interlock.lint.interlock_migrate:
    source: ["swarm:"]
    to: vip
    service: ["shop_*"]
    max_share_shift: 30
"""

RETURN = r"""
changes:
  description: The labels that are changed, or would be in check mode.
  returned: always
  type: list
  elements: dict
refused:
  description: The services that cannot be switched, and why.
  returned: always
  type: list
  elements: str
routes_before:
  description: The share of each service at each host, before the switch.
  returned: always
  type: list
  elements: dict
routes_after:
  description: The same after the switch; in check mode, it is the same as before.
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
            to={"type": "str", "choices": ["vip", "task"], "required": True},
            service={"type": "list", "elements": "str"},
            host={"type": "list", "elements": "str"},
            drop_sticky={"type": "bool", "default": False},
            max_share_shift={"type": "float"},
            skip_refused={"type": "bool", "default": False},
            backup={"type": "bool", "default": False},
        ),
        supports_check_mode=True,
    )
    program = Program(module)
    params = module.params
    command = ["migrate", "--to", params["to"], *program.options()]
    for name in ("service", "host"):
        for glob in params[name] or ():
            command += ["--" + name, glob]
    if params["drop_sticky"]:
        command.append("--drop-sticky")
    if params["max_share_shift"] is not None:
        command += ["--max-share-shift", "%g" % params["max_share_shift"]]
    change(module, command + program.sources())


if __name__ == "__main__":
    main()
