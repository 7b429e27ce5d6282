from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.editing.remedies import drop
from linter.model.diagnostic import Finding, Fix, Note, Severity
from linter.model.stack import Service


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="labels",
    fix="unsafe",
    labels=("sticky_session_cookie", "ip_hash"),
)
def sticky_session_in_vip_mode(service: Service) -> Iterator[Finding]:
    """
    Sticky sessions are set for a service in VIP mode.

    ## Why is this bad?

    In VIP mode the proxy knows only one address, the virtual IP of the service. Swarm picks the
    task behind it for each connection, so neither `sticky_session_cookie` nor `ip_hash` can keep a
    client on one task. Users lose their sessions as soon as there are two tasks.

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
            com.docker.lb.backend_mode: vip
            com.docker.lb.sticky_session_cookie: app_session
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
            com.docker.lb.backend_mode: vip
    ```

    Or keep the sticky sessions, and use task mode.

    ## Source

    Mirantis Kubernetes Engine documentation, "Routing modes": VIP mode does not support sticky
    sessions. "Persistent sessions" lists `ip_hash` as one of the two ways to make sessions sticky.
    """
    if not service.in_vip_mode:
        return
    mode = service.routing["backend_mode"]
    for name in ("sticky_session_cookie", "ip_hash"):
        label = service.active(name)
        if label is None:
            continue
        edits = drop(label, service)
        yield Finding(
            span=label.span,
            message=f"`{label.key}` has no effect in VIP mode",
            effect="the proxy sees one virtual IP, and Swarm picks a task for each connection",
            help="remove the label, or use task mode if the service needs sticky sessions",
            notes=(Note(mode.value.span, "VIP mode is set here"),),
            fix=Fix("Remove the label", edits, safe=False) if edits else None,
        )
