from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.words import did_you_mean


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="swarm",
    labels=("ssl_cert", "ssl_key"),
)
def secret_missing_in_swarm(service: Service) -> Iterator[Finding]:
    """
    A certificate label names a secret that the swarm does not have.

    ## Why is this bad?

    Interlock passes the secret to the proxy, so without it the hosts have no certificate.

    ## Example

    The first line says what the swarm has.

    ```yaml
    # swarm: {"secrets": ["shop_app.cert", "shop_app.key"]}
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_cert: app.cert
            com.docker.lb.ssl_key: shop_app.key
    networks:
      front: {external: true, name: shop_front}
    ```

    ## Use instead

    ```yaml
    # swarm: {"secrets": ["shop_app.cert", "shop_app.key"]}
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_cert: shop_app.cert
            com.docker.lb.ssl_key: shop_app.key
    networks:
      front: {external: true, name: shop_front}
    ```

    ## Source

    Docker Enterprise documentation, "Applications with SSL": the labels name secrets, which
    Interlock passes to the proxy.
    """
    swarm = service.context.swarm
    if swarm is None or swarm.secrets is None:
        return
    for name in ("ssl_cert", "ssl_key"):
        label = service.given(name)
        value = label.value.value if label is not None else None
        if label is None or value is None or value in swarm.secrets:
            continue
        yield Finding(
            span=label.value.span,
            message=f"the swarm has no secret `{value}`{did_you_mean(value, swarm.secrets)}",
            effect="the proxy has no certificate for the hosts",
            help="create the secret, or use the name that `docker secret ls` shows",
        )
