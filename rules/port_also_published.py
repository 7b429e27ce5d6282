from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

from ._ports import meant_port


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence="documented",
    subject="service",
    labels=("port",),
)
def port_also_published(service: Service) -> Iterator[Finding]:
    """
    The port that the proxy sends requests to is also published.

    ## Why is this bad?

    The proxy reaches the container over a network; the port does not need to be published for that.
    A published port is a second way in that bypasses the proxy, its TLS and its routes, and it
    occupies a port of the whole swarm.

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

    When you want the second way in, for example while clients move to the proxy. Publishing a port
    in host mode is the documented way to do without a network, and is not reported. Neither is a
    port published for UDP, which the proxy does not serve.

    ## Source

    Docker Enterprise documentation, "Deploy services": the port does not need to be published.
    """
    if not service.ports:
        return
    port = meant_port(service)
    if port is None or not service.is_routed:
        return
    for each in service.ports:
        if each.mode != "ingress" or not each.may_be_tcp:
            continue
        if each.targets and port in each.targets:
            yield Finding(
                span=each.span,
                message=f"port {port} is routed by the proxy and also published",
                effect="requests can bypass the proxy, and one more port of the swarm is in use",
                help="remove it from `ports` if nothing uses it",
                notes=(Note(service.routing["port"].span, "routed here"),),
            )
