from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.vocabulary import PREFIX, nearest

# What people call a weight, which Interlock does not have.
_WEIGHTS = ("weight", "canary", "percent", "ratio", "share", "split", "traffic", "balance")


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="place",
)
def unknown_label(label: Label) -> Iterator[Finding]:
    """
    A label under `com.docker.lb.` is not documented.

    ## Why is this bad?

    Interlock ignores labels that it does not know, without a warning. Whatever this label is meant
    to do, most likely it will not happen.

    There is no label for weights either. In task mode, services with the same host get requests in
    proportion to their tasks; in VIP mode, each service gets the same share. `interlock-lint routes
    --want SERVICE=PERCENT` finds the numbers of tasks for the share that you want.

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

    If your own proxy template reads the label, add it to `extra-labels` in the configuration.

    ## Source

    Label reference of Docker Enterprise and Mirantis Kubernetes Engine, which has all labels that
    Interlock reads. No public source says that unknown ones are reported.
    """
    if label.name is None or label.known or label.meant is not None:
        return
    if any(word in label.name.lower() for word in _WEIGHTS):
        yield Finding(
            span=label.key.span,
            message=f"unknown label `{label.key}`; Interlock has no weights",
            effect="Interlock ignores the label without a warning: in task mode, the numbers of "
            "tasks decide the shares; in VIP mode, all services get the same",
            help="remove the label, and find the numbers of tasks with "
            "`interlock-lint routes --want SERVICE=PERCENT`",
        )
        return
    similar = nearest(label.name)
    yield Finding(
        span=label.key.span,
        message=f"unknown label `{label.key}`",
        effect="Interlock ignores the label without a warning",
        help=f"rename it to `{PREFIX}{similar}` if that is what you mean, or remove it"
        if similar
        else "remove the label, or add it to `extra-labels` if your proxy template reads it",
    )
