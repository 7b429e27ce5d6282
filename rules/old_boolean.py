from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Stack

from ._refusals import findings


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
    fix="safe",
)
def old_boolean(stack: Stack) -> Iterator[Finding]:
    """
    `yes`, `no`, `on` or `off` where Docker wants a boolean.

    ## Why is this bad?

    These words were booleans in YAML 1.1. For current versions of Docker they are strings, and
    `docker stack deploy` rejects the whole file: "must be a boolean".

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: front
    networks:
      front:
        external: yes
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
            com.docker.lb.network: front
    networks:
      front:
        external: true
    ```

    ## When it is fine

    Where Docker wants a string, as in `restart: no`, and in values of variables: `${TTY:-yes}`.

    ## Fix safety

    Safe: Docker rejects the file as it is.

    ## Source

    Docker CLI 28.2.2 rejects these words, and CLI 26.1.5 accepts them. Both were run.
    """
    yield from findings(stack, "old-boolean")
