from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.vocabulary import PREFIX


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="labels",
    template=True,
    labels=("ssl_cert", "ssl_key"),
    complete=True,
)
def incomplete_certificate(service: Service) -> Iterator[Finding]:
    """
    A certificate is set without its key, or a key without its certificate.

    ## Why is this bad?

    The proxy needs both to terminate TLS. With only a certificate, NGINX rejects its configuration,
    so changes to the services of the cluster no longer take effect. With only a key, the key is
    ignored, and there is no HTTPS.

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

    With the HAProxy extension, where the secret in `ssl_cert` contains both.

    ## Source

    Label reference and "Service managed TLS" in the Mirantis Kubernetes Engine documentation, which
    show the two together. What a missing one does follows from the proxy template in the Docker
    Enterprise documentation, "Create a custom template". NGINX 1.22.1 rejects a certificate without
    a key.
    """
    for name, other in (("ssl_cert", "ssl_key"), ("ssl_key", "ssl_cert")):
        label = service.given(name)
        if label is None or service.intends(other) or service.can_be_on("ssl_passthrough"):
            continue
        if name == "ssl_cert" and service.cluster is not None and service.cluster.is_haproxy:
            continue  # the key is in the same secret
        yield Finding(
            span=label.key.span,
            message=f"`{PREFIX}{name}` is set but `{PREFIX}{other}` is missing",
            effect="NGINX rejects a configuration with a certificate but no key"
            if name == "ssl_cert"
            else "the proxy serves the hosts without HTTPS",
            help=f"set `{PREFIX}{other}` to the name of the secret",
        )
