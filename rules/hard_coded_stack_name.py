from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Stack

from ._stack_names import hints, likely_name


@rule(
    on=Stack,
    severity=Severity.INFO,
    evidence="inferred",
    subject="service",
    complete=True,
)
def hard_coded_stack_name(stack: Stack) -> Iterator[Finding]:
    """
    Labels are correct only if the stack is deployed under a certain name.

    ## Why is this bad?

    Docker puts the stack name in front of the names of networks and secrets, and the stack name is
    not in the file: it is passed to `docker stack deploy`. A label that contains it is wrong as
    soon as someone deploys the stack under another name.

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

    When the stack always has that name. Set it with `--stack-name`, or under `stacks` in the
    configuration: the labels are then compared with the deployed names, and this rule reports
    nothing.

    ## Source

    Docker Enterprise documentation, "Deploy services": stack files that are shared need the prefix
    of the stack. Docker CLI, which uses a `name:` unchanged.
    """
    found = hints(stack)
    if not found:
        return
    name = likely_name(found)
    first, *others = dict.fromkeys(hint.label.value.span for hint in found if hint.name == name)
    yield Finding(
        span=first,
        message="this value contains the name of the stack, so it is correct only under that name",
        effect=f"if the stack is not deployed as `{name}`, the proxy looks for something that does "
        "not exist",
        help=f"run with `--stack-name {name}` if that is the stack name; otherwise set `name:` on "
        "the network or secret",
        notes=tuple(Note(span, "and this one") for span in others),
    )
