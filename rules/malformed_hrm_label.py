from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Service

from ._hrm import OPTIONS, hrm_labels, wrong


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.LEFTOVERS,
)
def malformed_hrm_label(service: Service) -> Iterator[Finding]:
    """
    A label of UCP 2's routing mesh that is not `key=value,key=value`.

    ## Why is this bad?

    Whoever still reads such a label, UCP 2 or the conversion of UCP 3.0, takes it apart at commas
    and equals signs. What does not fit gives no route.

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

    Better still: `com.docker.lb.hosts` and `com.docker.lb.port`.

    ## Source

    UCP 2.2 documentation, "Use domain names to access services", and that of UCP 2.0 for the form
    `8080=http://app.example.com`.
    """
    for label in hrm_labels(service):
        for option in wrong(label):
            yield Finding(
                span=option.span,
                message=f"`{option.span.text}` is no option of a routing mesh label",
                effect="the label may give no route, in UCP 2 as when it is converted",
                help="write `external_route=http://HOST,internal_port=PORT`; the options are "
                + ", ".join(OPTIONS),
            )
