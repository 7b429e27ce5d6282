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
    No task restarts.
  - A service is left as it is if it has sticky sessions, which VIP mode does not support, or if the
    share of a service at a host would change by more than is allowed.
author:
  - The interlock-lint developers (@interlock)
extends_documentation_fragment:
  - interlock.lint.program
  - interlock.lint.changing
options:
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
      - Only services with these hosts, which may be globs.
    type: list
    elements: str
  drop_sticky:
    description:
      - Remove the labels for sticky sessions.
    type: bool
    default: false
  max_share_shift:
    description:
      - How much the share of a service may change, in percentage points. If not set, it may not
        change.
    type: float
  tasks:
    description:
      - The number of tasks to assume for services, by name, where it is not known.
    type: dict
  nodes:
    description:
      - The number of tasks to assume for global services.
    type: int
  skip_refused:
    description:
      - Switch the other services if some cannot be switched; if not set, the task fails and
        switches none.
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
  sample:
    - service: web
      label: com.docker.lb.backend_mode
      before:
      after: {"value": "vip", "path": "/srv/stacks/shop.yml"}
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
  sample:
    - hosts: [shop.example.com]
      services:
        - {"service": web, "mode": task, "percent": 80.0}
        - {"service": web-next, "mode": task, "percent": 20.0}
routes_after:
  description: The same after the switch, in check mode as it would be.
  returned: always
  type: list
  elements: dict
backup_files:
  description: The copies of the files, or the record of a swarm.
  returned: if O(backup) is set and labels are changed
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.interlock.lint.plugins.module_utils.changing import CHANGING, change
from ansible_collections.interlock.lint.plugins.module_utils.program import option


def main():
    module = AnsibleModule(
        argument_spec=dict(
            CHANGING,
            to={"type": "str", "choices": ["vip", "task"], "required": True},
            service={"type": "list", "elements": "str"},
            host={"type": "list", "elements": "str"},
            drop_sticky={"type": "bool", "default": False},
            max_share_shift={"type": "float"},
            tasks={"type": "dict"},
            nodes={"type": "int"},
            skip_refused={"type": "bool", "default": False},
        ),
        supports_check_mode=True,
    )
    params = module.params
    words = [option("to", params["to"])]
    for name in ("service", "host"):
        words += [option(name, glob) for glob in params[name] or ()]
    if params["drop_sticky"]:
        words.append("--drop-sticky")
    if params["max_share_shift"] is not None:
        words.append(option("max_share_shift", _decimal(params["max_share_shift"])))
    for service, number in sorted((params["tasks"] or {}).items()):
        words.append(option("tasks", "%s=%s" % (service, number)))
    if params["nodes"] is not None:
        words.append(option("nodes", params["nodes"]))
    change(module, "migrate", words)


def _decimal(number):
    """A number as the program takes it: with at most six digits after the point."""
    return ("%.6f" % number).rstrip("0").rstrip(".")


if __name__ == "__main__":
    main()
