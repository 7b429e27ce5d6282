from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="labels",
    labels=("ssl_passthrough",),
)
def passthrough_with_certificate(service: Service) -> Iterator[Finding]:
    """
    A certificate is set for a service with TLS passthrough.

    ## Why is this bad?

    Either the proxy terminates TLS, with the certificate from the label, or it passes encrypted
    connections through and the container terminates TLS. It cannot do both for one host.

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
            com.docker.lb.network: front
            com.docker.lb.ssl_passthrough: "true"
            com.docker.lb.ssl_cert: app.cert
            com.docker.lb.ssl_key: app.key
    networks:
      front: {name: front}
    secrets:
      app.cert: {external: true}
      app.key: {external: true}
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
            com.docker.lb.ssl_cert: app.cert
            com.docker.lb.ssl_key: app.key
    networks:
      front: {name: front}
    secrets:
      app.cert: {external: true}
      app.key: {external: true}
    ```

    Or keep passthrough, and install the certificate in the container.

    ## Source

    Docker Enterprise documentation, "Applications with SSL", which describes the two as
    alternatives.
    """
    certificate = service.given("ssl_cert") or service.given("ssl_key")
    if certificate is None or not service.is_on("ssl_passthrough"):
        return
    yield Finding(
        span=certificate.span,
        message=f"`{certificate.key}` is set together with TLS passthrough",
        effect="the proxy passes encrypted connections through and does not use the certificate",
        help="remove the certificate, or `ssl_passthrough` if the proxy should terminate TLS",
        notes=(Note(service.routing["ssl_passthrough"].value.span, "passthrough is set here"),),
    )
