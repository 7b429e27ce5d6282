from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Label
from linter.model.meaning import well_formed
from linter.model.text import Span
from linter.model.vocabulary import Item, Row, rows

_MOST = 10
"""How many wrong items of one value are reported; more have the same cause."""


@rule(
    on=Label,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="label",
    fix="unsafe",
)
def invalid_value(label: Label) -> Iterator[Finding]:
    """
    A label has an invalid value.

    ## Why is this bad?

    Interlock copies values into the proxy configuration. A host with a scheme, an invalid port or a
    path without a leading slash matches no request, or makes a configuration that the proxy
    rejects; then changes to the services of the cluster no longer take effect.

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

    ## Fix safety

    Changes routing: the label takes effect. There is a fix only for a word that is certain to mean
    another one, such as `VIP` for `vip`.

    ## Source

    `labels.schema.json` lists the values of each label. It follows the label reference in the
    documentation of Docker Enterprise and Mirantis Kubernetes Engine, and the NGINX template
    published there. What NGINX accepts was tested with version 1.22.1.
    """
    if label.origin:
        label = well_formed(label.origin)
    row = rows().get(label.name or "")
    value, written = label.value.value, label.value.written
    if row is None or not value:
        return
    if row.fits(value):
        yield from _repeated(label, row, value)
        return
    if label.value.is_rewritten and row.fits(written):
        return  # another rule reports it
    for span, wrong in _wrong_parts(label, row, value):
        yield Finding(
            span=span,
            message=f"invalid value `{wrong}` for `{label.key}`"
            if wrong
            else f"`{label.key}` has an empty item",
            effect=_effect(row, wrong),
            help=_help(row, value, wrong),
            fix=_fix(row, label, wrong),
            at_most=Severity.WARNING if wrong in row.instead else Severity.ERROR,
        )


def _repeated(label: Label, row: Row, value: str) -> Iterator[Finding]:
    """Items that may appear only once but appear again."""
    syntax = row.list_syntax
    if syntax is None or not syntax.unique or syntax.separator not in value:
        return
    seen: set[str] = set()
    repeated: dict[str, Item] = {}
    for item in syntax.items(value):
        if item.text in seen:
            repeated.setdefault(item.text, item)
        seen.add(item.text)
    for item in islice(repeated.values(), _MOST):
        yield Finding(
            span=label.value.part(item.start, item.end),
            message=f"`{item.text}` appears twice in `{label.key}`",
            effect="NGINX rejects a configuration with the same location twice",
            help="remove one of them",
        )


def _effect(row: Row, wrong: str) -> str:
    if wrong in row.instead:
        return (
            f"the first manual used it for the default mode; later ones call that mode "
            f"`{row.instead[wrong]}`"
        )
    if row.choices:
        return "how Interlock treats it is not documented"
    return "the proxy cannot use it for routing and may reject its whole configuration"


def _fix(row: Row, label: Label, wrong: str) -> Fix | None:
    """Replace a word by the one that is meant, if it stands in the file as it is read."""
    word, span = row.meant(wrong), label.value.part(0, len(wrong))
    if word is None or span.text != wrong:
        return None
    return Fix(f"Use `{word}`", (Edit(span, word),), safe=False)


def _help(row: Row, value: str, wrong: str) -> str:
    if word := row.meant(wrong):
        return f"use `{word}`"
    if not wrong:
        return "remove the extra separator, or add what is missing"
    if value.endswith("\n") and row.fits(value.rstrip("\n")):
        return "remove the line break at its end: write it on one line, or use `|-` or `>-`"
    return f"use {row.says}"


def _wrong_parts(label: Label, row: Row, value: str) -> Iterator[tuple[Span, str]]:
    """The invalid items of the value, up to a limit, or the value as a whole."""
    syntax = row.list_syntax
    items = syntax.items(value) if syntax else ()
    wrong = [item for item in items if syntax and not syntax.accepts(item.text)][:_MOST]
    if not wrong:
        yield label.value.span, value
        return
    for item in wrong:
        yield label.value.part(item.start, item.end), item.text
