from __future__ import annotations

from collections.abc import Hashable, Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.words import some
from linter.routing.routes import Backend, Fleet, Route


@rule(
    on=Fleet,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.ROUTES,
)
def host_in_two_stacks(fleet: Fleet) -> Iterator[Finding]:
    """
    Two stacks serve the same host.

    ## Why is this bad?

    Services with the same host share its requests, wherever they come from. What is a canary within
    a stack is mostly an accident between two: a file was copied and the host left as it was. From
    then on some of the requests for one application end in the other.

    ## Example

    One stack, and another one that is checked together with it:

    ```yaml
    services:
      shop:
        image: example/shop
        deploy:
          labels:
            com.docker.lb.hosts: shop.example.com
            com.docker.lb.port: 8080
    ```

    ```yaml
    services:
      blog:
        image: example/blog
        deploy:
          labels:
            com.docker.lb.hosts: shop.example.com
            com.docker.lb.port: 8080
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
    ```

    ```yaml
    services:
      blog:
        image: example/blog
        deploy:
          labels:
            com.docker.lb.hosts: blog.example.com
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    For a canary that is deployed as a stack of its own; say so in an ignore comment with the
    reason. Files that are versions of one stack, of which one is deployed, get the same `name`
    under `stacks` in the configuration, or are looked at one at a time. Stacks for another target,
    proxy configuration or service cluster share no requests, and nothing is said.

    ## Source

    Docker Enterprise documentation, "Publish a canary application instance": services with the same
    host share its requests.
    """
    shared: dict[tuple[Hashable, ...], list[tuple[Route, list[Backend]]]] = {}
    for route in fleet.routes:
        by_stack: dict[Hashable, Backend] = {}
        for backend in route.serving:
            by_stack.setdefault(_stack(backend), backend)
        if route.hosts and len(by_stack) > 1:
            shared.setdefault(tuple(by_stack), []).append((route, list(by_stack.values())))
    for routes in shared.values():
        hosts = [f"`{host}`" for route, _ in routes for host in route.hosts]
        (_, (first, second, *others)), *more = routes
        yield Finding(
            span=second.span,
            message=f"the stack of {first.span.source.path} serves {some(hosts, len(hosts))} too",
            effect="requests go to the services of both stacks"
            if not others
            else f"requests go to the services of all {len(others) + 2} stacks",
            help="give each a host of its own, unless the sharing is meant",
            notes=(
                *(Note(each.span, f"served here by `{each.name}`") for each in (first, *others)),
                *(Note(backends[1].span, "this one too") for _, backends in more),
            ),
        )


def _stack(backend: Backend) -> Hashable:
    """What makes a stack: its name where that is known, else its files."""
    return backend.service.context.stack_name or backend.stack
