from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.label import Label, Shadowed
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="file",
)
def shadowed_labels(service: Service) -> Iterator[Finding]:
    """
    A service's own `labels` or `deploy` replace routing labels from a merge.

    ## Why is this bad?

    A YAML merge (`<<`) is shallow. It adds keys that the mapping does not have, and does not look
    into those that it has. A `labels:` next to the merge therefore replaces the merged `labels` as
    a whole, even if it is empty, and a `deploy:` next to the merge replaces the merged `deploy`
    with all of its labels. The service is deployed without them: it may lose its port, its network
    or its certificate, or is not routed at all.

    ## Example

    ```yaml
    x-routed: &routed
      replicas: 2
      labels:
        com.docker.lb.port: 8080
        com.docker.lb.backend_mode: vip

    services:
      web:
        image: example/web
        deploy:
          <<: *routed
          labels:
            com.docker.lb.hosts: app.example.com
    ```

    ## Use instead

    ```yaml
    x-routed: &routed
      com.docker.lb.port: 8080
      com.docker.lb.backend_mode: vip

    services:
      web:
        image: example/web
        deploy:
          replicas: 2
          labels:
            <<: *routed
            com.docker.lb.hosts: app.example.com
    ```

    ## When it is fine

    When the service should not have the merged labels; add an ignore comment with the reason.
    Nothing is reported when the service repeats every routing label.

    ## Source

    YAML merge key: a key of the mapping itself is not overridden, and not combined. Docker CLI
    28.2.2 and 26.1.5 print only the service's own labels.
    """
    for shadowed in service.shadowed:
        lost = [
            each for each in shadowed.labels if each.is_routing and each.name not in service.routing
        ]
        if not lost or service.is_open:
            continue
        by_labels = shadowed.by == shadowed.labels_key
        yield Finding(
            span=shadowed.labels_key or shadowed.by,
            message=f"these `labels` replace {_named(lost)} from a merge"
            if shadowed.labels_key
            else f"this `deploy` has no labels and replaces {_named(lost)} from a merge",
            effect="a merge is shallow, so the service is deployed without the replaced labels",
            help="merge inside `labels`, or repeat the labels that the service needs"
            if by_labels
            else "merge inside `deploy`, or repeat the labels that the service needs",
            notes=tuple(_notes(shadowed, lost)),
        )


def _named(lost: list[Label]) -> str:
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return f"`{lost[0].key}`{more}"


def _notes(shadowed: Shadowed, lost: list[Label]) -> Iterator[Note]:
    if shadowed.labels_key and shadowed.by != shadowed.labels_key:
        yield Note(shadowed.by, "replaces the whole merged `deploy`")
    for label in lost:
        yield Note(label.key.span, "lost")
