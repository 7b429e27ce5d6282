from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.label import Label
from linter.model.stack import Stack
from linter.model.text import Span
from linter.model.words import some

_VARIABLE = r"\$(?:\$|\{?([A-Za-z_][A-Za-z0-9_]*))"


@rule(
    on=Stack,
    severity=Severity.INFO,
    evidence="documented",
    subject="file",
)
def dotenv_not_read(stack: Stack) -> Iterator[Finding]:
    """
    Labels use variables that only a `.env` file next to the stack sets.

    ## Why is this bad?

    `docker compose` reads the file `.env` next to the stack file; `docker stack deploy` does not.
    It only reads its own environment. Variables that are not set there are empty, or have the
    default from the stack file, so the host or the port is not the one in `.env`.

    ## Example

    With this file `.env` next to the stack:

    ```env
    HOST=app.example.com
    ```

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: ${HOST}
            com.docker.lb.port: 8080
    ```

    ## Use instead

    Write the value into the stack file, or export the variables before you deploy:
    `set -a; . ./.env; set +a`.

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

    When whatever deploys the stack exports the variables. Pass `--env-file .env` to check the stack
    with their values; then nothing is reported.

    ## Source

    Docker CLI 28.2.2: `docker stack config` and `docker stack deploy` leave such a variable empty.
    """
    known = stack.context.dotenv
    if not known:
        return
    used: dict[Span, list[str]] = {}
    for service in stack.services:
        for label in service.labels:
            names = [name for name in re.findall(_VARIABLE, _written(label)) if name in known]
            if names and label.is_ours:
                used.setdefault(label.span, names)
    if not used:
        return
    first, *others = used
    names = list(dict.fromkeys(name for each in used.values() for name in each))
    shown = some([f"`{name}`" for name in names])
    are = "are" if len(names) > 1 else "is"
    yield Finding(
        span=first,
        message=f"{shown} {are} set in `.env`, which `docker stack deploy` does not read",
        effect=f"{'they are' if len(names) > 1 else 'it is'} empty, or the default in this file, "
        "unless the environment of the deployment has a value",
        help="export the variables before you deploy, and check with `--env-file .env`",
        notes=tuple(Note(span, "used here too") for span in others),
    )


def _written(label: Label) -> str:
    """The text of a label that Docker interpolates."""
    return label.span.yaml if "$" in label.value.written else ""
