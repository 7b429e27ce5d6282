"""
What a change of each setting does to the tasks of a service, and whether it is documented that the
proxy needs a new configuration in VIP mode.

This is the table on which `plan` is built. What happens to tasks and virtual IPs was measured with
Docker Engine 26.1.5 and 20.10.24; what VIP mode needs is in "Specify a routing mode" of the Docker
Enterprise documentation, which has two lists: of events that need no new configuration, and of
events that do. No page lists the events of task mode. There, the proxy has one server for each
task, so it needs a new configuration whenever the addresses of the tasks or the routing labels
change.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from linter.model.deployed import Setting


class Tasks(StrEnum):
    """Which tasks of a service a change replaces; a new task has a new address."""

    ALL = "all"
    NONE = "none"
    SOME = "some"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class Basis(StrEnum):
    """What a statement is based on."""

    DOCUMENTED = "documented"
    MEASURED = "measured"
    INFERRED = "inferred"


class Fact(NamedTuple):
    """
    What a change of a setting does.

    `tasks` is what was measured. `vip` is what VIP mode needs: whether the proxy gets a new
    configuration, and what that is based on.
    """

    tasks: Tasks
    vip: bool
    basis: Basis


_NO_NEW_VIP = Fact(Tasks.ALL, vip=False, basis=Basis.MEASURED)

FACTS: dict[Setting, Fact] = {
    # Documented, as far as the list goes: "add/remove labels" cannot mean those that route.
    Setting.ROUTING_LABEL: Fact(Tasks.NONE, vip=True, basis=Basis.INFERRED),
    Setting.BACKEND_MODE: Fact(Tasks.NONE, vip=True, basis=Basis.INFERRED),
    Setting.LABEL: Fact(Tasks.NONE, vip=False, basis=Basis.DOCUMENTED),
    Setting.REPLICAS: Fact(Tasks.SOME, vip=False, basis=Basis.DOCUMENTED),
    Setting.IMAGE: Fact(Tasks.ALL, vip=False, basis=Basis.DOCUMENTED),
    Setting.ENVIRONMENT: Fact(Tasks.ALL, vip=False, basis=Basis.DOCUMENTED),
    Setting.CONFIG: Fact(Tasks.ALL, vip=False, basis=Basis.DOCUMENTED),
    Setting.SECRET: Fact(Tasks.ALL, vip=False, basis=Basis.DOCUMENTED),
    Setting.NETWORK: Fact(Tasks.ALL, vip=True, basis=Basis.DOCUMENTED),
    # The virtual IP vanishes or appears, as when a network is removed or added.
    Setting.ENDPOINT_MODE: Fact(Tasks.ALL, vip=True, basis=Basis.INFERRED),
    Setting.MODE: Fact(Tasks.REFUSED, vip=False, basis=Basis.MEASURED),
    # The rest is in neither list; the virtual IPs of the service's networks stay.
    Setting.COMMAND: _NO_NEW_VIP,
    Setting.ALIASES: _NO_NEW_VIP,
    Setting.PORT: _NO_NEW_VIP,
    Setting.MOUNT: _NO_NEW_VIP,
    Setting.HEALTH_CHECK: _NO_NEW_VIP,
    Setting.CONTAINER_LABEL: _NO_NEW_VIP,
    Setting.CONTAINER: _NO_NEW_VIP,
    Setting.RESOURCES: _NO_NEW_VIP,
    Setting.RESTART_POLICY: _NO_NEW_VIP,
    Setting.LOGGING: _NO_NEW_VIP,
    # Tasks stay where the constraints still allow them; the files do not tell where that is.
    Setting.CONSTRAINT: Fact(Tasks.UNKNOWN, vip=False, basis=Basis.MEASURED),
    Setting.PLACEMENT: Fact(Tasks.NONE, vip=False, basis=Basis.MEASURED),
    Setting.UPDATE_CONFIG: Fact(Tasks.NONE, vip=False, basis=Basis.MEASURED),
}
"""The settings of a service; those of a stack are in `OBJECTS`."""

OBJECTS: dict[Setting, Tasks] = {
    Setting.CONFIG_CONTENT: Tasks.REFUSED,
    Setting.SECRET_CONTENT: Tasks.REFUSED,
    Setting.NETWORK_OPTIONS: Tasks.NONE,
}
"""What belongs to a stack: the engine refuses new content, and ignores new options."""
