from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.proxy import Cluster
from linter.model.stack import Service
from linter.model.words import some

from ._networks import deployed, fits, label_value, shown


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="target",
    complete=True,
)
def network_outside_cluster(service: Service) -> Iterator[Finding]:
    """
    The proxies of the service cluster do not join the service's network.

    ## Why is this bad?

    If Interlock's configuration lists `Networks`, the proxies join those and no others. They cannot
    reach a service on any other network.

    ## Example

    With this Interlock configuration, passed with `--proxy-config`:

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
    3.2.3, the version that has `Networks`.
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
            return  # reachable, or not a network of the service, which another rule reports
        span, name = value.span, str(value)
    elif len(attachments) == 1 and not cluster.reaches(deployed(attachments[0])):
        span, name = attachments[0].key.span, shown(attachments[0])
    else:
        return
    names = some((f"`{each}`" for each in cluster.networks), len(cluster.networks))
    yield Finding(
        span=span,
        message=f"the proxies of {_called(cluster)} do not join the network `{name}`",
        effect="they cannot reach the service, so requests are not answered",
        help=f"join one of their networks ({names}), or add this network to their `Networks`",
    )


def _called(cluster: Cluster) -> str:
    if cluster.name:
        return f"the service cluster `{cluster.name}`"
    return "the default service cluster"
