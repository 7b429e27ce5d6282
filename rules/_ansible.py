"""What rules know of tasks of Ansible."""

from __future__ import annotations

SERVICE = "docker_swarm_service"
"""The form of a task that deploys one service."""

ANSIBLE = frozenset({"ansible", SERVICE})
"""The forms of tasks that deploy a stack or a service."""
