from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.text import Span
from linter.model.words import bounded

_NAME = "[_a-zA-Z][_a-zA-Z0-9]*"
_VARIABLE = rf"\$\$|\$(?P<bare>{_NAME})|\$\{{(?P<braced>{_NAME})\}}"


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence="documented",
    subject="file",
)
def unset_variable(label: Label) -> Iterator[Finding]:
    """
    A label contains a variable that is not set.

    ## Why is this bad?

    If a variable is not set and has no default, Docker replaces it with an empty string. It prints
    a warning and deploys the label with a gap in it. `docker stack deploy` takes variables only
    from its own environment; it does not read a `.env` file or set `COMPOSE_PROJECT_NAME`.

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

    Or set the variable where you deploy the stack.

    ## When it is fine

    Nothing is reported unless the variables are known, from `--env-file` or `--env`.

    ## Source

    Docker CLI 28.2.2 behaves this way. `COMPOSE_PROJECT_NAME` belongs to Docker Compose.
    """
    if not (label.is_routing or label.meant):
        return
    names = dict.fromkeys(label.value.unset)
    if not names:
        return
    whole, places = str(label.value), _places(label.value.span)
    effect = bounded(f"the label is deployed as `{whole}`") if whole else "the label is empty"
    for name in names:
        yield Finding(
            span=places.get(name, label.value.span),
            message=f"the variable `{name}` is not set",
            effect=effect,
            help=f"set it where you deploy the stack, or add a default: `${{{name}:-…}}`",
        )


def _places(span: Span) -> dict[str, Span]:
    """Where each variable is first, in the value or in the list item."""
    places: dict[str, Span] = {}
    for found in re.compile(_VARIABLE).finditer(span.source.text, span.start, span.end):
        if name := found["bare"] or found["braced"]:
            places.setdefault(name, Span(span.source, *found.span()))
    return places
