from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.label import Label
from linter.model.quotes import unquoted
from linter.model.stack import Service
from linter.model.vocabulary import PREFIX


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="place",
    fix="unsafe",
)
def misspelt_label(service: Service) -> Iterator[Finding]:
    """
    A label looks like a misspelling of one that Interlock reads.

    ## Why is this bad?

    Interlock ignores unknown labels without a warning. With a typo in the name or the prefix, the
    label has no effect, and often the route is lost. The same happens in a list if a colon stands
    for the equals sign: `- com.docker.lb.port:80` is a label with that name and no value.

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
    if not service.is_mended:
        return
    # Other rules report what is wrong only with the quotes or spaces around a name.
    found = [each.as_written for each in service.labels if each.as_written.is_misspelled]
    meant = Counter(each.meant for each in found)
    for label in found:
        if label.meant is not None:
            chosen = service.routing.get(label.meant)
            alone = meant[label.meant] == 1 and chosen is not None and chosen.as_written is label
            yield _finding(label, label.meant, alone=alone)


def _finding(label: Label, meant: str, *, alone: bool) -> Finding:
    key, right = str(label.key), PREFIX + meant
    colon = key.find(":", len(PREFIX))
    if colon > 0:
        return _with_value(label, right, colon, alone=alone)
    literal = label.key.written.strip("'\"") == label.key.value
    spaced = label.form == "list" and key.endswith(" ")  # so is the value
    quote = label.key.written[0] if label.key.written[:1] in ("'", '"') else ""
    edit = Edit(label.key.span, f"{quote}{right}{quote}")
    return Finding(
        span=label.key.span,
        message=f"unknown label `{label.key}`; did you mean `{right}`?",
        effect=f"Interlock ignores the label without a warning; it is checked as `{right}`"
        if alone
        else "Interlock ignores the label without a warning",
        help=f"rename it to `{right}`" if alone else f"keep one `{right}` and remove the others",
        fix=Fix("Rename the label", (edit,), safe=False)
        if alone and literal and not spaced and unquoted(key) == key
        else None,
    )


def _with_value(label: Label, right: str, colon: int, *, alone: bool) -> Finding:
    """A label with a value in its name, after a colon at this offset."""
    key = str(label.key)
    sign = "=" if label.form == "list" else ": "
    rest = "=".join(filter(None, (key[colon + 1 :].lstrip(" "), str(label.value))))
    span = label.key.part(0, colon + 1)
    fixable = alone and label.form == "list" and span.text == key[: colon + 1]
    return Finding(
        span=label.span,
        message=f"`{key}` has a colon where the equals sign should be"
        if label.form == "list"
        else f"`{key}` has a value inside of the name of the label",
        effect="Docker takes all of it for the name, which Interlock ignores"
        + (f"; it is checked as `{right}`" if alone else ""),
        help=f"write `{right}{sign}{rest}`",
        fix=Fix("Write an equals sign", (Edit(span, f"{right}="),), safe=False)
        if fixable and key[colon + 1 : colon + 2] != " "
        else None,
    )
