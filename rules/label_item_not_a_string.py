from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import Evidence, FixKind, Subject, rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import StrayItem
from linter.model.stack import Service
from linter.model.text import Kind

# Plain text that YAML always reads as a string, even in a flow list.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*=(?:[A-Za-z0-9._/-]|:(?=[A-Za-z0-9/]))*")


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
    fix=FixKind.SAFE,
)
def label_item_not_a_string(service: Service) -> Iterator[Finding]:
    """
    An item in a list of labels is not a string.

    ## Why is this bad?

    In the list form, every item is one string, `key=value`. With a colon and a space,
    `- key: value`, YAML reads a mapping inside the list. A bare number, `true` or an empty item is
    not a string either. `docker stack deploy` rejects the whole file for any of them: "must be a
    string".

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - com.docker.lb.hosts=app.example.com
            - com.docker.lb.port: 8080
            - com.docker.lb.backend_mode: "vip"
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
            - "com.docker.lb.backend_mode=vip"
    ```

    Or remove the dashes and write all labels as `key: value`.

    ## Fix safety

    Safe: Docker rejects the file as it is. There is no fix for an item that is empty, has several
    keys or contains text over several lines.

    ## Source

    Docker CLI schema for stack files: the items of a list of labels are strings. CLI 28.2.2 and
    26.1.5 confirm it.
    """
    for block in service.blocks:
        for item in block.stray:
            string = _string(item)
            yield Finding(
                span=item.span,
                message=_message(item),
                effect="`docker stack deploy` rejects the whole file",
                help=_help(item),
                fix=Fix("Write the item as a string", (Edit(item.span, string),), safe=True)
                if string
                else None,
            )


def _message(item: StrayItem) -> str:
    if item.key is None:
        return "a list item is a mapping or a list, not a `key=value` string"
    if item.value is not None:
        return f"`{item.key}` is written as `key: value` in a list"
    if item.key.kind is Kind.NULL:
        return "a list item is empty"
    kind = "number" if item.key.kind is Kind.INTEGER else item.key.kind
    return f"the list item `{item.span.text}` is a {kind}, not a string"


def _help(item: StrayItem) -> str:
    if item.key is None or item.meant is None:
        return "write each label as one string, `key=value`"
    if item.value is None:
        return "quote the item"
    return f"write `{item.meant}` as one string"


def _string(item: StrayItem) -> str | None:
    """The item as a YAML string, quoted if necessary; None where that would be a guess."""
    if item.meant is None or len(item.span.text.splitlines()) != 1:
        return None
    plain = all(text.plain for text in (item.key, item.value) if text is not None)
    if plain and _PLAIN.fullmatch(item.meant):
        return item.meant
    if not item.meant.isprintable():
        return None
    return '"' + item.meant.replace("\\", "\\\\").replace('"', '\\"') + '"'
