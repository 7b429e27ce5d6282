from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.text import Kind, Span
from linter.model.vocabulary import Row, rows

_MOST = 10
"""Wrong items of one value that are shown; what is beyond has the same cause."""


@rule(
    on=Label,
    severity=Severity.ERROR,
    evidence=Evidence.INFERRED,
    subject=Subject.LABEL,
)
def invalid_value(label: Label) -> Iterator[Finding]:
    """
    The value of a label is not of the kind that the label takes.

    ## Why is this bad?

    Interlock copies values into the configuration of the proxy. A host with a scheme, a port that
    is none, a path without its slash match no request, or make a configuration that the proxy
    refuses; then no service of the cluster gets its changes any more.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: https://app.example.com
            com.docker.lb.port: 80800
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

    ## Source

    What each label takes is in `labels.schema.json`, after the label reference in the documentation
    of Docker Enterprise and Mirantis Kubernetes Engine, and the NGINX template published there.
    """
    row = rows().get(label.name or "")
    value, written = label.value.value, label.value.written
    if row is None or not value or label.value.kind is Kind.BOOLEAN or row.fits(value):
        return
    if label.quote or label.is_spaced or (label.value.is_rewritten and row.fits(written)):
        return  # other rules say so
    for span, wrong in _wrong_parts(label, row, value):
        yield Finding(
            span=span,
            message=f"`{label.key}` cannot be `{wrong}`"
            if wrong
            else f"an item of `{label.key}` is empty",
            effect="what Interlock makes of it is not documented"
            if row.choices
            else "the proxy cannot route by it, and may refuse its whole configuration",
            help=_help(row, value, wrong),
            at_most=Severity.WARNING if wrong in row.instead else Severity.ERROR,
        )


def _help(row: Row, value: str, wrong: str) -> str:
    suggestion = row.instead.get(wrong) or next(
        (choice for choice in row.choices if choice == wrong.strip().lower()), None
    )
    if suggestion:
        return f"write `{suggestion}`"
    if not wrong:
        return "remove the separator that is too much, or write what is missing"
    if value.endswith("\n") and row.fits(value.rstrip("\n")):
        return "write it without the line break at its end: on one line, or below `|-` or `>-`"
    return f"write a value that fits: {row.says}"


def _wrong_parts(label: Label, row: Row, value: str) -> Iterator[tuple[Span, str]]:
    """The items of the value that do not fit, a few of them, or the value as a whole."""
    syntax = row.list_syntax
    items = syntax.items(value) if syntax else ()
    wrong = [item for item in items if syntax and not syntax.pattern.search(item.text)][:_MOST]
    if not wrong:
        yield label.value.span, value
        return
    for item in wrong:
        yield label.value.part(item.start, item.end), item.text
