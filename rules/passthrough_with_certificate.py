from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.LABELS,
    labels=("ssl_passthrough",),
)
def passthrough_with_certificate(service: Service) -> Iterator[Finding]:
    """
    A certificate for a service whose TLS connections are passed through.

    ## Why is this bad?

    Either the proxy ends TLS, with the certificate of the label, or it hands connections on
    unopened and the container ends TLS. It cannot do both for one host.

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

    Or keep the passthrough, and give the certificate to the container.

    ## Source

    Docker Enterprise documentation, "Applications with SSL", which has the two as alternatives.
    """
    certificate = service.given("ssl_cert") or service.given("ssl_key")
    if certificate is None or not service.is_on("ssl_passthrough"):
        return
    yield Finding(
        span=certificate.span,
        message=f"`{certificate.key}` together with TLS passthrough",
        effect="the proxy hands connections on unopened, and has no use for the certificate",
        help="take `ssl_passthrough` out if the proxy is to end TLS, else the certificate",
        notes=(Note(service.routing["ssl_passthrough"].value.span, "passthrough is chosen here"),),
    )
