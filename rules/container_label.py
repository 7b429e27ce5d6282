from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.checking.rule import Evidence, Mends, Subject, rule
from linter.editing.remedies import move
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.label import Label
from linter.model.stack import Service, Stack


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.PLACE,
    fix=Mends.UNSAFE,
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

    ## Fix safety

    Changes routing: the labels come into effect. The containers have them no more, which matters to
    nobody but a program that reads `com.docker.lb` labels there. Nothing is moved where labels come
    from an anchor that others use too.

    ## Source

    Compose file reference: `deploy.labels` are set on the service, `labels` on the containers.
    Docker Enterprise and Mirantis Kubernetes Engine documentation: Interlock reads service labels.
    """
    lost = [(service, labels) for service in stack.services if (labels := list(_lost(service)))]
    groups = [[each] for each in lost]
    if lost and not any(service.blocks for service in stack.services):
        groups = [lost]
    for group in groups:
        first, *others = [label for _, labels in group for label in labels]
        are = f" and {len(others)} more are labels" if others else " is a label"
        yield Finding(
            span=first.key.span,
            message=f"`{first.key}`{are} of the containers only",
            effect="Interlock reads the labels of services, so nothing is routed by this",
            help="move all routing labels to `deploy.labels`",
            notes=tuple(Note(label.span, "and this one") for label in others),
            fix=_fix(group),
        )


def _fix(group: Sequence[tuple[Service, Sequence[Label]]]) -> Fix | None:
    """All labels in their place; nothing where that cannot be done, or not in one file."""
    edits: list[Edit] = []
    for service, labels in group:
        moved = move(labels, service)
        if moved is None:
            return None
        edits += moved
    if len({edit.span.source for edit in edits}) > 1:
        return None
    several = sum(len(labels) for _, labels in group) > 1
    title = f"Move the label{'s' if several else ''} to `deploy.labels`"
    return Fix(title, tuple(edits), safe=False)


def _lost(service: Service) -> Iterator[Label]:
    """The routing labels of the containers that are no labels of the service."""
    for label in service.container_labels:
        if label.is_routing and label.name not in service.routing:
            yield label
