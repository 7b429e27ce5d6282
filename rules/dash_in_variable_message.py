from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Form, Label
from linter.model.stack import Service
from linter.model.text import Span, messages_with_dash


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.FILE,
)
def dash_in_variable_message(service: Service) -> Iterator[Finding]:
    """
    The message for a required variable contains a dash, so it is read as a default.

    ## Why is this bad?

    `${HOST:?message}` stops the deployment with the message if the variable is not set. But Docker
    first looks for `-`, wherever it stands between the braces. With a dash in the message, all that
    precedes the dash is the name of a variable, which is never set, and what follows it is the
    default. So the label is deployed with a part of the message, whatever the variable contains.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: ${HOST:?set the fully-qualified name}
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: ${HOST:?set the full name}
            com.docker.lb.port: 8080
    ```

    ## Source

    Docker CLI 28.2.2 deploys the label of the example as `qualified name`.
    """
    for label in service.written:
        span = _interpolated(label)
        for start, end, name, rest in messages_with_dash(span.text):
            yield Finding(
                span=Span(span.source, span.start + start, span.start + end),
                message=f"the dash in the message for `{name}` makes a default of what follows it",
                effect=f"Docker always puts {_shown(label, rest)} here, whether `{name}` is set "
                "or not",
                help="write the message without a dash",
            )


def _interpolated(label: Label) -> Span:
    """What Docker interpolates of a label: in a mapping, only the value."""
    return label.value.span if label.form is Form.MAP else label.span


def _shown(label: Label, text: str) -> str:
    """What Docker puts there; of a label of another program, it may be secret."""
    if not text:
        return "nothing"
    return f"`{text}`" if label.is_ours else "the text after the dash"
