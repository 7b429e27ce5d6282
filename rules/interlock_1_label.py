from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service

_PREFIX = "interlock."
# What replaces them; other labels have no replacement.
_SUCCESSORS = {
    "hostname": "hosts",
    "domain": "hosts",
    "alias_domain": "hosts",
    "port": "port",
    "network": "network",
    "ssl_cert": "ssl_cert",
    "ssl_cert_key": "ssl_key",
    "websocket_endpoint": "websocket_endpoints",
    "ip_hash": "ip_hash",
    "context_root": "context_root",
    "context_root_rewrite": "context_root_rewrite",
}


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.LEFTOVERS,
)
def interlock_1_label(service: Service) -> Iterator[Finding]:
    """
    A label belongs to the open-source Interlock of 2015 to 2017.

    ## Why is this bad?

    The first Interlock read labels that start with `interlock.` from containers. The Interlock in
    UCP 3 and MKE is a different program and reads only `com.docker.lb.` labels of services.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        labels:
          interlock.hostname: app
          interlock.domain: example.com
          interlock.port: 8080
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

    `hostname` and `domain` are now one name, joined by a dot. Certificates are Docker secrets
    instead of paths.

    ## Source

    Documentation of ehazlett/interlock 1.x, `docs/interlock_data.md`.
    """
    labels = [
        label
        for label in (*service.foreign, *service.container_labels)
        if str(label.key).startswith(_PREFIX)
    ]
    if not labels:
        return
    first, *others = labels
    names = [str(label.key).removeprefix(_PREFIX).partition(".")[0] for label in labels]
    successors = list(dict.fromkeys(_SUCCESSORS[name] for name in names if name in _SUCCESSORS))
    yield Finding(
        span=first.key.span,
        message=f"`{first.key}` is a label of the open-source Interlock of 2015 to 2017",
        effect="the Interlock in UCP 3 and MKE does not read it",
        help="set "
        + ", ".join(f"`com.docker.lb.{name}`" for name in successors)
        + " under `deploy.labels` instead"
        if successors
        else "remove it; there is no replacement",
        notes=tuple(Note(label.key.span, "and this one") for label in others),
    )
