from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Stack
from linter.model.text import Span, messages_with_dash


@rule(
    on=Stack,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="file",
)
def dash_in_variable_message(stack: Stack) -> Iterator[Finding]:
    """
    The message for a required variable contains a dash, so it is read as a default.

    ## Why is this bad?

    `${HOST:?message}` stops the deployment with the message if the variable is not set. But Docker
    first looks for `-`, wherever it stands between the braces. With a dash in the message, all that
    precedes the dash is the name of a variable, which is never set, and what follows it is the
    default. So the label, or the image, is deployed with a part of the message, whatever the
    variable contains.

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
    if not stack.dollars:
        return
    ours = {
        (span.source, span.start)
        for service in stack.services
        for label in service.everywhere
        if label.is_ours
        for span in (label.span, label.value.span)
    }
    for text in stack.dollars:
        span = text.span
        for start, end, name, rest in messages_with_dash(span.text):
            shown = _shown(rest) if (text.source, text.start) in ours else "the text after the dash"
            yield Finding(
                span=Span(span.source, span.start + start, span.start + end),
                message=f"the dash in the message for `{name}` makes a default of what follows it",
                effect=f"Docker always puts {shown} here, whether `{name}` is set or not",
                help="write the message without a dash",
            )


def _shown(text: str) -> str:
    return f"`{text}`" if text else "nothing"
