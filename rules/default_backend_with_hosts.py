from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.LABELS,
    template=True,
    labels=("default_backend",),
)
def default_backend_with_hosts(service: Service) -> Iterator[Finding]:
    """
    The default backend has several hosts of its own.

    ## Why is this bad?

    The default backend gets what no other service serves, so it needs no hosts. The vendor's proxy
    template makes a default server of each of its hosts, and NGINX refuses a configuration with two
    default servers: no route of the cluster is updated any more.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com,www.example.com
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
    ```

    ## When it is fine

    With one host there is one default server, and nothing is said.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". The
    examples of default backends in the documentation have no hosts.
    """
    if not service.is_on("default_backend"):
        return
    names = list(dict.fromkeys(str(host) for host in service.hosts))
    if len(names) > 1:
        yield Finding(
            span=service.routing["hosts"].value.span,
            message=f"a default backend with {len(names)} hosts",
            effect="each becomes a default server, and NGINX refuses more than one",
            help="remove `com.docker.lb.hosts`: the default backend gets these hosts anyway",
            notes=(Note(service.routing["default_backend"].span, "the default backend"),),
        )
