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
  - The next C(docker stack deploy) sets the labels of a running service as they are in its file, so
    change the file too.
author:
  - The interlock-lint developers (@interlock)
extends_documentation_fragment:
  - interlock.lint.program
  - interlock.lint.changing
options:
  service:
    description:
      - Names of services, or globs such as V(shop*). In a swarm, the name of the stack may be part
        of the name.
    type: list
    elements: str
    required: true
  labels:
    description:
      - Labels with their values. A name without a dot is a label of Interlock, so that V(port)
        stands for V(com.docker.lb.port).
      - In a stack file, a value is as it is written there, so that C($$) is a dollar sign, and
        C(${NAME}) a variable. In a swarm, a value is literal.
      - The labels in this mapping are set or, with O(state=absent), removed. Their values do not
        matter then.
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
      - Change the labels even if that causes new findings.
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
    backup: true

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
  sample:
    - service: web
      label: com.docker.lb.port
      before: {"value": "80", "path": "/srv/stacks/shop.yml"}
      after: {"value": "8080", "path": "/srv/stacks/shop.yml"}
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
  sample:
    - hosts: [shop.example.com]
      services:
        - {"service": web, "mode": task, "percent": 80.0}
        - {"service": web-next, "mode": task, "percent": 20.0}
routes_after:
  description:
    - The same after the change.
    - Null in check mode if labels would change. The routes are read from the labels that are there,
      and a new label can move a service to another host, which has to be read first.
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


def main():
    module = AnsibleModule(
        argument_spec=dict(
            CHANGING,
            service={"type": "list", "elements": "str", "required": True},
            labels={"type": "dict", "required": True},
            state={"type": "str", "choices": ["present", "absent"], "default": "present"},
            force={"type": "bool", "default": False},
        ),
        supports_check_mode=True,
    )
    params = module.params
    absent = params["state"] == "absent"
    if len(params["source"]) > 1 and not params["one_stack"]:
        module.fail_json(msg="source: name one file or folder, or set one_stack")
    words = [_services(module)]
    for key, value in sorted(params["labels"].items()):
        if "=" in key:
            module.fail_json(msg="labels: the name `%s` contains a `=`" % key)
        words.append(key if absent else "%s=%s" % (key, _text(module, key, value)))
    command = "labels unset" if absent else "labels set"
    change(module, command, ["--force"] if params["force"] else [], words)


def _services(module):
    """The services as one word of a command line."""
    names, labels = module.params["service"], module.params["labels"]
    if not names or not labels:
        module.fail_json(msg="%s: name at least one" % ("labels" if names else "service"))
    for each in names:
        if "=" in each or not each:
            module.fail_json(msg="service: `%s` is not a name" % each)
    return ",".join(names)


def _text(module, key, value):
    """A value as it is written in a stack file; there, booleans are words in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    remedy = "set it to an empty string, or use state=absent" if value is None else "use a string"
    problem = "labels: the value of `%s` is not a string or a number; %s" % (key, remedy)
    return module.fail_json(msg=problem)


if __name__ == "__main__":
    main()
