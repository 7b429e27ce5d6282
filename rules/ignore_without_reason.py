from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.checking.suppress import Ignore
from linter.model.diagnostic import Finding, Severity


@rule(
    on=Ignore,
    severity=Severity.OFF,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.COMMENTS,
)
def ignore_without_reason(ignore: Ignore) -> Iterator[Finding]:
    """
    An ignore comment gives no reason.

    ## Why is this bad?

    Whoever reads the comment later cannot tell a decision from a way round the check. This rule is
    off. Teams that want reasons switch it on in their configuration.

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

    The reason is the text behind the brackets, without the `until=` in it.
    """
    if ignore.names and not any(map(str.isalnum, ignore.reason)):
        yield Finding(
            span=ignore.span,
            message="the comment gives no reason",
            effect="nobody can tell later whether it is still right",
            help="write the reason behind the brackets",
        )
