from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.globs import name_glob
from linter.model.stack import Service
from linter.model.text import Parts, can_be_equal, display

from ._redirects import redirects

# With more hosts that are not certain, one of them is assumed to serve the redirected host.
_MOST_COMPARED = 100

_LONGEST_HOST = 253


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
        source = redirect.source
        if source.host in served or not source.host:
            continue
        candidates = patterns if _is_plain(source.host) else served
        if len(candidates) > _MOST_COMPARED:
            continue
        if not any(_serves(name, source.host) for name in candidates):
            name = display(source.host)
            yield Finding(
                span=source.span,
                message=f"the host `{name}` is redirected but not served",
                effect="the proxy does not answer for it, so nothing is redirected",
                help=f"add `{name}` to `com.docker.lb.hosts`",
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
    is_wildcard = "*" in pattern and len(pattern) <= _LONGEST_HOST
    return is_wildcard and name_glob(pattern).matches(display(host))
