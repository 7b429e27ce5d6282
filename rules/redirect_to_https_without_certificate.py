from __future__ import annotations

from collections.abc import Iterator

from linter.diagnostic import Finding, Severity
from linter.routes import Route
from linter.rule import Evidence, Subject, rule

from ._redirects import redirects


@rule(
    on=Route,
    severity=Severity.ERROR,
    evidence=Evidence.INFERRED,
    subject=Subject.LABELS,
)
def redirect_to_https_without_certificate(route: Route) -> Iterator[Finding]:
    """
    A redirect leads to https on a host for which the proxy has no certificate.

    ## Why is this bad?

    The proxy speaks HTTPS for a host only when a service of it names a certificate and its key.
    Without them visitors are sent from an address that works to one where nobody answers.

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

    When something before the proxy ends TLS for that host, and does not hand plain HTTP of the same
    host to it.

    ## Source

    docker/docs issue 9161, where the vendor shows the redirect with a certificate at the proxy, and
    says that it takes one.
    """
    for each in route.backends:
        if each.service.intended & {"ssl_cert", "ssl_key"} or each.service.is_on("ssl_passthrough"):
            return  # the host has HTTPS; that only one of its services asks for it, others tell
    served = [host.name for host in route.hosts]
    for each in route.serving:
        for redirect in redirects(each.service):
            target = redirect.target
            if target.scheme == "https" and target.host in served:
                name = "".join(map(str, target.host))
                yield Finding(
                    span=target.span,
                    message=f"the proxy has no certificate for `{name}`",
                    effect="visitors are sent to https, where nobody answers",
                    help="add `com.docker.lb.ssl_cert` and `com.docker.lb.ssl_key`",
                )
