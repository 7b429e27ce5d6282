from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="target",
    labels=("ip_hash",),
    complete=True,
)
def ip_hash_behind_ingress(service: Service) -> Iterator[Finding]:
    """
    `ip_hash` is set, but the proxies do not see client addresses.

    ## Why is this bad?

    Proxies that are published in ingress mode, the default, get their connections from Swarm's
    routing mesh. It hides client addresses behind its own, so a hash of the address says nothing
    about the client.

    ## Example

    With this Interlock configuration, passed with `--proxy-config`:

    ```toml
    [Extensions.default]
      PublishMode = "ingress"
    ```

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ip_hash: "true"
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: app_session
    ```

    Or publish the proxies in host mode: `PublishMode = "host"`.

    ## Source

    Mirantis Kubernetes Engine documentation, "Persistent sessions": IP hashing needs host mode.
    With NGINX 1.22.1, all clients behind one address get the same task.
    """
    cluster = service.cluster
    if cluster is None or cluster.publish_mode != "ingress":
        return
    if service.can_be_in_vip_mode or service.can_be_on("ssl_passthrough"):
        return
    if not service.is_on("ip_hash"):
        return
    yield Finding(
        span=service.routing["ip_hash"].span,
        message="`ip_hash` is set, but the proxies are published in ingress mode",
        effect="the proxies do not see client addresses, so the hash says nothing about clients",
        help="use `sticky_session_cookie`, or publish the proxies in host mode",
    )
