from __future__ import annotations

from collections.abc import Hashable, Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.words import some
from linter.routing.routes import Backend, Fleet, Route


@rule(
    on=Fleet,
    severity=Severity.WARNING,
    evidence="documented",
    subject="routes",
)
def host_in_two_stacks(fleet: Fleet) -> Iterator[Finding]:
    """
    Two stacks serve the same host.

    ## Why is this bad?

    Services with the same host share its requests, even across stacks. Within one stack, that is a
    canary; between two stacks, it is mostly an accident: a file was copied and the host was not
    changed. From then on, some of the requests for one application end up in the other.

    It is a warning if both stacks are known by different names, or run in one swarm, and an info
    otherwise: the files may be versions of one stack, or run on different swarms. The same is true
    of all findings about several stacks.

    ## Example

    Two stacks that are checked together:

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

    For a canary that is deployed as a separate stack; add an ignore comment with the reason. If
    several files are versions of one stack and only one of them is deployed, set the same `name`
    for them under `stacks` in the configuration. Stacks with different
    targets, proxy configurations or service clusters share no requests, and are not reported.

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
            message=f"the stack in `{first.span.source.path}` also serves "
            f"{some(hosts, len(hosts))}",
            effect="requests go to the services of both stacks"
            if not others
            else f"requests go to the services of all {len(others) + 2} stacks",
            help="use a different host for each stack, unless the sharing is intended",
            notes=(
                *(Note(each.span, f"served here by `{each.name}`") for each in (first, *others)),
                *(Note(backends[1].span, "and this one") for _, backends in more),
            ),
        )


def _stack(backend: Backend) -> Hashable:
    """What identifies a stack: its name if known, otherwise its files."""
    return backend.service.context.stack_name or backend.stack
