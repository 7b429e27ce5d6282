from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Stack

from ._stack_names import hints, likely_name


@rule(
    on=Stack,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.SERVICE,
)
def inconsistent_stack_name(stack: Stack) -> Iterator[Finding]:
    """
    Two labels assume different names of the stack.

    ## Why is this bad?

    A stack is deployed under one name, and Docker puts that name before its networks and secrets.
    Where one label begins with `shop_` and another with `store_`, one of them is wrong whatever
    the stack is called.

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

    A label that gives no stack name at all is told of by `network-key-not-name`,
    `network-not-attached` or `secret-name-mismatch`.

    ## Source

    Docker CLI, which puts the same name before all networks and secrets of a stack.
    """
    found = hints(stack)
    if not found:
        return
    name = likely_name(found)
    right = next(hint for hint in found if hint.name == name)
    told: set[str] = {name}
    for hint in found:
        if hint.name not in told:
            told.add(hint.name)
            yield Finding(
                span=hint.label.value.span,
                message=f"this label assumes the stack name `{hint.name}`, others `{name}`",
                effect="a stack has one name, so what one of them names is not there",
                help="begin both with the name that the stack is deployed under",
                notes=(Note(right.label.value.span, f"right in a stack `{name}`"),),
            )
