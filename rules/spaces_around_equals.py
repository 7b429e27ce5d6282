from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Mends, Subject, rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Label
from linter.model.text import Span
from linter.model.vocabulary import PREFIX, rows


@rule(
    on=Label,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
    fix=Mends.UNSAFE,
)
def spaces_around_equals(label: Label) -> Iterator[Finding]:
    """
    Spaces around the `=` of a list item belong to the key and the value.

    ## Why is this bad?

    Docker splits an item at the first `=` and keeps the rest as it is. `- key = value` gives a
    label whose name ends in a space, which Interlock does not know, and whose value begins with
    one.

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

    Changes routing: the label comes into effect.

    ## Source

    Docker CLI 28.2.2 prints key and value with the spaces.
    """
    if not label.is_spaced or label.name is None:
        return
    name = label.name.strip(" ")
    if name not in rows():
        return
    key, value = label.key.span, label.value.span
    literal = key.text.strip(" ") == f"{PREFIX}{name}"
    gap = Span(
        key.source,
        key.end - (len(key.text) - len(key.text.rstrip(" "))),
        value.start + (len(value.text) - len(value.text.lstrip(" "))),
    )
    in_key = str(label.key).endswith(" ")
    yield Finding(
        span=gap if literal else label.span,
        message="spaces around `=` belong to the label",
        effect=f"the label is named `{label.key}`, with the space, and Interlock does not know it"
        if in_key
        else "the value begins with a space",
        help=f"write `{PREFIX}{name}={str(label.value).strip(' ')}`",
        fix=Fix("Take the spaces out", (Edit(gap, "="),), safe=False) if literal else None,
    )
