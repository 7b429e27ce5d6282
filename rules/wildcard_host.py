from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service
from linter.model.text import stand_in

_WILDCARD = r"(\*?\.[^.*]+(\.[^.*]+)*|[^.*]+(\.[^.*]+)*\.\*)"


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="label",
    template=True,
    labels=("hosts",),
)
def wildcard_host(service: Service) -> Iterator[Finding]:
    """
    A host contains a wildcard or is a regular expression.

    ## Why is this bad?

    No documentation mentions wildcards. The vendor's proxy template passes the name to NGINX as it
    is. NGINX understands `*.example.com`, `www.example.*` and `.example.com` for plain HTTP, but
    the map that it uses to route TLS connections compares whole names only. So HTTP may be answered
    where HTTPS is not.

    Nor does any documentation mention regular expressions, such as `~^www`. NGINX takes them for
    HTTP and in the map for TLS connections, but whether Interlock passes on every character is not
    known. A stack file has `$$` for each `$` in them.

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

    A wildcard without TLS, or a regular expression, if you have tested it with your version.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template": hosts
    become `server_name`, and the map over `$ssl_preread_server_name` has no `hostnames`. Which
    names are accepted, and which requests they match, was tested with NGINX 1.22.1.
    """
    for host in service.hosts:
        if not host.is_pattern:
            continue
        name = str(host)
        if host.is_expression:
            message = f"the host `{host}` is a regular expression, which is not documented"
            effect = "NGINX takes it as a pattern only if Interlock passes it on unchanged"
            severity = Severity.WARNING
        elif name != stand_in(host.name) or re.fullmatch(_WILDCARD, name):
            message = f"the host `{host}` contains a wildcard, which is not documented"
            effect = "plain HTTP may be answered, but HTTPS is not"
            severity = Severity.WARNING
        else:
            message = f"the host `{host}` contains a wildcard that NGINX does not accept"
            effect = "NGINX rejects its whole configuration, so no route is updated anymore"
            severity = Severity.ERROR
        yield Finding(
            span=host.span,
            message=message,
            effect=effect,
            help="list each host, or make the service the default backend",
            at_most=severity,
        )
