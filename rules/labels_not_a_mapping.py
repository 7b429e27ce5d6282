from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
)
def labels_not_a_mapping(service: Service) -> Iterator[Finding]:
    """
    `labels` is neither a mapping nor a list.

    ## Why is this bad?

    `docker stack deploy` rejects the whole file: "labels must be a mapping". This applies to a
    single string, and to a `labels:` with nothing below it, for example because all of its labels
    are commented out.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels: com.docker.lb.hosts=app.example.com
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

    `labels: {}` and `labels: []` are empty, but accepted.

    ## Source

    Docker CLI schema for stack files. CLI 28.2.2 and 26.1.5 confirm it.
    """
    # Labels next to an empty `labels:` have the same cause; `label-outside-labels` reports it.
    if any(misplaced.parent == "`deploy`" for misplaced in service.misplaced):
        return
    for block in service.blocks:
        if block.form is None:
            empty = not block.value.text
            yield Finding(
                span=block.key,
                message="there is nothing below `labels`"
                if empty
                else "the value of `labels` is neither a mapping nor a list",
                effect="`docker stack deploy` rejects the whole file",
                help="add a label below it, or remove the line"
                if empty
                else "write each label on a separate line below it, as `key: value`",
            )
