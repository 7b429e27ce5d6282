from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence="inferred",
    subject="labels",
    template=True,
    labels=("context_root_rewrite",),
)
def rewrite_redirects(service: Service) -> Iterator[Finding]:
    """
    A rewritten context root redirects requests whose path has no final slash.

    ## Why is this bad?

    With `context_root_rewrite`, the vendor's proxy template answers a path without a dot and
    without a final slash with a redirect (301) to the same path with a slash: `/app/login` becomes
    `/app/login/`. A browser follows it with GET, so the form of a POST is lost, and many clients of
    an API do not follow it at all.

    ## Example

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

    ## Use instead

    Serve the application under the path, or under a host of its own:

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.context_root: /app
    ```

    ## When it is fine

    When clients only send GET requests, or send all others to paths that end in a slash.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template". The
    answers were measured with NGINX 1.22.1.
    """
    root = service.given("context_root")
    if root is None or not service.is_on("context_root_rewrite"):
        return
    path = str(root.value).rstrip("/")
    yield Finding(
        span=service.routing["context_root_rewrite"].span,
        message="the rewrite redirects requests whose path has no final slash",
        effect=f"`{path}/login` is answered with a redirect to `{path}/login/`, and a POST is lost",
        help="end such paths with a slash, or serve the application under the path without the "
        "rewrite",
        notes=(Note(root.span, "the path that is rewritten"),),
    )
