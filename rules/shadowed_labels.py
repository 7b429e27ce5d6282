from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.label import Label, LabelBlock
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
)
def shadowed_labels(service: Service) -> Iterator[Finding]:
    """
    A service's own `labels` replace routing labels from a merge.

    ## Why is this bad?

    A YAML merge (`<<`) is shallow. It adds keys that the mapping does not have, and does not look
    into those that it has. A `labels:` next to the merge therefore replaces the merged `labels` as
    a whole. The service is deployed without them, and may lose its port, its network or its
    certificate.

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

    When the service should not have the merged labels. Nothing is reported for `labels: {}`, or
    when the service repeats every routing label. When the service's own `deploy:` replaces a merged
    one, nothing is reported unless the service has routing labels of its own.

    ## Source

    YAML merge key: a key of the mapping itself is not overridden, and not combined. Docker CLI
    28.2.2 and 26.1.5 print only the service's own labels.
    """
    for block in service.blocks:
        lost = [
            each for each in block.shadowed if each.is_routing and each.name not in service.routing
        ]
        if not lost or not _means_to_add(block, service):
            continue
        yield Finding(
            span=block.key,
            message=f"these `labels` replace {_named(lost)} from a merge",
            effect="a merge is shallow, so the service is deployed without the replaced labels",
            help="merge inside `labels`, or repeat the labels that the service needs",
            notes=tuple(_notes(block, lost)),
        )


def _means_to_add(block: LabelBlock, service: Service) -> bool:
    """Whether the author may expect the labels to be added to the merged ones."""
    if block.shadowing == block.key:
        return bool(block.labels)
    return bool(service.routing)


def _named(lost: list[Label]) -> str:
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return f"`{lost[0].key}`{more}"


def _notes(block: LabelBlock, lost: list[Label]) -> Iterator[Note]:
    if block.shadowing and block.shadowing != block.key:
        yield Note(block.shadowing, "replaces the whole merged `deploy`")
    for label in lost:
        yield Note(label.key.span, "lost")
