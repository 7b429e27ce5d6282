from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="label",
    template=True,
    labels=("redirects",),
)
def redirect_target_path(service: Service) -> Iterator[Finding]:
    """
    The target of a redirect has a path or ends in a slash.

    ## Why is this bad?

    The proxy appends the path of the request to the target. A request for `/cart` that is
    redirected to `https://shop.example.com/new` ends up at `https://shop.example.com/new/cart`; if
    the target ends in a slash, the path becomes `//cart`.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: old.example.com,app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.redirects: http://old.example.com,http://app.example.com/
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: old.example.com,app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.redirects: http://old.example.com,http://app.example.com
    ```

    ## When it is fine

    When the path of the request should be appended, for example after a move to a subpath.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template": a
    redirect is `return 302 <target>$request_uri`. The answers were tested with NGINX 1.22.1.
    """
    for redirect in service.redirects:
        target = redirect.target
        if not target.path or redirect.source.origin == target.origin:
            continue
        slash = target.path == "/"
        yield Finding(
            span=target.span,
            message=f"the redirect target `{target.text}` ends in a slash"
            if slash
            else f"the redirect target `{target.text}` has a path",
            effect="the path of the request is appended, so `/cart` becomes `//cart`"
            if slash
            else f"the path of the request is appended: `{target.path.rstrip('/')}/…`",
            help=f"use `{target.text[: -len(target.path)]}`",
        )
