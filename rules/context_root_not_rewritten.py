from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

_SPECIAL = r"[][()*+?|^$]"
"""Characters that mean something else in a pattern; some combinations are not valid."""


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="labels",
    template=True,
    labels=("context_root_rewrite",),
)
def context_root_not_rewritten(service: Service) -> Iterator[Finding]:
    """
    A context root is to be rewritten but does not fit into the proxy's pattern.

    ## Why is this bad?

    The vendor's proxy template puts the path into a pattern: `/app` becomes `^/app/(.*)`. If the
    path ends in a slash, the pattern has two and matches no request, so the application gets the
    whole path. If it has a character that is special in patterns, such as `(` or `+`, it matches
    something else, or NGINX rejects its whole configuration.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.context_root: /app/
            com.docker.lb.context_root_rewrite: "true"
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
            com.docker.lb.context_root: /app
            com.docker.lb.context_root_rewrite: "true"
    ```

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". That the
    pattern does not match, or is rejected, was tested with NGINX 1.22.1.
    """
    root = service.given("context_root")
    path = root.value.value if root else None
    if not (root and path) or path == "/" or not service.is_on("context_root_rewrite"):
        return
    special = re.search(_SPECIAL, path)
    if special is None and not path.endswith("/"):
        return
    yield Finding(
        span=root.value.span,
        message=f"`{path}` ends in a slash, so the rewrite never applies"
        if special is None
        else f"`{special[0]}` in `{path}` is special in the pattern of the rewrite",
        effect="the application gets the whole path, including the context root"
        if special is None
        else "the pattern does not match the path, or NGINX rejects its whole configuration",
        help=f"use `{path.rstrip('/') or '/'}`"
        if special is None
        else "use a path without special characters, or remove the rewrite",
        notes=(Note(service.routing["context_root_rewrite"].span, "the rewrite is set here"),),
        at_most=Severity.WARNING if special is None else Severity.ERROR,
    )
