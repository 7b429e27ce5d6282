from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.label import Label
from linter.model.stack import Service

from ._successors import completed, listed

_PREFIX = "interlock."
# What replaces them, other than host names; other labels have no replacement.
_SUCCESSORS = {
    "port": "port",
    "network": "network",
    "ssl_cert": "ssl_cert",
    "ssl_cert_key": "ssl_key",
    "websocket_endpoint": "websocket_endpoints",
    "ip_hash": "ip_hash",
    "context_root": "context_root",
    "context_root_rewrite": "context_root_rewrite",
}
# Values that differ from the old ones: secrets instead of paths, and `true` instead of presence.
_VALUES = {
    "ssl_cert": "<secret>",
    "ssl_key": "<secret>",
    "ip_hash": '"true"',
    "context_root_rewrite": '"true"',
}


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="leftovers",
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
    help_text = "remove it; there is no replacement"
    if found := _successors(labels):
        help_text = f"set {listed(completed(found, service))} under `deploy.labels` instead"
    yield Finding(
        span=first.key.span,
        message=f"`{first.key}` is a label of the open-source Interlock of 2015 to 2017",
        effect="the Interlock in UCP 3 and MKE does not read it",
        help=help_text,
        notes=tuple(Note(label.key.span, "and this one") for label in others),
    )


def _successors(labels: list[Label]) -> dict[str, str]:
    """The Interlock labels that replace these, by name without the prefix."""
    old: dict[str, list[str]] = {}
    for label in labels:
        name = str(label.key).removeprefix(_PREFIX).partition(".")[0]
        old.setdefault(name, []).append(str(label.value))
    found: dict[str, str] = {}
    host = ".".join(old[name][0] for name in ("hostname", "domain") if name in old)
    if hosts := [*([host] if host else []), *old.get("alias_domain", [])]:
        found["hosts"] = ",".join(hosts)
    for name, new in _SUCCESSORS.items():
        if name in old:
            found[new] = _VALUES.get(new) or ",".join(old[name])
    return found
