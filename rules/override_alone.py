from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service, Stack
from linter.model.vocabulary import belongs_to_docker


@rule(
    on=Stack,
    severity=Severity.INFO,
    evidence="inferred",
    subject="file",
)
def override_alone(stack: Stack) -> Iterator[Finding]:
    """
    A file has no images, so it is an override, but its base is not checked with it.

    ## Why is this bad?

    `docker stack deploy` rejects a service without an image. So a file in which no service has
    `image` or `build` only changes the services of another file, its base. The base may have the
    hosts, the port, the networks and the secrets, and labels that contradict those in the override.
    Without it, only what is wrong in any case is reported: nothing counts as missing.

    ## Example

    `docker-compose.prod.yml`, checked with `interlock-lint check docker-compose.prod.yml`:

    ```yaml
    services:
      web:
        deploy:
          labels:
            com.docker.lb.sticky_session_cookie: session
    ```

    ## Use instead

    Check it together with its base, here `docker-compose.yml`:

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ```sh
    interlock-lint check -c docker-compose.yml -c docker-compose.prod.yml
    ```

    Or list both in the configuration, `.interlock-lint.yaml`. Then `interlock-lint check` and
    pre-commit know that they are one stack; `interlock-lint init` writes the entry.

    ```text
    stacks:
      - files: [docker-compose.yml, docker-compose.prod.yml]
    ```

    ## Source

    `docker stack deploy` answers "invalid image reference for service web: no image specified".
    "Merge Compose files" in the Docker documentation: with several `-c` options, later files change
    the services of earlier ones. That a file without images is meant as an override follows from
    both.
    """
    if not stack.is_override or not any(map(_concerns_docker, stack.services)):
        return
    paths = [source.path for source in stack.sources]
    files = " ".join(f"-c {path}" for path in paths)
    overrides = "this file overrides another one; check it with its"
    if len(paths) > 1:
        overrides = "these files override another one; check them with their"
    yield Finding(
        span=stack.services_key or stack.services[0].name.span,
        message=f"no service has an `image`, so {overrides} base, using `-c` or `stacks:`",
        effect="it is checked without its base, so nothing is reported as missing, and labels that "
        "contradict the base are not found",
        help=f"use `-c BASE {files}`, or list the files under `stacks:` in the configuration",
    )


def _concerns_docker(service: Service) -> bool:
    """Whether it has labels of Interlock, or of the routing mesh before it."""
    labels = (*service.labels, *service.container_labels)
    return service.intends() or any(belongs_to_docker(str(label.key)) for label in labels)
