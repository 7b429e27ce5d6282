from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Stack

from ._stack_names import hints, likely_name


@rule(
    on=Stack,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="service",
    complete=True,
)
def inconsistent_stack_name(stack: Stack) -> Iterator[Finding]:
    """
    Two labels assume different stack names.

    ## Why is this bad?

    A stack is deployed under one name, and Docker puts that name in front of its networks and
    secrets. If one label starts with `shop_` and another with `store_`, one of them is wrong under
    any stack name.

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
            com.docker.lb.network: shop_front
      api:
        image: example/api
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: api.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: store_front
    networks:
      front:
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
            com.docker.lb.network: shop_front
      api:
        image: example/api
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: api.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: shop_front
    networks:
      front:
    ```

    A label without any stack name is reported by `network-key-not-name`, `network-not-attached` or
    `secret-name-mismatch`.

    ## Source

    Docker CLI, which puts the same name in front of all networks and secrets of a stack.
    """
    found = hints(stack)
    if not found:
        return
    name = likely_name(found)
    right = next(hint for hint in found if hint.name == name)
    reported: set[str] = {name}
    for hint in found:
        if hint.name not in reported:
            reported.add(hint.name)
            yield Finding(
                span=hint.label.value.span,
                message=f"this label assumes the stack name `{hint.name}`, but others assume "
                f"`{name}`",
                effect="a stack has only one name, so one label refers to something that does not "
                "exist",
                help="start both with the name that the stack is deployed under",
                notes=(Note(right.label.value.span, f"this one assumes `{name}`"),),
            )
