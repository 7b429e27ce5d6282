from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Stack

from ._stack_names import hints, likely_name


@rule(
    on=Stack,
    severity=Severity.INFO,
    evidence=Evidence.INFERRED,
    subject=Subject.SERVICE,
)
def hard_coded_stack_name(stack: Stack) -> Iterator[Finding]:
    """
    Labels are right only when the stack is deployed under one name.

    ## Why is this bad?

    Docker puts the name of the stack before the names of its networks and secrets, and that name is
    not in the file: it is given to `docker stack deploy`. A label that spells it out is wrong as
    soon as somebody deploys the stack under another name.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: shop_front
    networks:
      front:
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: shop_front
    networks:
      front: {name: shop_front}
    ```

    ## When it is fine

    When the stack has that name for good. Say so, with `--stack-name` or under `stacks` in the
    configuration: then the labels are compared with the names as they will be, and nothing is said
    here.

    ## Source

    Docker Enterprise documentation, "Deploy services": stack files that are shared need the prefix
    of the stack. Docker CLI, which leaves a `name:` as it is.
    """
    found = hints(stack)
    if not found:
        return
    name = likely_name(found)
    first, *others = dict.fromkeys(hint.label.value.span for hint in found if hint.name == name)
    yield Finding(
        span=first,
        message=f"this is right only in a stack that is deployed as `{name}`",
        effect="under another name the proxy looks for something that is not there",
        help=f"say so with `--stack-name {name}` if it is; else give the network or the secret a "
        "`name:`",
        notes=tuple(Note(span, "and this") for span in others),
    )
