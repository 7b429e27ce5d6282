from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.text import Span


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
)
def unset_variable(label: Label) -> Iterator[Finding]:
    """
    A label holds a variable that is not set.

    ## Why is this bad?

    Docker puts nothing in the place of a variable that is not set and has no default. It prints a
    warning and deploys the label with a hole in it. `docker stack deploy` takes variables from its
    own environment only; it reads no `.env` file and sets no `COMPOSE_PROJECT_NAME`.

    ## Example

    ```yaml
    # interlock-lint check --env
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.${DOMAIN}
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    # interlock-lint check --env
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.${DOMAIN:-example.com}
            com.docker.lb.port: 8080
    ```

    Or set the variable where the stack is deployed.

    ## When it is fine

    Nothing is said unless the variables are known, by `--env-file` or `--env`.

    ## Source

    Docker CLI 28.2.2 does so. `COMPOSE_PROJECT_NAME` is of Docker Compose.
    """
    if not (label.is_routing or label.meant):
        return
    for name in dict.fromkeys(label.value.unset):
        whole = str(label.value)
        yield Finding(
            span=_span(label, name),
            message=f"the variable `{name}` is not set",
            effect=f"the label is deployed as `{whole}`" if whole else "the label is empty",
            help=f"set it where the stack is deployed, or write a default: `${{{name}:-…}}`",
        )


def _span(label: Label, name: str) -> Span:
    """Where the variable stands in the value, or in the item."""
    span = label.value.span
    for found in re.finditer(rf"\$\$|\$(?:{name}\b|\{{{name}\}})", span.text):
        if found.group() != "$$":
            return Span(span.source, span.start + found.start(), span.start + found.end())
    return span
