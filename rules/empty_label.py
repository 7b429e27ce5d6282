from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="label",
)
def empty_label(label: Label) -> Iterator[Finding]:
    """
    A routing label has no value.

    ## Why is this bad?

    No value, `~`, `null`, `""` and a list item without `=` all become a label with an empty string.
    Docker deploys it. How Interlock treats it is not documented: a host, a port or a network cannot
    be empty, and a boolean label without a value may count as on or as off.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie:
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

    A value from a variable, such as `${COOKIE:-}`, is not reported, because the variable may be
    set.

    ## Source

    Docker CLI 28.2.2 prints an empty string for all of these. That no label has a meaning when
    empty is inferred: the label reference of Docker Enterprise and Mirantis Kubernetes Engine shows
    a value for each.
    """
    value = label.value
    if label.known and value.value == "" and "$" not in label.span.text + value.written:
        yield Finding(
            span=value.span if value.written else label.key.span,
            message=f"`{label.key}` has no value",
            effect="the label is deployed empty; how Interlock treats that is not documented",
            help="set a value or remove the label",
        )
