from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="service",
    labels=("backend_mode",),
)
def vip_without_virtual_ip(service: Service) -> Iterator[Finding]:
    """
    A service in VIP mode has no virtual IP, because its endpoint mode is `dnsrr`.

    ## Why is this bad?

    In VIP mode the proxy sends all requests to the virtual IP of the service. With
    `endpoint_mode: dnsrr`, Swarm does not assign one, so there is nothing to send requests to.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          endpoint_mode: dnsrr
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: vip
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          endpoint_mode: vip
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: vip
    ```

    Or leave the service in task mode, which works with both endpoint modes.

    ## Source

    Compose file reference and Swarm networking: `dnsrr` sets up no virtual IP. No source says what
    Interlock does in that case.
    """
    mode = service.deployment.endpoint_mode
    if not service.in_vip_mode or mode is None or mode.value != "dnsrr":
        return
    yield Finding(
        span=service.routing["backend_mode"].value.span,
        message="the service is in VIP mode but has no virtual IP",
        effect="the proxy most likely has no address to send requests to",
        help="remove `endpoint_mode: dnsrr`, or use task mode",
        notes=(Note(mode.span, "this disables the virtual IP"),),
    )
