from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service

from ._hrm import OPTIONS, hrm_labels, wrong


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="leftovers",
)
def malformed_hrm_label(service: Service) -> Iterator[Finding]:
    """
    A label of the UCP 2 routing mesh is not written as `key=value,key=value`.

    ## Why is this bad?

    UCP 2, or the conversion in UCP 3.0, splits such a label at commas and equals signs. What does
    not fit creates no route.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - com.docker.ucp.mesh.http.80="external_route=http://app.example.com","internal_port=80"
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            - com.docker.ucp.mesh.http.80=external_route=http://app.example.com,internal_port=80
    ```

    Better still, use `com.docker.lb.hosts` and `com.docker.lb.port`.

    ## Source

    UCP 2.2 documentation, "Use domain names to access services", and UCP 2.0 documentation for the
    form `8080=http://app.example.com`.
    """
    for label in hrm_labels(service):
        for option in wrong(label):
            yield Finding(
                span=option.span,
                message=f"`{option.span.text}` is not a valid option of a routing mesh label",
                effect="the label may create no route, both in UCP 2 and when it is converted",
                help="use `external_route=http://HOST,internal_port=PORT`; valid options are "
                + ", ".join(OPTIONS),
            )
