from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, FixKind, Subject, rule
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.label import Label
from linter.model.stack import Service
from linter.model.text import Span, Text, unreadable


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
    fix=FixKind.SAFE,
)
def unescaped_dollar(service: Service) -> Iterator[Finding]:
    """
    A `$` in a label does not start a valid variable.

    ## Why is this bad?

    Docker replaces `$NAME` and `${NAME}` in the values of labels, and in the list form in the keys
    too. It rejects the whole file for any other `$`, such as `$1` or a `$` at the end of a regular
    expression: "invalid interpolation format". It also rejects `${NAME:?}` when the variable is not
    set. `docker compose` accepts some of these. This applies to every label, not only to those that
    Interlock reads.

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

    Safe: Docker rejects the file as it is, and `$$` becomes one `$` in the label. There is no fix
    for `${`, which looks like an intended variable.

    ## Source

    Docker CLI 28.2.2 and 26.1.5 answer this way for `$1`, for a trailing `$`, for `${NAME:+other}`,
    and for a required variable that is not set.
    """
    for label in service.written:
        if label.key.invalid is not None or label.value.invalid is not None:
            yield _finding(label)


def _finding(label: Label) -> Finding:
    texts = [text for text in (label.key, label.value) if text.invalid is not None]
    dollars = list(dict.fromkeys(span for text in texts for span in _dollars(text)))
    if not dollars:
        return Finding(
            span=label.value.span if "$" in str(label.value) else label.key.span,
            message=texts[0].invalid or "",
            effect="`docker stack deploy` rejects the whole file",
            help="set the variable where you deploy the stack, or add a default: `${NAME:-…}`",
        )
    first, *others = dollars
    fixable = all(map(_is_single, dollars))
    return Finding(
        span=first,
        message=f"this `$` in the label `{label.key}` does not start a valid variable",
        effect="`docker stack deploy` rejects the whole file",
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
