from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import Evidence, Mends, Subject, rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import StrayItem
from linter.model.stack import Service
from linter.model.text import Kind

# Plain text that YAML takes for a string everywhere, in a flow list too.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*=(?:[A-Za-z0-9._/-]|:(?=[A-Za-z0-9/]))*")


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
    fix=Mends.SAFE,
)
def label_item_not_a_string(service: Service) -> Iterator[Finding]:
    """
    An item in a list of labels is no string.

    ## Why is this bad?

    In the list form every item is one string, `key=value`. With a colon and a blank,
    `- key: value`, YAML reads a mapping inside the list. A bare number, `true` or nothing is no
    string either. `docker stack deploy` refuses the whole file for any of them: "must be a string".

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

    Or drop the dashes, and write all of the labels as `key: value`.

    ## Fix safety

    Safe: Docker refuses the file as it is. An item with nothing in it, with several keys, or with
    text over several lines is left to you.

    ## Source

    Schema of the Docker CLI for stack files: the items of a list of labels are strings. CLI 28.2.2
    and 26.1.5 answer so.
    """
    for block in service.blocks:
        for item in block.stray:
            string = _string(item)
            yield Finding(
                span=item.span,
                message=_message(item),
                effect="`docker stack deploy` refuses the whole file",
                help=_help(item),
                fix=Fix("Write it as a string", (Edit(item.span, string),), safe=True)
                if string
                else None,
            )


def _message(item: StrayItem) -> str:
    if item.key is None:
        return "a list item holds a mapping or a list, not `key=value`"
    if item.value is not None:
        return f"`{item.key}` is written `key: value` in a list"
    if item.key.kind is Kind.NULL:
        return "a list item is empty"
    kind = "number" if item.key.kind is Kind.INTEGER else item.key.kind
    return f"the list item `{item.span.text}` is a {kind}, not a string"


def _help(item: StrayItem) -> str:
    if item.key is None or item.meant is None:
        return "write each label as one string, `key=value`"
    if item.value is None:
        return "put the item in quotes"
    return f"write `{item.meant}` as one string"


def _string(item: StrayItem) -> str | None:
    """The item as YAML should have it, in the quotes that it needs; None where that is a guess."""
    if item.meant is None or len(item.span.text.splitlines()) != 1:
        return None
    plain = all(text.plain for text in (item.key, item.value) if text is not None)
    if plain and _PLAIN.fullmatch(item.meant):
        return item.meant
    if not item.meant.isprintable():
        return None
    return '"' + item.meant.replace("\\", "\\\\").replace('"', '\\"') + '"'
