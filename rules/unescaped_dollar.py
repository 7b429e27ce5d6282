from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.stack import Stack
from linter.model.text import Span, Text, unreadable

from ._refusals import REJECTED


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
    fix="safe",
)
def unescaped_dollar(stack: Stack) -> Iterator[Finding]:
    """
    A `$` does not start a valid variable.

    ## Why is this bad?

    Docker replaces `$NAME` and `${NAME}` in all values of a stack file. It rejects the whole file
    for any other `$`, such as `$1` or a `$` at the end of a regular expression: "invalid
    interpolation format". It also rejects `${NAME:?}` when the variable is not set. `docker
    compose` accepts some of these. This applies to every value, not only to labels.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.example.allowed-paths: ^/(app|static)$
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
            com.example.allowed-paths: ^/(app|static)$$
    ```

    ## When it is fine

    In the keys of a mapping: Docker leaves those as they are.

    ## Fix safety

    Safe: Docker rejects the file as it is, and `$$` becomes one `$`. There is no fix for `${`,
    which looks like an intended variable.

    ## Source

    Docker CLI 28.2.2 and 26.1.5 answer this way for `$1`, for a trailing `$`, for `${NAME:+other}`,
    and for a required variable that is not set.
    """
    if not any("$" in source.text for source in stack.sources):
        return
    labels = [
        label
        for service in stack.services
        for label in service.everywhere
        if label.key.invalid is not None or label.value.invalid is not None
    ]
    inside = {
        (span.source, span.start) for label in labels for span in (label.span, label.value.span)
    }
    for label in labels:
        yield _finding((label.key, label.value), f"in the label `{label.key}` ")
    for text in stack.dollars:
        if text.invalid is not None and (text.source, text.start) not in inside:
            yield _finding((text,))


def _finding(found: tuple[Text, ...], place: str = "") -> Finding:
    texts = [text for text in found if text.invalid is not None]
    dollars = list(dict.fromkeys(span for text in texts for span in _dollars(text)))
    if not dollars:
        return Finding(
            span=next((text for text in reversed(found) if "$" in str(text)), found[0]).span,
            message=texts[0].invalid or "",
            effect=REJECTED,
            help="set the variable where you deploy the stack, or add a default: `${NAME:-…}`",
        )
    first, *others = dollars
    fixable = all(map(_is_single, dollars))
    return Finding(
        span=first,
        message=f"this `$` {place}does not start a valid variable",
        effect=REJECTED,
        help="use `$$` for a literal `$`"
        if fixable
        else "use `$$` for a literal `$`, or `${NAME}` for a variable",
        notes=tuple(Note(span, "nor does this one") for span in others),
        fix=Fix("Escape the `$`", tuple(Edit(span, "$$") for span in dollars), safe=True)
        if fixable
        else None,
    )


def _dollars(text: Text) -> Iterator[Span]:
    """Every `$` that Docker cannot read; the whole text if it is not written literally."""
    return (text.part(offset, offset + 1) for offset in unreadable(str(text)))


def _is_single(span: Span) -> bool:
    """Whether this is a single `$`, not the start of a broken `${…}`."""
    return span.text == "$" and span.source.text[span.end : span.end + 1] != "{"
