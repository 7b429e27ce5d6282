from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.vocabulary import rows


@rule(
    on=Label,
    severity=Severity.INFO,
    evidence="documented",
    subject="label",
    labels=("algorithm",),
)
def undocumented_label(label: Label) -> Iterator[Finding]:
    """
    A label was announced but never documented.

    ## Why is this bad?

    `algorithm` was announced in 2019 with the values `round_robin`, `ip_hash` and `least_conn`. It
    never made it into the documentation, so it is not known whether any version reads it.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.algorithm: ip_hash
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
            com.docker.lb.ip_hash: "true"
    ```

    ## When it is fine

    When you have seen its effect in the configuration of your proxies.

    ## Source

    docker/docs issue 9749, by a vendor engineer; it was closed without a change in January 2020.
    """
    row = rows().get(label.name or "")
    if row is None or row.status != "announced" or not label.value.parts:
        return
    announced: list[str] = row.schema["examples"]
    values = ", ".join(f"`{value}`" for value in announced)
    value = label.value.value
    is_announced = value is None or value in announced
    yield Finding(
        span=label.key.span if is_announced else label.value.span,
        message=f"`{label.key}` was announced but never documented"
        if is_announced
        else f"`{value}` is not one of the values announced for `{label.key}`",
        effect="it is not known whether any version of Interlock reads the label",
        help="test whether the label has an effect, or remove it"
        if is_announced
        else f"test one of the announced values ({values}), or remove the label",
    )
