from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, FixKind, Subject, rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Form, Label
from linter.model.text import Span


@rule(
    on=Label,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
    fix=FixKind.UNSAFE,
)
def literal_quotes(label: Label) -> Iterator[Finding]:
    """
    Quotes inside a list item become part of the value.

    ## Why is this bad?

    YAML removes quotes only if they surround the whole item. In `- key="value"` they stay: the
    label is deployed with them, and the proxy looks for a host with quotes in its name.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - com.docker.lb.hosts="app.example.com"
            - com.docker.lb.port=8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - "com.docker.lb.hosts=app.example.com"
            - com.docker.lb.port=8080
    ```

    ## Fix safety

    Changes the label that is deployed: it loses the quotes. There is no fix if the whole item is
    already in quotes.

    ## Source

    Docker CLI 28.2.2 prints the value with the quotes.
    """
    quote, value = label.quote, label.value
    if not label.is_routing or not quote:
        return
    yield Finding(
        span=value.span,
        message=f"the quotes are part of the value of `{label.key}`",
        effect=f"the label is deployed as `{value}`, including the quotes",
        help=f"write the item as `{quote}{label.key}={str(value)[1:-1]}{quote}`"
        if label.form is Form.LIST
        else "remove one pair of quotes",
        fix=_fix(label, quote),
    )


def _fix(label: Label, quote: str) -> Fix | None:
    """Move the quotes around the whole item, if the text inside them still reads the same."""
    value = label.value
    inside = value.written[1:-1]
    if label.form is not Form.LIST or not value.plain or value.written[:1] != quote:
        return None
    if quote in inside or "\\" in inside:
        return None
    source, start = value.span.source, value.span.start
    edits = (
        Edit(Span(source, label.span.start, label.span.start), quote),
        Edit(Span(source, start, start + 1), ""),
    )
    return Fix("Quote the whole item", edits, safe=False)
