from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Stack

from ._refusals import findings


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
    fix="safe",
)
def label_not_a_string(stack: Stack) -> Iterator[Finding]:
    """
    The value of a label is a list or a mapping.

    ## Why is this bad?

    A label has one string as its value. `docker stack deploy` rejects the whole file for a list or
    a mapping: "must be a string, number or null". Interlock separates several values with commas
    inside the string.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: [app.example.com, www.example.com]
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: "app.example.com,www.example.com"
            com.docker.lb.port: 8080
    ```

    ## Fix safety

    Safe: Docker rejects the file as it is. The fix joins the items of a list with commas, which is
    how Interlock reads several hosts. There is none for a mapping.

    ## Source

    Docker CLI 28.2.2 answers this way.
    """
    yield from findings(stack, "label-not-a-string")
