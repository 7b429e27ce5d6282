from __future__ import annotations

from collections.abc import Iterator

from linter.diagnostic import Finding, Note, Severity
from linter.rule import Evidence, Subject, rule
from linter.stack import Label, Service, Stack


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.PLACE,
)
def container_label(stack: Stack) -> Iterator[Finding]:
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

    Where no service of the file has `deploy.labels`, one finding tells of all: the file is meant
    for Docker Compose, to which the labels say nothing, or all of it follows one mistake.

    ## Source

    Compose file reference: `deploy.labels` are set on the service, `labels` on the containers.
    Docker Enterprise and Mirantis Kubernetes Engine documentation: Interlock reads service labels.
    """
    lost = [labels for service in stack.services if (labels := list(_lost(service)))]
    if lost and not any(service.blocks for service in stack.services):
        lost = [[label for labels in lost for label in labels]]
    for first, *others in lost:
        are = f" and {len(others)} more are labels" if others else " is a label"
        yield Finding(
            span=first.key.span,
            message=f"`{first.key}`{are} of the containers only",
            effect="Interlock reads the labels of services, so nothing is routed by this",
            help="move all routing labels to `deploy.labels`",
            notes=tuple(Note(label.span, "and this one") for label in others),
        )


def _lost(service: Service) -> Iterator[Label]:
    """The routing labels of the containers that are no labels of the service."""
    for label in service.container_labels:
        if label.routes and label.name not in service.routing:
            yield label
