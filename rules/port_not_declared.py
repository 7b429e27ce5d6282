from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.words import some

from ._ports import label_port


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence="plausible",
    subject="service",
    labels=("port",),
    complete=True,
)
def port_not_declared(service: Service) -> Iterator[Finding]:
    """
    The service declares ports, and the port in the label is none of them.

    ## Why is this bad?

    The proxy connects to the port in the label, whatever `ports` and `expose` say. But they usually
    name what the container listens on, so a different number in the label may be a mistake. Then
    nothing listens there, and requests end in 502 or 503.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        ports: ["81:80"]
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
            com.docker.lb.port: 80
    ```

    ## When it is fine

    When the container listens on more ports than those declared; add the port to `expose` to say
    so.

    ## Source

    Label reference in the documentation of Docker Enterprise and Mirantis Kubernetes Engine: `port`
    is the port that the container listens on. That a different one is a mistake is only likely.
    """
    if not (service.ports or service.exposed):
        return
    port = label_port(service)
    if port is None:
        return
    ports = [each for each in service.ports if each.may_be_tcp]
    declared = [*(each.targets for each in ports), *service.exposed]
    if not declared or any(each is None or port in each for each in declared):
        return
    if any(each.published is None or port in each.published for each in ports):
        return  # another rule reports a published port
    shown = [
        f"`{each.start}`" if each.stop - each.start == 1 else f"`{each.start}-{each.stop - 1}`"
        for each in declared
        if each
    ]
    yield Finding(
        span=service.routing["port"].value.span,
        message=f"port {port} is not among the declared ports: {some(shown)}",
        effect=f"if the container does not listen on {port}, requests end in 502 or 503",
        help="use the port that the container listens on, or add this one to `expose`",
    )
