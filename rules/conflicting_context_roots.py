from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.text import Parts, can_be_equal
from linter.routing.routes import Backend, Route

from ._conflicts import conflicts


@rule(
    on=Route,
    severity=Severity.ERROR,
    evidence="documented",
    subject="routes",
    labels=("context_root",),
)
def conflicting_context_roots(route: Route) -> Iterator[Finding]:
    """
    Services with the same host have different context roots.

    ## Why is this bad?

    Interlock supports one path per host and service cluster. The proxy has one list of servers for
    the host, not one per path: requests below one path also reach the services of the other, and
    only one of the paths is served.

    ## Example

    ```yaml
    services:
      shop:
        image: example/shop
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.context_root: /shop
      api:
        image: example/api
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.context_root: /api
    ```

    ## Use instead

    ```yaml
    services:
      shop:
        image: example/shop
        deploy:
          labels:
            com.docker.lb.hosts: shop.example.com
            com.docker.lb.port: 8080
      api:
        image: example/api
        deploy:
          labels:
            com.docker.lb.hosts: api.example.com
            com.docker.lb.port: 8080
    ```

    Or put a proxy of your own behind one host and route the paths there.

    ## When it is fine

    In different service clusters, which have their own proxies; nothing is reported then. Services
    that share both host and context root, such as a canary, are fine too.

    ## Source

    Mirantis Kubernetes Engine documentation, "Use context and path-based routing": one path for
    each host and service cluster. docker/docs issue 7045.
    """
    if route.hosts:
        yield from conflicts(route, _conflict)


def _conflict(route: Route, backends: Sequence[Backend]) -> Iterator[Finding]:
    if any(each.service.may_be_on("ssl_passthrough") for each in backends):
        return  # the proxy does not see the path then; other rules report it
    first, *others = backends
    conflicting = [each for each in others if not can_be_equal(_root(each), _root(first))]
    if not conflicting:
        return
    named, *rest = sorted((first, *conflicting), key=lambda each: not _root(each))
    yield Finding(
        span=named.service.routing["context_root"].value.span,
        message=f"the services for {route.title} have different context roots",
        effect="the proxy serves only one path of a host and sends its requests to all services",
        help="use a separate host for each service, or the same context root for all",
        notes=tuple(_note(each) for each in rest),
    )


def _root(backend: Backend) -> Parts:
    """The context root without a trailing slash; empty for the whole host."""
    label = backend.service.given("context_root")
    if label is None:
        return ()
    parts = label.value.parts
    last = parts[-1]
    if isinstance(last, str):
        last = last.rstrip("/")
        return (*parts[:-1], last) if last else parts[:-1]
    return parts


def _note(backend: Backend) -> Note:
    label = backend.service.given("context_root")
    if label is None:
        return Note(backend.service.name.span, f"`{backend.name}` serves the whole host")
    return Note(label.value.span, f"the context root of `{backend.name}`")
