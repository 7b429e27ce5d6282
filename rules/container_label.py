from __future__ import annotations

from collections.abc import Iterator

from linter.diagnostic import Finding, Severity
from linter.rule import Evidence, Subject, rule
from linter.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.PLACE,
)
def container_label(service: Service) -> Iterator[Finding]:
    """
    A routing label stands under `labels`, not under `deploy.labels`.

    ## Why is this bad?

    `labels` directly below a service are put on its containers. Interlock reads the labels of
    services, and those come from `deploy.labels` alone. The label has no effect, and nothing
    reports it.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
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
    ```

    ## When it is fine

    When `deploy.labels` has the same label too: then the one on the containers is of no use, and
    does no harm. Nothing is reported.

    ## Source

    Compose file reference: `deploy.labels` are set on the service, `labels` on the containers.
    Docker Enterprise and Mirantis Kubernetes Engine documentation: Interlock reads service labels.
    """
    lost = [
        label
        for label in service.container_labels
        if label.routes and label.name not in service.routing
    ]
    if lost:
        first, *others = lost
        are = f" and {len(others)} more are labels" if others else " is a label"
        yield Finding(
            span=first.key.span,
            message=f"`{first.key}`{are} of the containers only",
            effect="Interlock reads the labels of services, so nothing is routed by this",
            help="move all routing labels to `deploy.labels`",
        )
