from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.vocabulary import PREFIX, nearest


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.PLACE,
)
def unknown_label(label: Label) -> Iterator[Finding]:
    """
    A label under `com.docker.lb.` is in no documentation.

    ## Why is this bad?

    Interlock passes over labels that it does not know, and says nothing. Whoever wrote this one
    expects something of it that most likely will not happen.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.weight: 4
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

    If a proxy template of your own reads the label, name it under `extra-labels` in the
    configuration.

    ## Source

    Label reference of Docker Enterprise and Mirantis Kubernetes Engine, which has all labels that
    Interlock reads. Nothing public reports unknown ones.
    """
    if label.name is None or label.known or label.meant is not None:
        return
    similar = nearest(label.name)
    yield Finding(
        span=label.key.span,
        message=f"`{label.key}` is no label that Interlock is known to read",
        effect="Interlock ignores the label, and says nothing",
        help=f"if `{PREFIX}{similar}` is meant, write that; otherwise take the label out"
        if similar
        else "take the label out, or name it under `extra-labels` if your proxy template reads it",
    )
