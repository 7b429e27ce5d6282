from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import StrayItem
from linter.model.stack import Service
from linter.model.text import Span, Text
from linter.model.vocabulary import belongs_to_docker, without_secret

# Plain text that YAML always reads as a string, even in a flow list.
_ESCAPED = r'["\\]'
_PLAIN = r"[A-Za-z][A-Za-z0-9._-]*=(?:[A-Za-z0-9._/-]|:(?=[A-Za-z0-9/]))*"


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
    fix="safe",
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
    for block in service.every_block:
        for item in block.stray:
            edits = _edits(item)
            yield Finding(
                span=item.span,
                message=_message(item),
                effect="`docker stack deploy` rejects the whole file",
                help=_help(item),
                fix=Fix("Write the item as a string", edits, safe=True) if edits else None,
            )


def _message(item: StrayItem) -> str:
    if item.key is None:
        return "a list item is a mapping or a list, not a `key=value` string"
    if item.value is not None:
        return f"`{without_secret(str(item.key))}` is written as `key: value` in a list"
    if item.key.kind == "null":
        return "a list item is empty"
    kind = "number" if item.key.kind == "integer" else item.key.kind
    return f"the list item `{item.span.text}` is a {kind}, not a string"


def _help(item: StrayItem) -> str:
    if item.key is None or item.meant is None:
        return "write each label as one string, `key=value`"
    if item.value is None:
        return "quote the item"
    return f"write `{without_secret(item.meant)}` as one string"


def _edits(item: StrayItem) -> tuple[Edit, ...]:
    """
    Edits that make the item a string, quoted if necessary; none where that would be a guess.

    They do not repeat the value, which may be secret, unless it is that of a label of Docker.
    """
    key, value = item.key, item.value
    if key is None or item.meant is None or len(item.span.text.splitlines()) != 1:
        return ()
    if not item.meant.isprintable():
        return ()
    if key.plain and (value is None or value.plain):
        if re.fullmatch(_PLAIN, item.meant):
            return tuple(_around(item, ""))
        escapes = (
            Edit(Span(item.span.source, key.start + found.start(), key.start + found.start()), "\\")
            for found in re.finditer(_ESCAPED, _written(item))
        )
        return tuple(sorted((*_around(item, '"'), *escapes), key=lambda edit: edit.span.sort_key))
    if key.plain and value is not None and _is_literal(value, str(key)):
        return tuple(_around(item, value.style))
    if not belongs_to_docker(item.meant.partition("=")[0]):
        return ()
    return (Edit(item.span, '"' + re.sub(_ESCAPED, r"\\\g<0>", item.meant) + '"'),)


def _around(item: StrayItem, quote: str) -> Iterator[Edit]:
    """Edits of what is around key and value, which stay; the quotes of a value do for the item."""
    key, value = item.key, item.value
    if key is None:
        return
    last = value or key
    places = [(item.span.start, key.start, quote)]
    if value is not None and "=" not in str(key):
        places.append((key.end, value.start + len(value.style), "="))
    places.append((last.end, item.span.end, "" if last.style else quote))
    source = item.span.source
    for start, end, text in places:
        if text != source.text[start:end]:
            yield Edit(Span(source, start, end), text)


def _written(item: StrayItem) -> str:
    """Key and value as written, from one to the other."""
    last = item.value or item.key
    return item.span.source.text[item.key.start : last.end] if item.key and last else ""


def _is_literal(value: Text, key: str) -> bool:
    """Whether a quoted value, and a key with it, are written as they are read."""
    special = _ESCAPED if value.style == '"' else "'"
    return not re.search(special, value.written[1:-1]) and not re.search(special, key)
