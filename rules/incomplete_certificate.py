from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.vocabulary import PREFIX


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.LABELS,
    labels=("ssl_cert", "ssl_key"),
)
def incomplete_certificate(service: Service) -> Iterator[Finding]:
    """
    A certificate without its key, or a key without its certificate.

    ## Why is this bad?

    The proxy needs both to end TLS. With the certificate alone NGINX refuses its configuration, so
    that no service of the cluster gets its changes any more; a key alone is passed over, and there
    is no HTTPS.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_cert: shop_app.example.com.cert
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
            com.docker.lb.ssl_cert: shop_app.example.com.cert
            com.docker.lb.ssl_key: shop_app.example.com.key
    ```

    ## When it is fine

    With the HAProxy extension, whose `ssl_cert` holds both.

    ## Source

    Label reference and "Service managed TLS" in the documentation of Mirantis Kubernetes Engine
    have the two together. That NGINX refuses a certificate without a key is inferred from the
    template that Docker published.
    """
    for name, other in (("ssl_cert", "ssl_key"), ("ssl_key", "ssl_cert")):
        label = service.given(name)
        if label is None or service.intends(other) or service.is_on("ssl_passthrough"):
            continue
        if name == "ssl_cert" and service.cluster is not None and service.cluster.is_haproxy:
            continue  # which has the key in the same secret
        yield Finding(
            span=label.key.span,
            message=f"`{PREFIX}{name}` without `{PREFIX}{other}`",
            effect="NGINX refuses a configuration with a certificate and no key"
            if name == "ssl_cert"
            else "the proxy serves the hosts without HTTPS",
            help=f"add `{PREFIX}{other}` with the name of the secret",
        )
