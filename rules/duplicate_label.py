from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.label import Label
from linter.model.meaning import as_meant
from linter.model.stack import Service
from linter.model.text import Parts


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="file",
)
def duplicate_label(service: Service) -> Iterator[Finding]:
    """
    A list of labels contains a label twice.

    ## Why is this bad?

    In a list, a label may appear several times with different values, and nothing warns about it.
    Docker uses the last one, so a host or a port that stands earlier in the list has no effect.
    Equal items are found by `refused-value`, because Docker rejects them.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - com.docker.lb.hosts=app.example.com
            - com.docker.lb.hosts=www.example.com
            - com.docker.lb.port=8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - com.docker.lb.hosts=app.example.com,www.example.com
            - com.docker.lb.port=8080
    ```

    ## Source

    Docker CLI 28.2.2 prints only the last of them.
    """
    for block in service.every_block:
        if block.form != "list":
            continue
        labels = block.meant
        if service.is_mended:
            labels = tuple([each if each.is_misspelled else as_meant(each) for each in labels])
        last: dict[Parts, Label] = {label.key.parts: label for label in labels}
        if len(last) == len(labels):
            continue
        for label in labels:
            used = last[label.key.parts]
            if label is used or not label.is_ours or _is_same(label, used):
                continue
            yield Finding(
                span=label.span,
                message=f"`{label.key}` appears again later in the list",
                effect=f"Docker uses the last one, so the value `{label.value}` has no effect",
                help="keep one of them; list several hosts in one label, separated by `,`"
                if label.name == "hosts"
                else "keep one of them",
                notes=(Note(used.span, "this one is used"),),
            )


def _is_same(one: Label, other: Label) -> bool:
    """Whether two labels are equal items of a list, which Docker rejects instead."""
    one, other = one.as_written, other.as_written
    return (one.key.parts, one.value.parts) == (other.key.parts, other.value.parts)
