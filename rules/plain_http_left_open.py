from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.text import can_be_equal
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence="inferred",
    subject="labels",
    template=True,
    labels=("ssl_cert",),
    complete=True,
)
def plain_http_left_open(service: Service) -> Iterator[Finding]:
    """
    The proxy has a certificate for a host but still answers plain HTTP for it.

    ## Why is this bad?

    A certificate adds HTTPS; it does not turn HTTP off. For anyone who types the host name without
    a scheme, the traffic stays unencrypted, including passwords and cookies.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_cert: app.cert
            com.docker.lb.ssl_key: app.key
    secrets:
      app.cert: {external: true}
      app.key: {external: true}
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
            com.docker.lb.ssl_cert: app.cert
            com.docker.lb.ssl_key: app.key
            com.docker.lb.redirects: http://app.example.com,https://app.example.com
    secrets:
      app.cert: {external: true}
      app.key: {external: true}
    ```

    Add the port to the target if the proxies do not publish HTTPS on 443. With `--proxy-config`,
    the port is known: it is `PublishedSSLPort`, or 8443 if that is not set.

    ## When it is fine

    When plain HTTP is intended, or is redirected before it reaches the proxy.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template", which
    renders both servers; docker/docs issue 9161 shows the redirect. What both answer was tested
    with NGINX 1.22.1.
    """
    certificate, served = service.given("ssl_cert"), service.value("hosts")
    if certificate is None or service.can_be_on("ssl_passthrough"):
        return
    if served is not None and not rows()["hosts"].fits(served):
        return  # no valid hosts to redirect from; other rules report it
    found = service.redirects
    if service.given("redirects") is not None and not found:
        return  # unknown or invalid
    moved = {each.source.host.name for each in found if each.source.scheme == "http"}
    # No redirect covers a wildcard or a regular expression.
    left = [
        str(host)
        for host in service.hosts
        if not host.is_pattern and not any(can_be_equal(host.name, each) for each in moved)
    ]
    if left:
        pairs = ";".join(f"http://{host},{_https_url(host, service)}" for host in left)
        secure = ",".join(_https_url(host, service) for host in left)
        yield Finding(
            span=certificate.key.span,
            message=f"plain HTTP stays open beside `{secure}`",
            effect="traffic over plain HTTP stays unencrypted, including passwords and cookies",
            help=f"add `com.docker.lb.redirects: {pairs}`"
            if not found
            else f"add `{pairs}` to the redirects",
        )


def _https_url(host: str, service: Service) -> str:
    """The address of a host over HTTPS, with the port that the proxies publish, if known."""
    cluster = service.cluster
    port = "" if cluster is None or cluster.https_port == 443 else f":{cluster.https_port}"
    return f"https://{host}{port}"
