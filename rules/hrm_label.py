from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

from ._hrm import STOPPED, hrm_labels, remedy, wrong


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="leftovers",
)
def hrm_label(service: Service) -> Iterator[Finding]:
    """
    A service has labels of the UCP 2 routing mesh, but none of Interlock.

    ## Why is this bad?

    Interlock replaced the HTTP routing mesh (HRM) in UCP 3.0. The upgrade converted the old labels
    to new ones; whether current versions still do so for a newly deployed service is not known. If
    they do not, the service is not routed.

    On UCP 3, it was also observed that `docker stack deploy` stops all tasks of such a service at
    once instead of one after the other.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        ports: [8080]
        deploy:
          labels:
            com.docker.ucp.mesh.http.8080: external_route=http://app.example.com,internal_port=8080
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

    `external_route` becomes `hosts`, `internal_port` becomes `port`, `sticky_sessions` becomes
    `sticky_session_cookie`, an empty host becomes `default_backend`, and `sni://` adds
    `ssl_passthrough`. Redirects were answered with 301; now they are answered with 302.

    ## Source

    Release notes of UCP 3.0.0, and "Upgrade" in the Docker Enterprise documentation. That all tasks
    are stopped at once is a user's observation (jwbennet/docker-stack-deploy-demo).
    """
    labels = [label for label in hrm_labels(service) if not wrong(label)]
    if not labels or any(label.known or label.meant for label in service.labels):
        return
    if service.is_open:
        return  # it may have labels of Interlock as well
    first, *others = labels
    on_containers = first in service.container_labels
    yield Finding(
        span=first.key.span,
        message=f"`{first.key}` is a label of the UCP 2 routing mesh, which Interlock replaced"
        if not on_containers
        else f"`{first.key}` is a label of the UCP 2 routing mesh, set only on the containers",
        effect="the service is not routed, unless your version still reads the old labels; "
        f"{STOPPED}"
        if not on_containers
        else "the service is not routed: neither UCP 2 nor Interlock reads container labels",
        help=remedy(labels, service) + (", under `deploy.labels`" if on_containers else ""),
        notes=tuple(Note(label.key.span, "and this one") for label in others),
    )
