from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.configuration import Configuration
from linter.model.diagnostic import Finding, Severity


@rule(
    on=Configuration,
    severity=Severity.ERROR,
    evidence="documented",
    subject="configuration",
)
def proxy_without_replicas(configuration: Configuration) -> Iterator[Finding]:
    """
    An extension of Interlock does not say how many proxies it has.

    ## Why is this bad?

    Without `ProxyReplicas`, Interlock's core service crashes when it reads the configuration. Then
    routes are no longer updated, for all services of the swarm.

    ## Example

    ```toml
    [Extensions.default]
      PublishMode = "ingress"
      PublishedPort = 80
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

    ```toml
    [Extensions.default]
      ProxyReplicas = 2
      PublishMode = "ingress"
      PublishedPort = 80
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

    ## Source

    docker/docs pull request 8051 (January 2019), in which a vendor engineer describes the crash.
    """
    for extension in configuration.extensions:
        if "proxyreplicas" not in extension.settings:
            yield Finding(
                span=extension.span,
                message=f"`ProxyReplicas` is missing in {extension.title}",
                effect="Interlock's core service crashes, and no route is updated anymore",
                help="add `ProxyReplicas = 2`, or as many proxies as you need",
            )
