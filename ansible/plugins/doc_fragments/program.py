# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Options that all modules have."""

from __future__ import annotations


class ModuleDocFragment:
    """What the modules have in common."""

    DOCUMENTATION = r"""
attributes:
  platform:
    description: The systems that the module runs on.
    platforms: posix
    support: full
options:
  stack_name:
    description:
      - The name that the stack is deployed under.
    type: str
  target:
    description:
      - The version of the product that the stack runs on, for example V(mke-3.8.16).
    type: str
  proxy_config:
    description:
      - The configuration of Interlock itself, which lists the service clusters that exist.
    type: path
  config:
    description:
      - The configuration file of interlock-lint to use, instead of the nearest one.
    type: path
  env_file:
    description:
      - Files of C(NAME=VALUE) lines with the variables of the stack files.
    type: list
    elements: path
  env:
    description:
      - Read the variables of the stack files from the environment of the task as well, as
        C(docker stack deploy) does. The keyword C(environment) of a task sets them.
    type: bool
    default: false
  executable:
    description:
      - The program to run, by its name or its path. It is looked for on the C(PATH) of the host,
        and next to the Python that runs the module.
    type: path
    default: interlock-lint
requirements:
  - interlock-lint 1.0.0 or newer, on the host that runs the module
notes:
  - The module runs the program on the host of the play. To run it on the controller, use
    C(delegate_to=localhost).
  - A relative path starts at the folder that the module runs in, which depends on the connection.
"""
