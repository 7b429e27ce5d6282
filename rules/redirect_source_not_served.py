from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.globs import name_glob
from linter.model.stack import Service
from linter.model.text import Parts, can_be_equal, display, is_known
from linter.routing.routes import Fleet

# With more hosts that are not certain, one of them is assumed to serve the redirected host.
_MOST_COMPARED = 100

_LONGEST_HOST = 253


@rule(
    on=Fleet,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="labels",
)
def redirect_source_not_served(fleet: Fleet) -> Iterator[Finding]:
    """
    A redirect starts from a host that no service serves.

    ## Why is this bad?

    The proxy answers only for the hosts in `com.docker.lb.hosts`. If the source of a redirect is
    not one of them, and no other service serves it either, nothing answers the request, so it is
    not redirected.

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
    in the label. That nothing answers otherwise follows from the purpose of the label `hosts`, and
    was tested with NGINX 1.22.1 and the vendor's proxy template.
    """
    backends = {each.service: each.stack for route in fleet.routes for each in route.backends}
    asking = [each for each in backends if each.redirects and _answers_for_its_hosts(each)]
    if not asking or fleet.is_open:
        return
    # A variable may be any host, but that another stack serves this very one is not likely.
    known: set[Parts] = set()
    variable: dict[tuple[str, ...], set[Parts]] = {}
    for each, stack in backends.items():
        for name in (host.name for host in each.hosts):
            names = known if is_known(name) else variable.setdefault(stack, set())
            names.add(name)
    patterns = {name for name in known if not _is_plain(name)}
    for service in asking:
        own = variable.get(backends[service], set())
        for redirect in service.redirects:
            shown, span = redirect.source.host, redirect.source.span
            host = shown.name
            if not host or host in known or host in own:
                continue
            candidates = own | (patterns if _is_plain(host) else known)
            if len(candidates) > _MOST_COMPARED:
                continue
            if not any(_serves(name, host) for name in candidates):
                yield Finding(
                    span=span,
                    message=f"the host `{shown}` is redirected but not served",
                    effect="the proxy does not answer for it, so nothing is redirected",
                    help=f"add `{shown}` to `com.docker.lb.hosts`",
                    notes=(
                        Note(service.routing["hosts"].value.span, "the service serves these hosts"),
                    ),
                )


def _answers_for_its_hosts(service: Service) -> bool:
    """Whether the proxy answers for the hosts of a service alone, over HTTP."""
    if service.given("hosts") is None:
        return False
    return not (service.can_be_on("default_backend") or service.can_be_on("ssl_passthrough"))


def _is_plain(name: Parts) -> bool:
    """Whether a name is certain: not a variable, a wildcard or a regular expression."""
    if len(name) != 1 or not isinstance(name[0], str):
        return False
    return "*" not in name[0] and not name[0].startswith(("~", "."))


def _serves(name: Parts, host: Parts) -> bool:
    """Whether a host in the label, perhaps a wildcard, can match the redirected host."""
    if can_be_equal(name, host):
        return True
    pattern = display(name)
    if pattern.startswith("~"):
        return True
    if pattern.startswith("."):
        return f".{display(host)}".endswith(pattern)
    is_wildcard = "*" in pattern and len(pattern) <= _LONGEST_HOST
    return is_wildcard and name_glob(pattern).matches(display(host))
