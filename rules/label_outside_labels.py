from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.editing.remedies import drop
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.label import Misplaced
from linter.model.stack import Service

_REJECTED = "`docker stack deploy` rejects the whole file"
_CHECKED = "the labels are checked as if they were in the right place"
_ALONE = "the label is checked as if it were in the right place"


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="place",
    fix="unsafe",
)
def label_outside_labels(service: Service) -> Iterator[Finding]:
    """
    Routing labels are in a place where Docker does not read them as labels.

    ## Why is this bad?

    Routing labels belong in the mapping or list under `deploy.labels`. A label directly under
    `deploy` or under the service is an unknown key to Docker, and so is `label:` instead of
    `labels:`. `docker stack deploy` rejects the whole file. An empty `labels:` inside `labels:` is
    accepted, and becomes a label named `labels`.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          com.docker.lb.hosts: app.example.com
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

    ## Fix safety

    Changes routing: the labels take effect. There is a fix if only the key under `deploy` is wrong,
    such as `label`, and for an extra `labels:`. There is no fix for labels that have to be moved.

    ## Source

    Docker CLI schema for stack files: neither a service nor `deploy` accepts unknown keys. CLI
    28.2.2 confirms it.
    """
    bare: dict[str, list[Misplaced]] = {}
    for misplaced in service.misplaced:
        if misplaced.block is None:
            bare.setdefault(misplaced.parent, []).append(misplaced)
        elif misplaced.parent == "`labels`":
            yield Finding(
                span=misplaced.span,
                message="`labels` is nested inside `labels`",
                effect=f"{_REJECTED}; {_CHECKED}"
                if misplaced.labels
                else "the service gets a label named `labels`",
                help="remove this line and move what is below it up one level"
                if misplaced.labels
                else "remove this line",
                fix=None if misplaced.labels else _removal(misplaced, service),
            )
        else:
            yield Finding(
                span=misplaced.span,
                message=f"the routing labels of {misplaced.parent} are under `{misplaced.key}`",
                effect=f"{_REJECTED}; {_CHECKED}",
                help=_home(misplaced, service),
                fix=_renaming(misplaced, service),
            )
    for parent, (first, *others) in bare.items():
        are = f" and {len(others):,} more are" if others else " is"
        yield Finding(
            span=first.span,
            message=f"`{first.key}`{are} directly under {parent}",
            effect=f"{_REJECTED}; {_CHECKED if others else _ALONE}",
            help=_help(parent, service),
            notes=tuple(
                Note(block.key, "this one is empty")
                for block in service.blocks
                if block.form is None and parent == "`deploy`"
            ),
        )


def _home(misplaced: Misplaced, service: Service) -> str:
    if misplaced.parent != "`deploy`":
        return "move them to `deploy.labels`"
    return "move them under `labels`" if service.blocks else "rename the key to `labels`"


def _help(parent: str, service: Service) -> str:
    if parent != "`deploy`":
        return "move all routing labels to `deploy.labels`"
    if service.blocks:
        return "move all routing labels under `labels`"
    return "add `labels:` above them and indent all labels under it"


def _renaming(misplaced: Misplaced, service: Service) -> Fix | None:
    """Rename `label` to `labels`, if only the key is wrong."""
    literal = misplaced.span.text == misplaced.key.value
    if misplaced.parent != "`deploy`" or service.blocks or not literal:
        return None
    return Fix("Rename the key", (Edit(misplaced.span, "labels"),), safe=False)


def _removal(misplaced: Misplaced, service: Service) -> Fix | None:
    """Remove the nested `labels:` that Docker reads as a label."""
    label = next((each for each in service.foreign if each.key.span == misplaced.span), None)
    edits = drop(label, service) if label else None
    return Fix("Remove the label", edits, safe=False) if edits else None
