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
def passthrough_with_redirects(service: Service) -> Iterator[Finding]:
    """
    Redirects are set for a service with TLS passthrough.

    ## Why is this bad?

    With `ssl_passthrough` the proxy passes encrypted connections through. It does not answer plain
    HTTP for the hosts of the service either, so there is no request that it could redirect.

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
            com.docker.lb.ssl_passthrough: "true"
            com.docker.lb.redirects: http://app.example.com,https://app.example.com
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

    Or let the proxy terminate TLS with `ssl_cert` and `ssl_key`; then it can redirect.

    ## Source

    Docker Enterprise documentation, "Implement application redirects": redirects do not work with
    passthrough. docker/docs issue 9167 announces a change for a later Interlock; no page says that
    the change was made, so for an MKE target this is a warning.
    """
    redirects = service.given("redirects")
    if redirects is None or not service.is_on("ssl_passthrough"):
        return
    target = service.context.target
    yield Finding(
        span=redirects.span,
        message="redirects do not work with TLS passthrough",
        effect="the proxy does not answer plain HTTP for these hosts, so nothing is redirected",
        help="remove the redirects, or let the proxy terminate TLS with `ssl_cert` and `ssl_key`",
        notes=(Note(service.routing["ssl_passthrough"].value.span, "passthrough is set here"),),
        at_most=Severity.WARNING if target and target.line.startswith("mke") else Severity.ERROR,
    )
