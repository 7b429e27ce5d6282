from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="service",
)
def missing_image(service: Service) -> Iterator[Finding]:
    """
    A service with routing labels has `build`, but no `image`.

    ## Why is this bad?

    A swarm does not build images: `docker stack deploy` ignores `build`, and refuses to create a
    service without an image.

    ## Example

    ```yaml
    services:
      web:
        build: .
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: registry.example.com/web:1.4.2
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    In a file that overrides another one with the image: check both as one stack, with `-c` or with
    `stacks:` in the configuration. Nothing is reported for routing labels on the containers in a
    file that is plainly meant for Docker Compose.

    ## Source

    Docker CLI 28.2.2 with a swarm of engine 26.1.5: "invalid image reference for service web: no
    image specified".
    """
    if service.build is None or service.image is not None or not service.routing:
        return
    if service.is_open:
        return  # it may have one
    if service.context.for_compose and not any(label.is_routing for label in service.written):
        return  # Docker Compose builds images
    yield Finding(
        span=service.build,
        message="the service has `build`, but no `image`",
        effect="`docker stack deploy` does not build images, so it cannot create the service",
        help="push the image to a registry, and add `image`",
    )
