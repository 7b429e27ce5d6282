from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Label
from linter.model.quotes import quotation_marks, unquoted
from linter.model.text import Span

# What YAML reads as a string, or as a number that Docker prints as it is.
_PLAIN = r"(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z/][\w./,-]*|[1-9][0-9]{0,8}"
_CHECKED = "it is checked without them"
_QUOTABLE = r'[^"\\]*'


@rule(
    on=Label,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
    fix="unsafe",
)
def literal_quotes(label: Label) -> Iterator[Finding]:
    """
    Quotes become part of a label.

    ## Why is this bad?

    YAML removes quotes only if they surround the whole item. In `- key="value"` they stay: the
    label is deployed with them, and the proxy looks for a host with quotes in its name.

    Typographic quotes, such as those of a word processor, are ordinary characters in YAML. They
    always stay, around a key too: then the label is unknown to Interlock. So do quotes around the
    items of a list of hosts.

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

    Changes the label that is deployed: it loses the quotes.

    ## Source

    Docker CLI 28.2.2 prints the value with the quotes.
    """
    label = label.as_written
    quote, value = label.quote, label.value
    if not (label.is_ours and quote):
        return
    key = unquoted(str(label.key))
    around_value = str(label.key) == key
    ascii_quote = quote in "'\""
    yield Finding(
        span=value.span if around_value else label.span,
        message=f"the quotes are part of the value of `{label.key}`"
        if around_value
        else f"the quotes are part of the label `{key}`",
        effect=f"the label is deployed as `{value}`, including the quotes; {_CHECKED}"
        if around_value
        else f"the label is deployed as `{label.key}`, which Interlock ignores; {_CHECKED}",
        help=f"write the item as `{quote}{label.key}={unquoted(str(value))}{quote}`"
        if label.form == "list" and ascii_quote and around_value
        else "remove one pair of quotes"
        if ascii_quote
        else "remove the quotes",
        fix=_around_item(label, quote) or _removed(label),
    )


def _around_item(label: Label, quote: str) -> Fix | None:
    """Move the quotes around the whole item, if the text inside them still reads the same."""
    value = label.value
    if label.form != "list" or not value.plain or value.written[:1] != quote:
        return None
    inside = unquoted(value.written)
    if quote not in "'\"" or quote in inside or "\\" in inside:
        return None
    start = Span(value.span.source, label.span.start, label.span.start)
    *removed, last = [value.part(*each) for each in quotation_marks(value.written)]
    if last.text != quote:
        return None
    edits = (Edit(start, quote), *(Edit(each, "") for each in removed))
    return Fix("Quote the whole item", edits, safe=False)


def _removed(label: Label) -> Fix | None:
    """Remove the quotes; those around a value that YAML would read otherwise are replaced."""
    edits: list[Edit] = []
    for text in (label.key, label.value):
        shown = str(text)
        if not shown or text.value is None:
            continue
        inside, marks = unquoted(shown), quotation_marks(shown)
        in_map = label.form == "map" and text is label.value and text.plain
        new = '"' if in_map and not re.fullmatch(_PLAIN, inside, re.IGNORECASE) else ""
        ends = {start for start, end in marks if start == 0 or end == len(shown)}
        if new and not (len(ends) == 2 and re.fullmatch(_QUOTABLE, inside)):
            return None
        for start, end in marks:
            span = text.part(start, end)
            if span.text != shown[start:end]:
                return None  # written in another way
            edits.append(Edit(span, new if start in ends else ""))
    return Fix("Remove the quotes", tuple(edits), safe=False) if edits else None
