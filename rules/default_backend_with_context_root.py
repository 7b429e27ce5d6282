from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="labels",
    template=True,
    labels=("default_backend",),
)
def default_backend_with_context_root(service: Service) -> Iterator[Finding]:
    """
    The default backend has a context root.

    ## Why is this bad?

    The default backend answers all requests that no other service serves. A context root limits it
    to one path: requests for any other path get an NGINX error page.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
            com.docker.lb.context_root: /sorry
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.port: 8080
            com.docker.lb.default_backend: "true"
    ```

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template": with a
    context root there is no location for `/`. NGINX 1.22.1 answers 404 then.
    """
    root = service.given("context_root")
    if root is None or root.value.value == "/" or not service.is_on("default_backend"):
        return
    yield Finding(
        span=root.span,
        message="the default backend is limited to a context root",
        effect="requests for other paths get an NGINX error page instead of the default backend",
        help="remove `context_root`, or set `hosts` and make another service the default backend",
        notes=(Note(service.routing["default_backend"].span, "the default backend is set here"),),
    )
