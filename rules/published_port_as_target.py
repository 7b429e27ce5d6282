from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Port, Service

from ._ports import label_port


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.SERVICE,
    labels=("port",),
)
def published_port_as_target(service: Service) -> Iterator[Finding]:
    """
    The port label contains the published port, not the container's port.

    ## Why is this bad?

    The proxy connects directly to the container, over a network, and needs the port that the
    container listens on. What `ports:` publishes does not matter to it. If the port is wrong,
    nothing listens there, and NGINX answers 502.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        ports: ["8080:80"]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
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

    The port does not need to be published; the proxy does not use it.

    ## When it is fine

    When the container listens on both ports.

    ## Source

    docker/docs issue 6240, where the vendor explains the port; "Deploy services": ports do not need
    to be published.
    """
    port = label_port(service)
    if port is None:
        return
    ports = [each for each in service.ports if each.may_be_tcp]
    known = [each for each in ports if each.targets is not None]
    if len(known) < len(ports) or any(port in (each.targets or ()) for each in known):
        return
    for each in known:
        if each.published and port in each.published:
            target = _target(each, port) or next(
                (other.targets[0] for other in known if other.targets), None
            )
            yield Finding(
                span=service.routing["port"].value.span,
                message=f"{port} is the published port, not the container's port",
                effect="the proxy connects to the container, where nothing listens on that port",
                help=f"use the container's port: `{target}`"
                if target is not None
                else "use the port that the container listens on",
                notes=(Note(each.span, "published here"),),
            )
            return


def _target(entry: Port, published: int) -> int | None:
    """The container's port that belongs to a published one."""
    inside, outside = entry.targets or range(0), entry.published or range(0)
    target = inside.start + published - outside.start
    # Not `len`, which fails for a range whose end is far too large to be a port.
    alike = inside.stop - inside.start == outside.stop - outside.start
    return target if alike and target in inside else None
