from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.checking.rule import rule
from linter.editing.remedies import move
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.label import Label
from linter.model.stack import Service, Stack

from ._containers import is_misguided, on_containers

_OF_COMPOSE = frozenset({"develop", "extends", "platform", "profiles", "pull_policy"})
"""Keys of services that `docker stack deploy` refuses and people use with Docker Compose."""


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence="documented",
    subject="place",
    fix="unsafe",
)
def container_label(stack: Stack) -> Iterator[Finding]:
    """
    A routing label is under `labels` instead of `deploy.labels`.

    ## Why is this bad?

    Labels under `labels`, directly below a service, are set on its containers. Interlock reads the
    labels of services, which come only from `deploy.labels`. The label has no effect, and nothing
    warns about it.

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

    When `deploy.labels` has the same label too: the one on the containers is then useless but
    harmless, and is not reported.

    If no service of the file has `deploy.labels`, one finding covers them all: either the file is
    meant for Docker Compose, where these labels do nothing, or it repeats the same mistake. It is
    only a warning if the file is plainly meant for Docker Compose: it builds its images and has no
    `deploy` at all, or it has keys that only Compose takes, such as `extends` or `profiles`.

    ## Fix safety

    Changes routing: the labels take effect. The containers lose them, which matters only to a
    program that reads `com.docker.lb` labels there. There is no fix for services without a host,
    in a file that is plainly meant for Docker Compose, and for labels from an anchor that is also
    used elsewhere.

    ## Source

    Compose file reference: `deploy.labels` are set on the service, `labels` on the containers.
    Docker Enterprise and Mirantis Kubernetes Engine documentation: Interlock reads service labels.
    """
    services = (service for service in stack.services if not service.is_open)
    lost = [(service, labels) for service in services if (labels := on_containers(service))]
    groups = [[each] for each in lost]
    if lost and not any(service.blocks for service in stack.services):
        groups = [lost]
    for_compose = stack.context.for_compose
    # The right `deploy` beside a misspelled one would hide what is below that.
    is_misspelled = any(each.kind == "unknown-key" for each in stack.refusals)
    for group in groups:
        first, *others = [label for _, labels in group for label in labels]
        is_incomplete = any(is_misguided(service) for service, _ in group)
        are = f" and {len(others):,} more are" if others else " is"
        yield Finding(
            span=first.key.span,
            message=f"`{first.key}`{are} set only on the containers",
            effect="Interlock reads only service labels, so container labels have no effect; "
            "they are checked as service labels",
            help=f"move all routing labels to `{_place(stack)}`"
            + (", and add `com.docker.lb.hosts` where it is missing" if is_incomplete else ""),
            notes=tuple(Note(label.span, "and this one") for label in others),
            fix=None if for_compose or is_misspelled or not stack.context.declares else _fix(group),
            at_most=Severity.WARNING if for_compose else Severity.ERROR,
        )


def _place(stack: Stack) -> str:
    """Where service labels are written."""
    return "deploy.labels" if stack.context.declares else "labels"


def _fix(group: Sequence[tuple[Service, Sequence[Label]]]) -> Fix | None:
    """Move labels of services with hosts; None if that cannot be done, or is in several files."""
    found = [label for _, labels in group for label in labels]
    if len({label.span.source for label in found}) > 1:
        return None
    if any(label.quote or label.is_spaced for label in found):
        return None  # in a mapping, these would mean something else
    complete = [each for each in group if not is_misguided(each[0])]
    edits: list[Edit] = []
    for service, labels in complete:
        moved = move(labels, service)
        if moved is None:
            return None
        edits += moved
    several = sum(len(labels) for _, labels in complete) > 1
    title = f"Move the label{'s' if several else ''} to `deploy.labels`"
    return Fix(title, tuple(edits), safe=False) if edits else None
