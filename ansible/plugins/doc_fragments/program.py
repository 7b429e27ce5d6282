# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Options that all modules have."""

from __future__ import annotations


class ModuleDocFragment:
    """What the modules have in common."""

    DOCUMENTATION = r"""
options:
  source:
    description:
      - Stack files or folders on the host, or V(swarm:) for the services of the running swarm.
      - Several files are separate stacks, unless O(one_stack) is set.
    type: list
    elements: str
  one_stack:
    description:
      - The files are those of one stack, as with several C(-c) of C(docker stack deploy).
    type: bool
    default: false
  stack_name:
    description:
      - The name that the stack is deployed under.
    type: str
  target:
    description:
      - The version of the product that the stack runs on, for example V(mke-3.8.16).
    type: str
  config:
    description:
      - The configuration file of interlock-lint to use, instead of the nearest one.
    type: path
  env_file:
    description:
      - Files of C(NAME=VALUE) lines with the variables of the stack files.
    type: list
    elements: path
  executable:
    description:
      - The program to run, by its name or its path.
    type: path
    default: interlock-lint
requirements:
  - interlock-lint >= 1.0.0 on the host that runs the module
"""
