from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.editing.remedies import drop
from linter.model.diagnostic import Finding, Fix, Severity
from linter.model.stack import Service
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="plausible",
    subject="label",
    fix="unsafe",
    labels=("context_root_rewrite", "ssl_passthrough", "ip_hash", "default_backend"),
)
def boolean_not_true(service: Service) -> Iterator[Finding]:
    """
    A boolean label has a value other than `true`.

    ## Why is this bad?

    Only `true` is documented. Whether `false`, `1` or `yes` turns a setting on or off, or does
    nothing, is not documented. The first Interlock only checked whether the label was present, so
    `false` turned the setting on. To turn a setting off, leave out its label.

    `com.docker.lb.ssl_passthrough: "false"` is only an info: two label references show it as their
    example.

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

    Removing a `false` may change routing, because its effect is not known. There is no fix for
    values that may mean yes.

    ## Source

    Label reference of Docker Enterprise and Mirantis Kubernetes Engine, which shows only `true`,
    except for `false` as the example of `ssl_passthrough` in two versions from 2019; the source
    code of the open-source Interlock 1.x, which checks whether the label is present.
    """
    for name, label in service.routing.items():
        row, value = rows().get(name), label.value
        if row is None or not row.is_switch or not value.value or value.value == "true":
            continue
        no = not service.may_be_on(name)
        # Without quotes, it would be a YAML boolean in a mapping, which Docker rejects.
        yes = '`"true"`, with the quotes,' if label.form == "map" else "`true`"
        edits = drop(label, service) if no else None
        in_reference = name == "ssl_passthrough" and value.value == "false"
        yield Finding(
            span=value.span,
            message=f"`{label.key}` is set to `{value}`, but only `true` is documented"
            if not in_reference
            else f"`{label.key}` is set to `false` instead of left out",
            effect="how Interlock treats any other value is not documented"
            if not in_reference
            else "the label reference shows this value but does not say what it does",
            at_most=Severity.INFO if in_reference else Severity.ERROR,
            help="remove the label; without it, the setting is off"
            if no
            else f"set it to {yes} or remove the label",
            fix=Fix("Remove the label", edits, safe=False) if edits else None,
        )
