from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.configuration import Configuration, Extension
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.proxy import DEFAULT_HTTPS_PORT
from linter.model.text import Span

# Ports that proxies publish, and the default if the documentation is clear about it.
_PORTS = {"publishedport": None, "publishedsslport": DEFAULT_HTTPS_PORT}


@rule(
    on=Configuration,
    severity=Severity.ERROR,
    evidence="documented",
    subject="configuration",
)
def clusters_share_port(configuration: Configuration) -> Iterator[Finding]:
    """
    Two service clusters publish the same port.

    ## Why is this bad?

    A port that is published in ingress mode is taken on all nodes of the swarm. A second service
    that publishes it is rejected, so the proxies of one service cluster do not start.

    ## Example

    ```toml
    [Extensions.east]
      ServiceCluster = "east"
      ProxyReplicas = 2
      PublishedPort = 80
      PublishedSSLPort = 8443
    [Extensions.west]
      ServiceCluster = "west"
      ProxyReplicas = 2
      PublishedPort = 80
      PublishedSSLPort = 9443
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
    [Extensions.east]
      ServiceCluster = "east"
      ProxyReplicas = 2
      PublishedPort = 80
      PublishedSSLPort = 8443
    [Extensions.west]
      ServiceCluster = "west"
      ProxyReplicas = 2
      PublishedPort = 81
      PublishedSSLPort = 9443
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

    ## When it is fine

    When both are published in host mode, which is not reported: then their proxies only have to run
    on different nodes (`ProxyConstraints`).

    ## Source

    Docker Enterprise documentation, "Create service clusters": ports must differ, or the proxies
    must be published in host mode and run on different nodes.
    """
    taken: dict[int, tuple[Extension, Span]] = {}
    for extension in configuration.extensions:
        for name, default in _PORTS.items():
            setting = extension.settings.get(name)
            port = setting.value if setting else default
            if not isinstance(port, int):
                continue
            span = setting.span if setting else extension.span
            other, first = taken.setdefault(port, (extension, span))
            if other is extension or _are_in_host_mode(extension, other):
                continue
            yield Finding(
                span=span,
                message=f"{extension.title} publishes port {port}, as {other.title} does",
                effect="the swarm rejects the second one, and proxies of one cluster do not start",
                help="use different ports, or publish the proxies of both in host mode on "
                "different nodes",
                notes=(Note(first, f"{other.title} publishes it"),),
            )


def _are_in_host_mode(*extensions: Extension) -> bool:
    return all(each.cluster.publish_mode == "host" for each in extensions)
