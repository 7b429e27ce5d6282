from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

from ._ports import label_port


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.SERVICE,
    labels=("port",),
)
def port_also_published(service: Service) -> Iterator[Finding]:
    """
    The port that the proxy sends to is published as well.

    ## Why is this bad?

    The proxy reaches the container over a network; nothing need be published for that. A published
    port is a second way in, past the proxy with its TLS and its routes, and takes one port of the
    whole swarm.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        ports: ["8080:80"]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 80
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 80
    ```

    ## When it is fine

    When the second way in is wanted, for example while clients move to the proxy. A port that is
    published in host mode is the documented way to do without a network; nothing is said of it.

    ## Source

    Docker Enterprise documentation, "Deploy services": the port need not be published.
    """
    port = label_port(service)
    if port is None or not service.is_routed:
        return
    for each in service.ports:
        if each.mode == "ingress" and each.targets and port in each.targets:
            yield Finding(
                span=each.span,
                message=f"port {port} is published, and routed by the proxy as well",
                effect="requests can get past the proxy, and the swarm has one port less",
                help="take it out of `ports` if nobody uses it",
                notes=(Note(service.routing["port"].span, "routed here"),),
            )
