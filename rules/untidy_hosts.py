from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Mends, Subject, rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Label
from linter.model.vocabulary import rows


@rule(
    on=Label,
    severity=Severity.INFO,
    evidence=Evidence.PLAUSIBLE,
    subject=Subject.LABEL,
    fix=Mends.UNSAFE,
    labels=("hosts",),
)
def untidy_hosts(label: Label) -> Iterator[Finding]:
    """
    The hosts have blanks between them, capital letters, or one of them twice.

    ## Why is this bad?

    Names of hosts are the same in capitals and in small letters, and NGINX compares them so.
    Whether Interlock takes blanks away is not specified: the documentation of Docker shows the list
    without, that of Mirantis with. Written plainly, nobody has to know.

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

    Changes the label that is deployed, though most likely not what the proxy makes of it.

    ## Source

    Label reference of Docker Enterprise and of Mirantis Kubernetes Engine, which differ in the
    blank.
    """
    value, text = label.value, label.value.value
    if label.name != "hosts" or not text or label.quote or not rows()["hosts"].fits(text):
        return
    items = [item.strip(" ") for item in text.split(",")]
    tidy = list(dict.fromkeys([item.lower() for item in items]))
    if text == ",".join(tidy):
        return
    wrong = [
        what
        for what, is_so in (
            ("blanks", text != ",".join(items)),
            ("capital letters", any(item != item.lower() for item in items)),
            ("a host twice", len(tidy) < len(items)),
        )
        if is_so
    ]
    if label.is_spaced and wrong == ["blanks"]:
        return
    span = value.part(0, len(text))
    edit = Edit(span, ",".join(tidy))
    yield Finding(
        span=value.span,
        message=f"the hosts have {' and '.join(wrong)}",
        effect="the proxy most likely takes them as meant, but nothing says so",
        help=f"write `{edit.text}`",
        fix=Fix("Tidy the hosts", (edit,), safe=False) if span.text == text else None,
    )
