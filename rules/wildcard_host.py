from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service

_WILDCARD = re.compile(r"(\*?\.[^.*]+(\.[^.*]+)*|[^.*]+(\.[^.*]+)*\.\*)")
_HELP = "list each host, or make the service the default backend"


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.INFERRED,
    subject=Subject.LABEL,
    template=True,
    labels=("hosts",),
)
def wildcard_host(service: Service) -> Iterator[Finding]:
    """
    A host contains a wildcard or is a regular expression.

    ## Why is this bad?

    No documentation mentions wildcards. The vendor's proxy template passes the name to NGINX as it
    is. NGINX understands `*.example.com`, `www.example.*`, `.example.com` and regular expressions
    (`~^www`) for plain HTTP, but the map that it uses to route TLS connections compares whole names
    only. So HTTP may be answered where HTTPS is not.

    Any other wildcard, such as `*` or `*app.example.com`, is an error: NGINX rejects the whole
    configuration, and changes to the services of the cluster no longer take effect.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: "*.example.com"
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com,www.example.com
            com.docker.lb.port: 8080
    ```

    Or make the service the default backend, which receives all requests that no other service
    serves.

    ## When it is fine

    Without TLS, if you have tested it with your version.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template": hosts
    become `server_name`, and the map over `$ssl_preread_server_name` has no `hostnames`. NGINX
    1.22.1 rejects the other wildcards.
    """
    for host in service.hosts:
        name = str(host)
        is_regex = name.startswith("~")
        if not (is_regex or "*" in name or name.startswith(".")):
            continue
        if not (is_regex or "${" in name or _WILDCARD.fullmatch(name)):
            yield Finding(
                span=host.span,
                message=f"the host `{host}` contains a wildcard that NGINX does not accept",
                effect="NGINX rejects its whole configuration, so no route is updated anymore",
                help=_HELP,
            )
            continue
        yield Finding(
            span=host.span,
            message=f"the host `{host}` is a regular expression, which is not documented"
            if is_regex
            else f"the host `{host}` contains a wildcard, which is not documented",
            effect="plain HTTP may be answered, but HTTPS is not",
            help=_HELP,
            at_most=Severity.WARNING,
        )
