from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

from ._redirects import redirects


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.INFERRED,
    subject=Subject.LABEL,
    template=True,
    labels=("redirects",),
)
def redirect_loop(service: Service) -> Iterator[Finding]:
    """
    A redirect leads back to its own source.

    ## Why is this bad?

    The proxy answers every request for the source with the redirect, whatever its path. A target on
    the same host with the same scheme is the source again: the browser follows the redirect until
    it gives up, and no request reaches the service.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.redirects: http://app.example.com,http://app.example.com/login
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

    A redirect from http to https on the same host is not a loop.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template": a
    redirect applies to the whole host.
    """
    for redirect in redirects(service):
        is_answered = redirect.source.scheme == "http"  # the proxy does not redirect HTTPS
        if is_answered and redirect.source.origin == redirect.target.origin:
            yield Finding(
                span=redirect.target.span,
                message=f"`{redirect.source.text}` redirects to its own host",
                effect="a redirect applies to the whole host, so browsers follow it until they "
                "give up",
                help="redirect to another host or to https, or remove the redirect",
                notes=(Note(redirect.source.span, "redirected from here"),),
            )
