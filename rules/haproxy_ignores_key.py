from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence="documented",
    subject="target",
    labels=("ssl_key",),
    complete=True,
)
def haproxy_ignores_key(service: Service) -> Iterator[Finding]:
    """
    `ssl_key` is set, but the HAProxy extension does not read it.

    ## Why is this bad?

    HAProxy reads certificate and key from one file. With the HAProxy extension, `ssl_cert` names
    the secret that contains both, and `ssl_key` is not read.

    ## Example

    With this Interlock configuration, passed with `--proxy-config`:

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

    This moves the service to a service cluster with NGINX. To stay with HAProxy, put certificate
    and key into the secret that `ssl_cert` names, and remove `ssl_key`.

    ## Source

    Docker Enterprise documentation, "Use HAProxy": one secret contains certificate and key.
    """
    key = service.given("ssl_key")
    if key is None or service.cluster is None or not service.cluster.is_haproxy:
        return
    yield Finding(
        span=key.span,
        message="the HAProxy extension does not read `ssl_key`",
        effect="there is no HTTPS unless the secret in `ssl_cert` also contains the key",
        help="put certificate and key into one secret, set `ssl_cert` to it and remove `ssl_key`",
    )
