from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Stack


@rule(
    on=Stack,
    severity=Severity.INFO,
    evidence="documented",
    subject="file",
    once=True,
)
def ignored_by_swarm(stack: Stack) -> Iterator[Finding]:
    """
    Keys that `docker stack deploy` accepts but ignores.

    ## Why is this bad?

    They have an effect in Docker Compose, and none in a swarm: `depends_on` does not delay a
    service, `container_name` does not name it, `privileged` gives it nothing, and an image is not
    built.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        container_name: web
        deploy:
          labels:
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

    ## When it is fine

    If the same file is also used with Docker Compose.

    ## Source

    Docker CLI 28.2.2 prints "Ignoring unsupported options" or "Ignoring deprecated options" for
    these keys, except for `depends_on` and `tmpfs`, which it ignores silently; with a real swarm,
    none of them changed a task. The CLI prints `restart` too, but a swarm replaces all tasks if it
    changes.
    """
    places = {str(key): key for key in reversed(stack.ignored_keys)}
    if not places:
        return
    first, *others = sorted(places.values(), key=lambda key: key.span.sort_key)
    names = ", ".join(f"`{key}`" for key in (first, *others))
    yield Finding(
        span=first.span,
        message=f"`docker stack deploy` ignores {names}",
        effect="only Docker Compose uses these keys" if others else "only Docker Compose uses it",
        help="remove what the swarm does not need, or keep it for Docker Compose",
        notes=tuple(Note(key.span, "ignored too") for key in others),
    )
