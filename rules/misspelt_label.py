from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, FixKind, Subject, rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Form, Label, unquoted
from linter.model.stack import Service
from linter.model.vocabulary import PREFIX


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.INFERRED,
    subject=Subject.PLACE,
    fix=FixKind.UNSAFE,
)
def misspelt_label(service: Service) -> Iterator[Finding]:
    """
    A label looks like a misspelling of one that Interlock reads.

    ## Why is this bad?

    Interlock ignores unknown labels without a warning. With a typo in the name or the prefix, the
    label has no effect, and often the route is lost.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.com.lb.hosts: app.example.com
            com.docker.lb.port: 8080
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

    ## When it is fine

    If your own proxy template reads the label, add it to `extra-labels` in the configuration.

    ## Fix safety

    Changes routing: the label takes effect.

    ## Source

    Label reference of Docker Enterprise and Mirantis Kubernetes Engine, which lists all labels that
    Interlock reads. No public source mentions a report of unknown ones. The misspelling
    `defaul_backend` was in the documentation of 2018.
    """
    for label in service.labels:
        if label.meant is None:
            continue
        if label.quote and unquoted(str(label.key)) == PREFIX + label.meant:
            continue  # only quotation marks are wrong; another rule reports them
        if label.is_spaced and str(label.key).strip(" ") == PREFIX + label.meant:
            continue  # only a space before the `=` is wrong; another rule reports it
        yield _finding(service, label, label.meant)


def _finding(service: Service, label: Label, meant: str) -> Finding:
    right = PREFIX + meant
    alone = meant not in service.routing and sum(each.meant == meant for each in service.labels) < 2
    literal = label.key.written.strip("'\"") == label.key.value
    spaced = label.form is Form.LIST and str(label.key).endswith(" ")  # so is the value
    quote = label.key.written[0] if label.key.written[:1] in ("'", '"') else ""
    edit = Edit(label.key.span, f"{quote}{right}{quote}")
    return Finding(
        span=label.key.span,
        message=f"unknown label `{label.key}`; did you mean `{right}`?",
        effect="Interlock ignores the label without a warning",
        help=f"rename it to `{right}`" if alone else f"keep one `{right}` and remove the others",
        fix=Fix("Rename the label", (edit,), safe=False)
        if alone and literal and not spaced
        else None,
    )
