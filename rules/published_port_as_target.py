from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.label import Label
from linter.model.stack import Service

from ._ports import label_port, published_as, targets


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="service",
    fix="unsafe",
    labels=("port",),
    complete=True,
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
        ports: ["8080:80"]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 80
    ```

    The port does not need to be published; the proxy does not use it.

    ## When it is fine

    When the container listens on both ports.

    ## Fix safety

    Changes routing: requests go to the port inside the container. There is a fix only if `ports:`
    leads from the published port to exactly one port.

    ## Source

    docker/docs issue 6240, where the vendor explains the port; "Deploy services": ports do not need
    to be published.
    """
    port = label_port(service) if service.ports else None
    found = published_as(service, port) if port is not None else []
    if port is None or not found:
        return
    possible = targets(found, port)
    target = next(iter(possible)) if len(possible) == 1 else None
    likely = target
    if possible == {None}:
        likely = next((e.targets[0] for e in service.ports if e.may_be_tcp and e.targets), None)
    label = service.routing["port"]
    yield Finding(
        span=label.value.span,
        message=f"{port} is the published port, not the container's port",
        effect="the proxy connects to the container, where most likely nothing listens on it",
        help=f"use the container's port: `{likely}`"
        if likely is not None
        else "use the port that the container listens on",
        notes=(Note(found[0].span, "published here"),),
        fix=_fix(label, target) if target else None,
    )


def _fix(label: Label, target: int) -> Fix | None:
    """Replace the number, if it stands in the file as it is read."""
    written = str(label.value)
    span = label.value.part(0, len(written))
    if span.text != written:
        return None
    return Fix("Use the container's port", (Edit(span, str(target)),), safe=False)
