from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Stack
from linter.model.text import Span

from ._refusals import REJECTED


@rule(on=Stack, severity=Severity.ERROR, evidence="documented", subject="file")
def refused_by_docker(stack: Stack) -> Iterator[Finding]:
    """
    Docker rejects the stack, for a reason that no other rule reports.

    ## Why is this bad?

    `docker stack deploy` rejects the whole stack. With `--ask-docker`, `check` also runs
    `docker stack config` on each stack, so a Docker CLI that is stricter than the one that
    interlock-lint knows is not a surprise when you deploy. Text that Docker quotes from the file is
    left out, because it may be secret.

    Docker gets only the variables from `--env` and `--env-file`, and takes all others to be empty.

    ## Example

    ```yaml
    # Docker: open prod.env: no such file or directory
    services:
      web:
        image: example/web
        env_file: prod.env
    ```

    ## Use instead

    Correct what Docker reports, here by creating the file. `docker stack config -c stack.yml` shows
    the whole message.

    ```yaml
    services:
      web:
        image: example/web
        env_file: prod.env
    ```

    ## Source

    The Docker CLI on your machine.
    """
    if stack.rejection is not None and not stack.is_rejected:
        yield Finding(
            span=stack.services_key or Span(stack.sources[0], 0, 0),
            message=f"`docker stack config` fails: {stack.rejection}",
            effect=REJECTED,
            help="correct what Docker reports; variables that are not given are empty",
        )
