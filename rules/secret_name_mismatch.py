from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

from ._secrets import shown, unmatched


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="service",
    labels=("ssl_cert", "ssl_key"),
    complete=True,
)
def secret_name_mismatch(service: Service) -> Iterator[Finding]:
    """
    A certificate label does not match the name of its secret in the swarm.

    ## Why is this bad?

    Docker prefixes the names of the secrets that a stack creates with the name of the stack, and
    leaves external ones as they are. Interlock passes the secret to the proxy by its name in the
    swarm. Under the wrong name there is none, and most likely the proxy cannot be updated.

    ## Example

    ```yaml
    # interlock-lint check --stack-name shop
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_cert: app.cert
            com.docker.lb.ssl_key: app.key
    secrets:
      app.cert: {file: app.cert.pem}
      app.key: {file: app.key.pem}
    ```

    ## Use instead

    ```yaml
    # interlock-lint check --stack-name shop
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_cert: shop_app.cert
            com.docker.lb.ssl_key: shop_app.key
    secrets:
      app.cert: {file: app.cert.pem}
      app.key: {file: app.key.pem}
    ```

    A secret with its own `name:` keeps that name whatever the stack is called.

    ## Source

    Docker Enterprise documentation, "Applications with SSL"; docker/docs issue 10584, which
    corrects the labels for external secrets.
    """
    for each in unmatched(service):
        if each.near is None:
            continue
        name = shown(each.near)
        place = (Note(each.near.span, f"deployed as `{name}`"),) if each.near.span else ()
        yield Finding(
            span=each.label.value.span,
            message=f"`{each.label.value}` is not the name of the secret in the swarm",
            effect="the proxy most likely cannot get the secret, so the hosts have no certificate",
            help=f"use `{name}`, the name of the external secret"
            if each.near.external
            else f"use `{name}`, or set the secret's `name`",
            notes=place,
        )
