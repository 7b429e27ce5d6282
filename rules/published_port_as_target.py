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
    The port label gives the port that is published, not the one in the container.

    ## Why is this bad?

    The proxy goes straight to the container, over a network, and needs the port on which the
    container listens. What `ports:` publishes to the outside does not matter to it. On the wrong
    port nobody listens, and requests end in 502 or 503.

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

    The port need not be published: the proxy does not use it.

    ## When it is fine

    When the container listens on both ports.

    ## Source

    docker/docs issue 6240, where the vendor explains the port; "Deploy services": no port need be
    published.
    """
    port = label_port(service)
    if port is None:
        return
    known = [each for each in service.ports if each.targets is not None]
    if len(known) < len(service.ports) or any(port in (each.targets or ()) for each in known):
        return
    for each in known:
        if each.published and port in each.published:
            target = _target(each, port) or next(
                (other.targets[0] for other in known if other.targets), None
            )
            yield Finding(
                span=service.routing["port"].value.span,
                message=f"{port} is the port that is published, not the one in the container",
                effect="the proxy goes to the container, where nobody listens on that port",
                help=f"write the port of the container: `{target}`"
                if target is not None
                else "write the port on which the container listens",
                notes=(Note(each.span, "published here"),),
            )
            return


def _target(entry: Port, published: int) -> int | None:
    """The port in the container that belongs to a published one."""
    inside, outside = entry.targets or range(0), entry.published or range(0)
    target = inside.start + published - outside.start
    # Not `len`, which cannot tell how long a range is whose end nobody would take for a port.
    alike = inside.stop - inside.start == outside.stop - outside.start
    return target if alike and target in inside else None
