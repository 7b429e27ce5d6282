from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.proxy import Cluster
from linter.model.stack import Service

from ._networks import deployed, fits, label_value, shown


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.TARGET,
)
def network_outside_cluster(service: Service) -> Iterator[Finding]:
    """
    The proxies of the service cluster do not join the network of the service.

    ## Why is this bad?

    Where Interlock's configuration lists `Networks`, the proxies join those and no others. A
    service on another network is out of their reach.

    ## Example

    With this configuration of Interlock, given by `--proxy-config`:

    ```toml
    [Extensions.default]
      Networks = ["front-office"]
    ```

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: back-office
    networks:
      front: {external: true, name: back-office}
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
            com.docker.lb.network: front-office
    networks:
      front: {external: true, name: front-office}
    ```

    ## Source

    Docker Enterprise documentation, "Configure layer 7 routing", and the release notes of UCP
    3.2.3, which has `Networks`.
    """
    cluster = service.cluster
    if cluster is None or cluster.networks is None or not service.is_routed:
        return
    value = label_value(service)
    if value is None and (service.publishes_in_host_mode or service.intends("network")):
        return
    attachments = service.attachments
    if value is not None:
        joined = [each for each in attachments if fits(value, each)]
        if not joined or cluster.reaches(value.parts):
            return  # it is within, or on no network at all; another rule says so then
        span, name = value.span, str(value)
    elif len(attachments) == 1 and not cluster.reaches(deployed(attachments[0])):
        span, name = attachments[0].key.span, shown(attachments[0])
    else:
        return
    names = ", ".join(f"`{each}`" for each in cluster.networks)
    yield Finding(
        span=span,
        message=f"the proxies of {_called(cluster)} do not join the network `{name}`",
        effect="they have no way to the service, so requests are not answered",
        help=f"join a network that they do join, {names}, or add it to their `Networks`",
    )


def _called(cluster: Cluster) -> str:
    return f"the service cluster `{cluster.name}`" if cluster.name else "the default cluster"
