from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.words import some


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="target",
    complete=True,
)
def no_default_cluster(service: Service) -> Iterator[Finding]:
    """
    A service names no service cluster, and Interlock has no default one.

    ## Why is this bad?

    An extension without `ServiceCluster` is the default service cluster. It serves all services
    that do not name one. If every extension sets `ServiceCluster`, no proxy serves those services.

    ## Example

    With this Interlock configuration, passed with `--proxy-config`:

    ```toml
    [Extensions.east]
      ServiceCluster = "us-east"
    [Extensions.west]
      ServiceCluster = "us-west"
    ```

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
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
            com.docker.lb.service_cluster: us-east
    ```

    ## Source

    Docker Enterprise documentation, "Implement service clusters", whose configuration replaces the
    default extension with two named ones.
    """
    proxy = service.context.proxy
    if proxy is None or proxy.cluster("") is not None or not service.is_routed:
        return
    if service.intends("service_cluster"):
        return
    place = service.given("hosts") or service.routing["default_backend"]
    names = some([f"`{cluster.name}`" for cluster in proxy.clusters])
    yield Finding(
        span=place.key.span,
        message="`com.docker.lb.service_cluster` is missing, and there is no default cluster",
        effect="no proxy serves the service",
        help=f"set `com.docker.lb.service_cluster` to one of {names}",
    )
