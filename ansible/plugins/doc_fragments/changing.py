# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Options and results of the modules that change labels."""

from __future__ import annotations


class ModuleDocFragment:
    """What the modules that change labels have in common."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in check mode, and then says what would change.
    support: full
  diff_mode:
    description: Shows the labels that change, and nothing else of a file.
    support: full
options:
  source:
    description:
      - Stack files or folders on the host, or V(swarm:) for the services of the running swarm. With
        V(swarm:NAME), it is the swarm of the Docker context C(NAME).
      - Each file is a stack of its own, unless O(one_stack) is set.
    type: list
    elements: path
    required: true
  form:
    description:
      - Read the files as this form, for example V(stack) or V(jinja). If not set, the name and the
        content of a file decide.
    type: str
  one_stack:
    description:
      - The files are those of one stack, as with several C(-c) of C(docker stack deploy).
    type: bool
    default: false
  backup:
    description:
      - Keep a copy of each file that is changed, next to it.
      - For a swarm, keep a record in the home folder, with which the command C(labels set) of
        interlock-lint takes the change back (C(--undo)). The record also stays if a change fails
        halfway.
    type: bool
    default: false
"""
