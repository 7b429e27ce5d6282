from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.LABEL,
    template=True,
    labels=("hosts",),
)
def wildcard_host(service: Service) -> Iterator[Finding]:
    """
    A host contains a wildcard.

    ## Why is this bad?

    No documentation mentions wildcards. The vendor's proxy template passes the name to NGINX as it
    is. NGINX understands `*.example.com` for plain HTTP, but the map that it uses to route TLS
    connections compares whole names only. So HTTP may be answered where HTTPS is not.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: "*.example.com"
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com,www.example.com
            com.docker.lb.port: 8080
    ```

    Or make the service the default backend, which receives all requests that no other service
    serves.

    ## When it is fine

    Without TLS, if you have tested it with your version.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template": hosts
    become `server_name`, and the map over `$ssl_preread_server_name` has no `hostnames`.
    """
    label = service.given("hosts")
    if label is None or "*" not in str(label.value):
        return
    for host in service.hosts:
        if "*" in str(host):
            yield Finding(
                span=host.span,
                message=f"the host `{host}` contains a wildcard, which is not documented",
                effect="plain HTTP may be answered, but HTTPS is not",
                help="list each host, or make the service the default backend",
            )
