#!/usr/bin/python
# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Says what deploying a stack does."""

from __future__ import annotations

DOCUMENTATION = r"""
module: interlock_plan
short_description: Say what deploying a stack does to services, tasks and the proxy
version_added: 1.0.0
description:
  - Compares a stack with what runs in the swarm, as Docker would deploy it. It says which services
    change, which of their tasks are replaced, and whether the proxy is reconfigured.
  - The module never changes anything, and always works as modules do in check mode. It returns
    V(changed) if deploying the stack would change something. In diff mode, it shows the plan.
  - The task fails if the engine would refuse a change, since that stops a deployment halfway.
author:
  - The interlock-lint developers (@interlock)
extends_documentation_fragment:
  - interlock.lint.program
attributes:
  check_mode:
    description: Can run in check mode, and does the same there.
    support: full
  diff_mode:
    description: Shows the plan.
    support: full
options:
  stack_name:
    required: true
  compose:
    description:
      - A stack as in O(community.docker.docker_stack#module:compose), which is a mapping, a path on
        the host, or a list of these. Later ones override earlier ones.
    type: raw
    required: true
  swarm:
    description:
      - The running swarm to compare with. With V(swarm:NAME), it is the one of the Docker context
        C(NAME).
    type: str
    default: "swarm:"
  prune:
    description:
      - Whether the deployment removes services that are no longer in the stack. If not, they do not
        count as changes, and are in RV(left).
    type: bool
    default: false
  fail_on_reconfiguration:
    description:
      - Fail if the proxy is reconfigured, or may be.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what deploying the shop does
  interlock.lint.interlock_plan:
    stack_name: shop
    compose: [/srv/stacks/shop.yml]
  diff: true

- name: Outside of the maintenance window, deploy only what leaves the proxy alone
  interlock.lint.interlock_plan:
    stack_name: shop
    compose: [/srv/stacks/shop.yml]
    fail_on_reconfiguration: true
"""

RETURN = r"""
plan:
  description: The plan as text, as C(interlock-lint plan) prints it.
  returned: always
  type: str
services:
  description: The services that change, as in the JSON report of C(interlock-lint plan).
  returned: always
  type: list
  elements: dict
  sample:
    - name: web
      action: update
      tasks: none
left:
  description: The services that are no longer in the stack and stay, because O(prune) is not set.
  returned: always
  type: list
  elements: str
routes:
  description: The hosts of which the services or their shares change.
  returned: always
  type: list
  elements: dict
reconfigured:
  description: Whether the proxy is reconfigured, or may be.
  returned: always
  type: bool
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.interlock.lint.plugins.module_utils.program import (
    ARGUMENTS,
    FINDINGS,
    Program,
    option,
)


def main():
    module = AnsibleModule(
        argument_spec=dict(
            ARGUMENTS,
            stack_name={"type": "str", "required": True},
            compose={"type": "raw", "required": True},
            swarm={"type": "str", "default": "swarm:"},
            prune={"type": "bool", "default": False},
            fail_on_reconfiguration={"type": "bool", "default": False},
        ),
        supports_check_mode=True,
    )
    program, params = Program(module), module.params
    if not params["swarm"].startswith("swarm:"):
        module.fail_json(msg="swarm: must be swarm: or swarm:NAME, with a Docker context")
    text = os.path.join(module.tmpdir, "plan")
    words = ["plan", *program.options(), *program.compose(), option("output", "text=" + text)]
    said = program.run([*words, "--", params["swarm"]], accepted=(0, FINDINGS))
    with open(text, encoding="utf-8") as file:
        plan = file.read()
    services = [each for stack in said["stacks"] for each in stack["services"]]
    objects = [each for stack in said["stacks"] for each in stack["objects"]]
    left = [each["name"] for each in services if each["action"] == "delete" and not params["prune"]]
    services = [each for each in services if each["name"] not in left]
    reconfigured = any(map(_reconfigures, services))
    result = {
        "changed": bool(services or objects),
        "plan": plan,
        "services": services,
        "left": left,
        "routes": said["routes"],
        "reconfigured": reconfigured,
    }
    if module._diff:  # noqa: SLF001 - the documented way to ask
        result["diff"] = {"prepared": plan}
    if said["summary"]["refused"]:
        module.fail_json(msg="the engine would refuse a change:\n%s" % plan, **result)
    if reconfigured and params["fail_on_reconfiguration"]:
        module.fail_json(msg="the proxy would be reconfigured:\n%s" % plan, **result)
    module.exit_json(**result)


def _reconfigures(service):
    """Whether a service reconfigures the proxy in its mode; if that is not known, it may."""
    modes = service["mode"]
    verdicts = service["reconfigures"]
    return verdicts[modes["new"] or modes["old"] or "task"]["reconfigured"] is not False


if __name__ == "__main__":
    main()
