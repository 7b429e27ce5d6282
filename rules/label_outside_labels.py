from __future__ import annotations

from collections.abc import Iterator

from linter.diagnostic import Finding, Note, Severity
from linter.labels import PREFIX
from linter.rule import Evidence, Subject, rule
from linter.stack import Misplaced, Service

_REFUSED = "`docker stack deploy` refuses the whole file"


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.PLACE,
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
            )
        else:
            yield Finding(
                span=misplaced.span,
                message=f"the routing labels of {misplaced.parent} stand under `{misplaced.key}`",
                effect=_REFUSED,
                help="write `labels`"
                if misplaced.parent == "`deploy`"
                else "move them to `deploy.labels`",
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


def _help(parent: str, service: Service) -> str:
    if parent != "`deploy`":
        return "move all routing labels to `deploy.labels`"
    if service.blocks:
        return "move all routing labels below `labels`"
    return "write `labels:` above, and indent all labels below it"
