from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Label
from linter.model.meaning import well_formed
from linter.model.vocabulary import rows


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence="documented",
    subject="file",
    fix="unsafe",
)
def rewritten_number(label: Label) -> Iterator[Finding]:
    """
    Docker changes how an unquoted number is written.

    ## Why is this bad?

    YAML reads `010` as the octal number 8 and `1.50` as 1.5. The label gets the number as Docker
    prints it, not the text in the file.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.service_cluster: 1.50
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
            com.docker.lb.service_cluster: "1.50"
    ```

    ## Fix safety

    Changes the deployed label: its value is then what the file says.

    ## Source

    Docker CLI 28.2.2 prints the values this way.
    """
    if label.origin:
        label = well_formed(label.origin)
    value, written = label.value, label.value.written
    if not value.is_rewritten or not label.is_routing:
        return
    row = rows().get(label.name or "")
    as_text = row is None or row.fits(written)
    if row is not None and not (as_text or row.fits(value.value or "")):
        return  # invalid either way; another rule reports it
    yield Finding(
        span=value.span,
        message=f"Docker reads `{written}` as `{value}` because it is not quoted",
        effect=f"the label is deployed as `{value}`",
        help=f'quote the value to keep it as written: `"{written}"`'
        if as_text
        else f"use `{value}` if that is what you mean",
        fix=Fix("Quote the value", (Edit(value.span, f'"{written}"'),), safe=False)
        if as_text
        else None,
    )
