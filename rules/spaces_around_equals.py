from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Label
from linter.model.text import Span


@rule(
    on=Label,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
    fix="unsafe",
)
def spaces_around_equals(label: Label) -> Iterator[Finding]:
    """
    Spaces around `=` in a list item become part of the key and the value.

    ## Why is this bad?

    Docker splits an item at the first `=` and keeps everything else as it is. `- key = value`
    results in a label whose name ends in a space, which Interlock does not know, and whose value
    begins with a space.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - com.docker.lb.hosts = app.example.com
            - com.docker.lb.port=8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - com.docker.lb.hosts=app.example.com
            - com.docker.lb.port=8080
    ```

    ## Fix safety

    Changes routing: the label takes effect.

    ## Source

    Docker CLI 28.2.2 prints the key and the value with the spaces.
    """
    label = label.as_written
    if not label.is_spaced or not (label.known or label.meant):
        return
    name = str(label.key).strip(" ")
    key, value = label.key.span, label.value.span
    literal = key.text.strip(" ") == name
    gap = Span(
        key.source,
        key.end - (len(key.text) - len(key.text.rstrip(" "))),
        value.start + (len(value.text) - len(value.text.lstrip(" "))),
    )
    in_key = str(label.key).endswith(" ")
    yield Finding(
        span=gap if literal else label.span,
        message="spaces around `=` become part of the label",
        effect=f"the name `{label.key}` ends in a space, so Interlock does not know the label; "
        "it is checked without the spaces"
        if in_key
        else "the value begins with a space; it is checked without it",
        help=f"remove the spaces: `{name}={str(label.value).strip(' ')}`",
        fix=Fix("Remove the spaces", (Edit(gap, "="),), safe=False) if literal else None,
    )
