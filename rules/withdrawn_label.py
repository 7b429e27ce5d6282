from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.vocabulary import rows


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence="documented",
    subject="label",
    labels=("ssl_backend", "ssl_backend_tls_verify"),
)
def withdrawn_label(label: Label) -> Iterator[Finding]:
    """
    A label was removed from the documentation.

    ## Why is this bad?

    `ssl_backend` and `ssl_backend_tls_verify` were in the label reference of 2018 and have been
    gone since 2019. The vendor's proxy template still has a place for the first, and renders it so
    that NGINX cannot read the result: one such label may stop the updates of all routes.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_backend: "true"
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
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
    networks:
      front: {name: front}
    ```

    Passthrough is the documented way for a container that speaks TLS itself.

    ## Source

    Label reference of Docker Enterprise, versions of 2018 and 2019; most likely docker/docs pull
    request 8902; the vendor's proxy template, version of 2019, whose result for `ssl_backend` NGINX
    1.22.1 rejects.
    """
    row = rows().get(label.name or "")
    if row is not None and row.status == "withdrawn":
        yield Finding(
            span=label.key.span,
            message=f"`{label.key}` has not been documented since 2019",
            effect="it may do nothing, or lead to a configuration that the proxy rejects",
            help="remove the label; if the container speaks TLS, use `ssl_passthrough`",
        )
