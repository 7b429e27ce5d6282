from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
    fix="safe",
)
def unquoted_boolean(service: Service) -> Iterator[Finding]:
    """
    A label value is an unquoted YAML boolean.

    ## Why is this bad?

    `docker stack deploy` accepts strings, numbers and nulls as values of labels, and rejects the
    whole file for a boolean: "must be a string, number or null". `docker compose` accepts booleans,
    so the file may have worked on a laptop. A boolean under any label stops the deployment, not
    only under those that Interlock reads.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8443
            com.docker.lb.network: shop_front
            com.docker.lb.ssl_passthrough: true
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
            com.docker.lb.port: 8443
            com.docker.lb.network: shop_front
            com.docker.lb.ssl_passthrough: "true"
    networks:
      front:
    ```

    ## When it is fine

    In the list form: `- com.docker.lb.ssl_passthrough=true` is a string.

    ## Fix safety

    Safe: Docker rejects the file as it is.

    ## Source

    Schema of the Docker CLI for stack files: a label is a string, a number or null. CLI 28.2.2
    answers this way.
    """
    if not service.context.declares:
        return  # not for `docker stack deploy`
    every = [block.labels for block in service.blocks if block.form == "map"]
    every += [each.labels for each in service.misplaced]
    for label in chain(*every):
        value = label.value
        if value.kind == "boolean" and label.form == "map":
            yield Finding(
                span=value.span,
                message=f"the value of `{label.key}` is a YAML boolean",
                effect="`docker stack deploy` rejects the whole file",
                help="quote the value",
                fix=Fix("Quote the value", (Edit(value.span, f'"{value}"'),), safe=True),
            )
