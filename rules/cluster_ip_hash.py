from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.configuration import Configuration
from linter.model.diagnostic import Finding, Note, Severity


@rule(
    on=Configuration,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="configuration",
)
def cluster_ip_hash(configuration: Configuration) -> Iterator[Finding]:
    """
    `IPHash` binds clients to servers by address, for all hosts of a cluster.

    ## Why is this bad?

    Proxies that are published in ingress mode, the default, do not see the addresses of clients, so
    a hash of the address says nothing about them. And where services have sticky sessions of their
    own, NGINX gets two methods for one host.

    ## Example

    ```toml
    [Extensions.default]
      ProxyReplicas = 2
      PublishMode = "ingress"
      [Extensions.default.Config]
        IPHash = true
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
      PublishMode = "host"
      [Extensions.default.Config]
        IPHash = true
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

    Docker Enterprise documentation, "Configure an nginx extension", on `IPHash`; Mirantis
    Kubernetes Engine documentation, "Persistent sessions": IP hashing needs host mode. What two
    methods do follows from NGINX 1.22.1, which uses the later one in its configuration.
    """
    for extension in configuration.extensions:
        setting = extension.options.get("iphash")
        if setting is None or setting.value is not True:
            continue
        if extension.cluster.publish_mode == "ingress":
            yield Finding(
                span=setting.span,
                message="`IPHash` is set, but the proxies are published in ingress mode",
                effect="the proxies do not see client addresses, so the hash says nothing about "
                "clients",
                help="publish the proxies in host mode, or remove `IPHash`",
            )
        elif extension.sticky:
            yield Finding(
                span=setting.span,
                message="`IPHash` is set, and some services have sticky sessions of their own",
                effect="NGINX gets two methods for the same host; which one counts is not "
                "documented",
                help="remove `IPHash`, or the labels for sticky sessions",
                notes=tuple(
                    Note(each, "sticky sessions are set here") for each in extension.sticky
                ),
            )
