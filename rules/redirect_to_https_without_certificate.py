from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.routing.routes import Route


@rule(
    on=Route,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="labels",
    labels=("redirects",),
)
def redirect_to_https_without_certificate(route: Route) -> Iterator[Finding]:
    """
    A redirect leads to https, but the proxy has no certificate for the host.

    ## Why is this bad?

    The proxy serves HTTPS for a host only if one of its services names a certificate and its key.
    Without them, visitors are sent from an address that works to one that does not answer.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.redirects: http://app.example.com,https://app.example.com
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
            com.docker.lb.redirects: http://app.example.com,https://app.example.com
            com.docker.lb.ssl_cert: app.cert
            com.docker.lb.ssl_key: app.key
    secrets:
      app.cert: {external: true}
      app.key: {external: true}
    ```

    ## When it is fine

    When something in front of the proxy terminates TLS for that host, and does not forward plain
    HTTP for the same host to it.

    ## Source

    docker/docs issue 9161, where the vendor shows the redirect with a certificate at the proxy, and
    says that it needs one. That nothing answers without one was tested with NGINX 1.22.1 and the
    vendor's proxy template.
    """
    asking = [each.service for each in route.serving if each.service.redirects.to_https]
    if not asking or any(_has_https(each.service) for each in route.backends):
        return  # other rules report a host on which only some services have HTTPS
    for service in asking:
        found = service.redirects.to_https
        for redirect in (each for host in route.hosts for each in found.get(host.name, ())):
            yield Finding(
                span=redirect.target.span,
                message=f"the proxy has no certificate for `{redirect.target.host}`",
                effect="visitors are redirected to https, where nothing answers",
                help="add `com.docker.lb.ssl_cert` and `com.docker.lb.ssl_key`",
            )


def _has_https(service: Service) -> bool:
    """Whether the service sets a certificate, tries to, or terminates TLS itself."""
    return service.intends("ssl_cert", "ssl_key") or service.can_be_on("ssl_passthrough")
