from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.names import Resource
from linter.model.stack import Stack

from ._hrm import is_hrm

_DEPLOYED = ("ucp-hrm",)


@rule(
    on=Stack,
    severity=Severity.INFO,
    evidence="documented",
    subject="leftovers",
)
def hrm_network(stack: Stack) -> Iterator[Finding]:
    """
    A network is left over from the UCP 2 routing mesh.

    ## Why is this bad?

    The HTTP routing mesh (HRM) needed the network `ucp-hrm`, or a label on a network of your own.
    Interlock needs neither: its proxies join the networks of the services. On `ucp-hrm`, services
    of all teams can still see each other.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [ucp-hrm]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    networks:
      ucp-hrm: {external: true}
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    networks:
      front:
    ```

    ## When it is fine

    After an upgrade from UCP 2, the network keeps working while services are moved one by one.

    ## Source

    Docker Enterprise documentation, "Upgrade"; docker/docs issue 7131 on the label.
    """
    for network in stack.networks:
        is_old = network.deployed == _DEPLOYED or any(map(is_hrm, network.labels))
        if network.span is None or not is_old or not _is_joined(network, stack):
            continue
        if network.deployed == _DEPLOYED:
            yield Finding(
                span=network.span,
                message="`ucp-hrm` is the network of the UCP 2 routing mesh",
                effect="Interlock does not need it, and services of all teams share it",
                help="use a separate network for these services",
            )
        for label in network.labels:
            if is_hrm(label):
                yield Finding(
                    span=label.span,
                    message="this label opened the network to the UCP 2 routing mesh",
                    effect="Interlock does not need it",
                    help="remove the label",
                )


def _is_joined(network: Resource, stack: Stack) -> bool:
    """Whether any service joins a network; Docker does not create one that nobody joins."""
    return any(
        each.network is network for service in stack.services for each in service.attachments
    )
