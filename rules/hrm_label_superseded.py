from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.editing.remedies import drop
from linter.model.diagnostic import Finding, Fix, Severity
from linter.model.stack import Service

from ._hrm import STOPPED, hrm_labels


@rule(
    on=Service,
    severity=Severity.INFO,
    evidence="documented",
    subject="leftovers",
    fix="unsafe",
)
def hrm_label_superseded(service: Service) -> Iterator[Finding]:
    """
    A service has labels of both the UCP 2 routing mesh and Interlock.

    ## Why is this bad?

    Interlock replaced the HTTP routing mesh (HRM) in UCP 3.0. If a service has Interlock labels,
    the old ones are no longer used, and anyone who changes a route has to wonder which of the two
    counts.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.ucp.mesh.http.8080: external_route=http://app.example.com,internal_port=8080
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
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

    ## When it is fine

    While the file is still deployed on UCP 2.

    ## Fix safety

    Changes routing only where the old labels are still read, as on UCP 2.

    ## Source

    Docker Enterprise documentation, "Upgrade": the old labels may be deleted. That all tasks are
    stopped at once while they are there is a user's observation
    (jwbennet/docker-stack-deploy-demo).
    """
    old = hrm_labels(service)
    if not old or not any(label.known for label in service.labels):
        return
    for label in old:
        if label in service.container_labels:
            continue  # nothing ever read it there
        edits = drop(label, service)
        yield Finding(
            span=label.key.span,
            message=f"`{label.key}` is a UCP 2 label; the service already has Interlock labels",
            effect=f"Interlock does not use it; {STOPPED}",
            help="remove it once the Interlock labels have the same hosts and port",
            fix=Fix("Remove the label", edits, safe=False) if edits else None,
        )
