from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.editing.remedies import drop
from linter.model.diagnostic import Finding, Fix, Severity
from linter.model.stack import Service
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="label",
    fix="unsafe",
    labels=("ssl_only",),
)
def ineffective_label(service: Service) -> Iterator[Finding]:
    """
    A label was once documented, but Interlock does not read it.

    ## Why is this bad?

    `ssl_only` was in the label reference of 2018 as "force SSL", and was removed in 2019 because
    Interlock does not recognize it. Plain HTTP stays open, while anyone who reads the file believes
    that it is closed.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_only: "true"
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    To send browsers to HTTPS, terminate TLS at the proxy (`ssl_cert`, `ssl_key`) and add a
    redirect: `com.docker.lb.redirects: http://app.example.com,https://app.example.com`.

    ## Fix safety

    Removing a label that Interlock does not read changes no route, but a tool of your own may read
    it.

    ## Source

    docker/docs issue 8181, in which a vendor engineer says so and removes the label.
    """
    for name, label in service.routing.items():
        row = rows().get(name)
        if row is None or row.status != "ineffective":
            continue
        edits = drop(label, service)
        yield Finding(
            span=label.key.span,
            message=f"Interlock does not read `{label.key}`",
            effect="plain HTTP stays open",
            help="remove the label; use a redirect from HTTP to HTTPS instead",
            fix=Fix("Remove the label", edits, safe=False) if edits else None,
        )
