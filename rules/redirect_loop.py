from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.redirects import Redirect
from linter.record import Record
from linter.routing.routes import Fleet


class _Step(Record):
    """A redirect as a step from one address to another, within one swarm."""

    __slots__ = ("end", "redirect", "start")

    def __init__(self, start: Hashable, end: Hashable, redirect: Redirect) -> None:
        self.start = start
        self.end = end
        self.redirect = redirect


@rule(
    on=Fleet,
    severity=Severity.ERROR,
    evidence="inferred",
    subject="label",
    template=True,
)
def redirect_loop(fleet: Fleet) -> Iterator[Finding]:
    """
    A redirect leads back to its own source.

    ## Why is this bad?

    The proxy answers every request for the source with the redirect, whatever its path. A target on
    the same host with the same scheme is the source again: the browser follows the redirect until
    it gives up, and no request reaches the service.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.redirects: http://app.example.com,http://app.example.com/login
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

    A redirect from http to https on the same host is not a loop.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template": a
    redirect applies to the whole host. The answers were tested with NGINX 1.22.1.
    """
    steps = list(_steps(fleet))
    for step in steps:
        if step.start == step.end:
            yield Finding(
                span=step.redirect.target.span,
                message=f"`{step.redirect.source.text}` redirects to its own host",
                effect="a redirect applies to the whole host, so browsers follow it until they "
                "give up",
                help="redirect to another host or to https, or remove the redirect",
                notes=(Note(step.redirect.source.span, "redirected from here"),),
            )
    for first, *others in _cycles(step for step in steps if step.start != step.end):
        yield Finding(
            span=first.redirect.target.span,
            message=f"`{first.redirect.source.text}` redirects to a host that leads back to it",
            effect="redirects apply to whole hosts, so browsers follow them until they give up",
            help="remove one of the redirects",
            notes=tuple(
                Note(each.redirect.target.span, "and from there to here") for each in others
            ),
        )


def _steps(fleet: Fleet) -> Iterator[_Step]:
    """
    All redirects that the proxy answers, by the names of services; it does not redirect HTTPS.

    So the same loop begins at the same service, in whatever order a file has them. A host with a
    variable means the same only within its stack.
    """
    backends = (each for route in fleet.routes for each in route.backends)
    stacks = {each.service: each.stack for each in backends if each.service.redirects}
    for service, stack in sorted(stacks.items(), key=lambda each: (each[1], str(each[0].name))):
        swarm = (service.context.target, service.context.proxy)
        for redirect in service.redirects:
            if redirect.source.scheme == "http":
                source, target = (
                    (swarm, each.origin, None if each.host.is_known else stack)
                    for each in (redirect.source, redirect.target)
                )
                yield _Step(source, target, redirect)


def _cycles(steps: Iterable[_Step]) -> Iterator[list[_Step]]:
    """One cycle for each group of addresses that lead to each other, in linear time."""
    leaving: dict[Hashable, list[_Step]] = {}
    arriving: dict[Hashable, list[_Step]] = {}
    for step in steps:
        leaving.setdefault(step.start, []).append(step)
        arriving.setdefault(step.end, []).append(step)
    # Addresses that lead nowhere are dropped until each one that is left leads to another.
    counts = {start: len(each) for start, each in leaving.items()}
    ends = [end for end in arriving if end not in counts]
    dropped = set(ends)
    while ends:
        for step in arriving.get(ends.pop(), ()):
            counts[step.start] -= 1
            if not counts[step.start]:
                ends.append(step.start)
                dropped.add(step.start)
    seen: set[Hashable] = set()
    for start in leaving:
        path: dict[Hashable, _Step] = {}
        at = start
        while at not in dropped and at not in seen and at not in path:
            path[at] = next(step for step in leaving[at] if step.end not in dropped)
            at = path[at].end
        if at in path:
            yield list(path.values())[list(path).index(at) :]
        seen |= path.keys()
