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
def refused_value(stack: Stack) -> Iterator[Finding]:
    """
    A value has a type or a form that Docker does not accept.

    ## Why is this bad?

    `docker stack deploy` rejects the whole file. It is stricter than Docker Compose: a number in
    quotes is not a number, a number without quotes is not a string, and an environment variable
    cannot be a boolean.

    The same applies to a `version` that Docker does not know, to files of one stack with different
    versions, to keys that YAML does not read as strings, and to a `<<` that does not merge
    mappings or is mistyped, such as `<::`. What that would merge is checked as if it were `<<`.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        environment:
          VERBOSE: true
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        environment:
          VERBOSE: "true"
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    A value with variables becomes a number or a boolean where Docker converts it, for example in
    `replicas: ${REPLICAS}`. What depends on an unknown variable is not reported.

    ## Fix safety

    Safe: Docker rejects the file as it is. There is a fix if all it takes is to add or remove
    quotes, or to correct a `<<`.

    ## Source

    Docker CLI 28.2.2 was asked about the values of every key: "must be a string", "Does not match
    format", "must be unique", "map merge requires map or sequence of maps", "version mismatched".
    """
    yield from findings(stack, "refused-value")
