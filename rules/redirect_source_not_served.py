from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service
from linter.model.text import Parts, can_be_equal, display

from ._redirects import redirects


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence=Evidence.INFERRED,
    subject=Subject.LABELS,
    labels=("redirects",),
)
def redirect_source_not_served(service: Service) -> Iterator[Finding]:
    """
    A redirect starts from a host that the service does not serve.

    ## Why is this bad?

    The proxy answers only for the hosts in `com.docker.lb.hosts`. If the source of a redirect is
    not one of them, nothing answers the request, so it is not redirected.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: new.example.com
            com.docker.lb.port: 8080
            com.docker.lb.redirects: http://old.example.com,http://new.example.com
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: old.example.com,new.example.com
            com.docker.lb.port: 8080
            com.docker.lb.redirects: http://old.example.com,http://new.example.com
    ```

    ## Source

    Docker Enterprise documentation, "Implement application redirects": the example has both hosts
    in the label. That nothing answers otherwise follows from the purpose of the label `hosts`.
    """
    label = service.given("hosts")
    if label is None or service.is_on("default_backend") or service.is_on("ssl_passthrough"):
        return
    served = {host.name for host in service.hosts}
    patterns = [name for name in served if not _is_plain(name)]
    for redirect in redirects(service):
        source, host = redirect.source, redirect.source.host
        if host.name in served or not host.name:
            continue
        candidates = patterns if _is_plain(host.name) else served
        if not any(_serves(name, host.name) for name in candidates):
            yield Finding(
                span=source.span,
                message=f"the host `{host}` is redirected but not served",
                effect="the proxy does not answer for it, so nothing is redirected",
                help=f"add `{host}` to `com.docker.lb.hosts`",
                notes=(Note(label.value.span, "the service serves these hosts"),),
            )


def _is_plain(name: Parts) -> bool:
    """Whether a name is certain: without a variable or a wildcard."""
    return len(name) == 1 and isinstance(name[0], str) and "*" not in name[0]


def _serves(name: Parts, host: Parts) -> bool:
    """Whether a host in the label, perhaps a wildcard, can match the redirected host."""
    if can_be_equal(name, host):
        return True
    pattern = display(name)
    return "*" in pattern and fnmatchcase(display(host), pattern)
