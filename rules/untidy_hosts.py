from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.host import REGULAR_EXPRESSION
from linter.model.label import Label
from linter.model.text import lower
from linter.model.vocabulary import rows


@rule(
    on=Label,
    severity=Severity.INFO,
    evidence="plausible",
    subject="label",
    fix="unsafe",
    labels=("hosts",),
)
def untidy_hosts(label: Label) -> Iterator[Finding]:
    """
    The hosts contain spaces, capital letters or duplicates.

    ## Why is this bad?

    ASCII letters in host names are not case-sensitive, and NGINX compares them that way. Whether
    Interlock strips spaces is not specified: Docker's documentation shows the list without spaces,
    the Mirantis documentation with spaces. In plain form, the question does not arise.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: App.example.com, www.example.com
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com,www.example.com
            com.docker.lb.port: 8080
    ```

    ## Fix safety

    Changes the deployed label, though most likely not what the proxy makes of it.

    ## Source

    Label reference of Docker Enterprise and of Mirantis Kubernetes Engine, which differ on the
    space. That the case does not matter was tested with NGINX 1.22.1.
    """
    value, text = label.value, label.value.value
    if label.name != "hosts" or not text:
        return
    items = [item.strip(" ") for item in text.split(",")]
    tidy = list(dict.fromkeys(map(_tidied, items)))
    if text == ",".join(tidy) or label.quote or not rows()["hosts"].fits(text):
        return
    wrong = [
        what
        for what, present in (
            ("spaces", text != ",".join(items)),
            ("capital letters", any(item != _tidied(item) for item in items)),
            ("duplicates", len(tidy) < len(items)),
        )
        if present
    ]
    if label.is_spaced and wrong == ["spaces"]:
        return
    span = value.part(0, len(text))
    edit = Edit(span, ",".join(tidy))
    yield Finding(
        span=value.span,
        message=f"the hosts contain {' and '.join(wrong)}",
        effect="the proxy most likely reads them as intended, but this is not documented",
        help=f"use `{edit.text}`",
        fix=Fix("Tidy the hosts", (edit,), safe=False) if span.text == text else None,
    )


def _tidied(item: str) -> str:
    """A name in lower case; the case of a regular expression matters."""
    return item if item.startswith(REGULAR_EXPRESSION) else lower(item)
