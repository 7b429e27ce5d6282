from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.checking.suppress import Ignore
from linter.model.diagnostic import Finding, Severity


@rule(
    on=Ignore,
    severity=Severity.OFF,
    evidence="documented",
    subject="comments",
)
def ignore_without_reason(ignore: Ignore) -> Iterator[Finding]:
    """
    An ignore comment gives no reason.

    ## Why is this bad?

    Without a reason, later readers cannot tell a decision from a way around the check. This rule is
    off by default. Teams that want reasons can turn it on in their configuration.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: VIP  # interlock-lint: ignore[invalid-value]
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
            com.docker.lb.backend_mode: VIP  # interlock-lint: ignore[invalid-value] see OPS-17
    ```

    ## Source

    The reason is the text after the brackets, without any `until=`.
    """
    if ignore.names and not any(map(str.isalnum, ignore.reason)):
        yield Finding(
            span=ignore.span,
            message="this ignore comment gives no reason",
            effect="later readers cannot tell whether it is still needed",
            help="add a reason after the brackets",
        )
