"""Completes the Interlock labels that replace older ones, so that a service is routed."""

from __future__ import annotations

from linter.model.deployment import Attachment
from linter.model.stack import Service

from ._networks import deployed, shown

_OLD_NETWORK = "ucp-hrm"


def completed(found: dict[str, str], service: Service) -> dict[str, str]:
    """The labels that are found, with the port and the network that Interlock needs to know."""
    routed = "hosts" in found or "default_backend" in found
    if routed and "port" not in found:
        found = found | {"port": _port(service)}
    if routed and "network" not in found and len(service.attachments) > 1:
        found = found | {"network": shown(_network(service))}
    order = [name for name in ("hosts", "port", "network") if name in found]
    return {name: found[name] for name in dict.fromkeys([*order, *found])}


def listed(labels: dict[str, str]) -> str:
    """The labels for a sentence."""
    return ", ".join(f"`com.docker.lb.{name}: {value}`" for name, value in labels.items())


def _port(service: Service) -> str:
    """The only port that the service declares, or a placeholder."""
    declared = [*(port.targets for port in service.ports), *service.exposed]
    known = {each[0] for each in declared if each and each.stop - each.start == 1}
    return str(known.pop()) if len(known) == 1 == len(declared) else "<port>"


def _network(service: Service) -> Attachment:
    """The network that the old routing mesh used, or else the first one."""
    joined = service.attachments
    return next((each for each in joined if deployed(each) == (_OLD_NETWORK,)), joined[0])
