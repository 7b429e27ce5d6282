from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.TARGET,
    labels=("ssl_key",),
)
def haproxy_ignores_key(service: Service) -> Iterator[Finding]:
    """
    A key of its own where the proxies are HAProxy.

    ## Why is this bad?

    HAProxy takes certificate and key from one file. With its extension `ssl_cert` names the secret
    with both, and `ssl_key` is not read.

    ## Example

    With this configuration of Interlock, given by `--proxy-config`:

    ```toml
    [Extensions.default]
      ProxyImage = "haproxy:2.8"
    ```

    ```yaml
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
      app.cert: {external: true}
      app.key: {external: true}
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
            com.docker.lb.service_cluster: nginx
            com.docker.lb.ssl_cert: app.cert
            com.docker.lb.ssl_key: app.key
    secrets:
      app.cert: {external: true}
      app.key: {external: true}
    ```

    This goes to a service cluster with NGINX. To stay with HAProxy put certificate and key into the
    secret that `ssl_cert` names, and leave `ssl_key` out.

    ## Source

    Docker Enterprise documentation, "Use HAProxy": one secret holds certificate and key.
    """
    key = service.given("ssl_key")
    if key is None or service.cluster is None or not service.cluster.is_haproxy:
        return
    yield Finding(
        span=key.span,
        message="the HAProxy extension does not read `ssl_key`",
        effect="the key has to be in the secret that `ssl_cert` names, or there is no HTTPS",
        help="put certificate and key into one secret, name it in `ssl_cert`, and remove this",
    )
