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
    labels=("sticky_session_cookie",),
)
def two_sticky_methods(service: Service) -> Iterator[Finding]:
    """
    Sticky sessions are set by cookie and by address at the same time.

    ## Why is this bad?

    Both labels choose how NGINX distributes requests, and it can follow only one: the later one in
    its configuration, with a warning that nobody sees. In the vendor's proxy template, that is the
    cookie.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: app_session
            com.docker.lb.ip_hash: "true"
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: app_session
    ```

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template", which
    renders both; "Persistent sessions" describes them as two alternatives. Which one counts was
    tested with NGINX 1.22.1.
    """
    cookie = service.given("sticky_session_cookie")
    if cookie is None or not service.is_on("ip_hash") or service.can_be_in_vip_mode:
        return
    yield Finding(
        span=service.routing["ip_hash"].span,
        message="`com.docker.lb.ip_hash` and `com.docker.lb.sticky_session_cookie` are both set",
        effect="NGINX uses only one of the two; in the vendor's template, that is the cookie",
        help="remove one of the two labels",
        notes=(Note(cookie.span, "the other method"),),
    )
