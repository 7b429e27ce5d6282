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
)
def unknown_key(stack: Stack) -> Iterator[Finding]:
    """
    A key that Docker does not know.

    ## Why is this bad?

    `docker stack deploy` rejects the whole file for a key that its file format does not have in
    this place. Docker Compose knows more keys, such as `profiles` and `name`, and some keys exist
    only in later versions of the format.

    If it is clear which key was meant, the rest of the file is checked as if it had the right name.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replica: 2
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 2
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    Keys that begin with `x-`, at the top of the file, in a service, and in a network, volume,
    secret or config. Elsewhere, Docker rejects these too.

    ## Source

    Docker CLI 28.2.2 was asked about every key: "Additional property … is not allowed", or
    "forbidden properties" for those that only older formats had.
    """
    yield from findings(stack, "unknown-key")
