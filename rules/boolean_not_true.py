from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Mends, Subject, rule
from linter.editing.remedies import drop
from linter.model.diagnostic import Finding, Fix, Severity
from linter.model.label import Form
from linter.model.stack import Service
from linter.model.text import Kind
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.PLAUSIBLE,
    subject=Subject.LABEL,
    fix=Mends.UNSAFE,
    labels=("context_root_rewrite", "ssl_passthrough", "ip_hash", "default_backend"),
)
def boolean_not_true(service: Service) -> Iterator[Finding]:
    """
    A switch has another value than `true`.

    ## Why is this bad?

    Only `true` is documented. Whether `false`, `1` or `yes` switch something on, off, or nothing is
    not specified. The first Interlock looked only whether the label is there, so that `false`
    switched it on. Whoever wants a switch off leaves the label out.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ip_hash: "false"
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

    Removing a `false` may change routing, because nobody knows what it does. There is no fix for
    values that may mean yes.

    ## Source

    Label reference of Docker Enterprise and Mirantis Kubernetes Engine, which shows `true` only;
    the source of the open Interlock 1.x, which tests whether the label is there.
    """
    for name, label in service.routing.items():
        row, value = rows().get(name), label.value
        if row is None or not row.is_switch or not value.value or value.value == "true":
            continue
        if (label.form is Form.MAP and value.kind is Kind.BOOLEAN) or label.quote:
            continue  # Docker refuses it, or takes the quotation marks; other rules say so
        if label.is_spaced:
            continue
        no = value.value.strip().lower() in ("false", "no", "off", "0")
        # Bare in a mapping it would be a boolean, which Docker refuses.
        yes = '`"true"`, with the quotes,' if label.form is Form.MAP else "`true`"
        edits = drop(label, service) if no else None
        yield Finding(
            span=value.span,
            message=f"`{label.key}` is a switch, and of its values only `true` is documented",
            effect=f"what Interlock makes of `{value}` is not specified",
            help="remove the label: a switch that is not there is off"
            if no
            else f"write {yes} or remove the label",
            fix=Fix("Remove the label", edits, safe=False) if edits else None,
        )
