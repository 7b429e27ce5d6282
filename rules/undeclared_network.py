from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Stack


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence="documented",
    subject="service",
    complete=True,
)
def undeclared_network(stack: Stack) -> Iterator[Finding]:
    """
    A service joins a network that the stack does not declare.

    ## Why is this bad?

    `docker stack deploy` rejects the whole stack: "undefined network". `docker stack config` does
    not notice. It does not matter whether the service itself is routed; stacks without any
    Interlock labels are not checked.

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
    networks:
      front:
    ```

    ## When it is fine

    If another file declares the network, check the files together, with `-c base.yml -c prod.yml`
    or with `stacks` in the configuration.

    ## Source

    `docker stack deploy` of CLI 28.2.2 answers this way; `docker stack config` of 28.2.2 and 26.1.5
    accepts the file. All three were run.
    """
    if not any(service.intends() for service in stack.services):
        return
    for service in stack.services:
        for attachment in service.attachments:
            key = attachment.key
            if attachment.network is None and key.value is not None:
                yield Finding(
                    span=key.span,
                    message=f"the network `{key}` is not declared in the stack",
                    effect="`docker stack deploy` rejects the whole stack",
                    help=f"declare `{key}` under the top-level `networks`, with `external: true` "
                    "if it already exists",
                    notes=(Note(service.name.span, "this service joins it"),),
                )
