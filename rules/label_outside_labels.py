from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Mends, Subject, rule
from linter.editing.remedies import drop
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.label import Misplaced
from linter.model.stack import Service
from linter.model.vocabulary import PREFIX

_REFUSED = "`docker stack deploy` refuses the whole file"


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.PLACE,
    fix=Mends.UNSAFE,
)
def label_outside_labels(service: Service) -> Iterator[Finding]:
    """
    Routing labels stand where Docker takes them for something else.

    ## Why is this bad?

    Routing labels belong into the mapping or the list under `deploy.labels`. A label directly under
    `deploy` or under the service is a key that Docker does not know, and so is `label:` for
    `labels:`. `docker stack deploy` refuses the whole file. An empty `labels:` inside `labels:`
    is accepted, and makes a label with the name `labels`.

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

    Changes routing: the labels come into effect. There is a fix where the key alone is wrong,
    `label` under `deploy`, and for a `labels:` too many. Labels that have to be moved are left to
    you.

    ## Source

    Schema of the Docker CLI for stack files: neither a service nor `deploy` takes other keys than
    its own. CLI 28.2.2 answers so.
    """
    bare: dict[str, list[Misplaced]] = {}
    for misplaced in service.misplaced:
        if str(misplaced.key).startswith(PREFIX):
            bare.setdefault(misplaced.parent, []).append(misplaced)
        elif misplaced.parent == "`labels`":
            yield Finding(
                span=misplaced.span,
                message="`labels` stands inside `labels`",
                effect=_REFUSED if misplaced.names else "the service gets a label named `labels`",
                help="remove this line, and move what is below it one level up"
                if misplaced.names
                else "remove this line",
                fix=None if misplaced.names else _removal(misplaced, service),
            )
        else:
            yield Finding(
                span=misplaced.span,
                message=f"the routing labels of {misplaced.parent} stand under `{misplaced.key}`",
                effect=_REFUSED,
                help=_home(misplaced, service),
                fix=_renaming(misplaced, service),
            )
    for parent, (first, *others) in bare.items():
        stand = f" and {len(others)} more stand" if others else " stands"
        yield Finding(
            span=first.span,
            message=f"`{first.key}`{stand} directly under {parent}",
            effect=_REFUSED,
            help=_help(parent, service),
            notes=tuple(
                Note(block.key, "nothing stands below this one")
                for block in service.blocks
                if block.form is None and parent == "`deploy`"
            ),
        )


def _home(misplaced: Misplaced, service: Service) -> str:
    if misplaced.parent != "`deploy`":
        return "move them to `deploy.labels`"
    return "move them below `labels`" if service.blocks else "write `labels`"


def _help(parent: str, service: Service) -> str:
    if parent != "`deploy`":
        return "move all routing labels to `deploy.labels`"
    if service.blocks:
        return "move all routing labels below `labels`"
    return "write `labels:` above, and indent all labels below it"


def _renaming(misplaced: Misplaced, service: Service) -> Fix | None:
    """Make `labels` of `label`, where the key alone is wrong."""
    literal = misplaced.span.text == misplaced.key.value
    if misplaced.parent != "`deploy`" or service.blocks or not literal:
        return None
    return Fix("Rename the key", (Edit(misplaced.span, "labels"),), safe=False)


def _removal(misplaced: Misplaced, service: Service) -> Fix | None:
    """Take the `labels:` out that is taken for a label."""
    label = next((each for each in service.labels if each.key.span == misplaced.span), None)
    edits = drop(label, service) if label else None
    return Fix("Remove the label", edits, safe=False) if edits else None
