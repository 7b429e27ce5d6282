from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.words import percent
from linter.routing.routes import Mode, Route, Share

_SHOWN = 5


@rule(
    on=Route,
    severity=Severity.WARNING,
    evidence="documented",
    subject="routes",
    labels=("backend_mode",),
)
def canary_share(route: Route) -> Iterator[Finding]:
    """
    A service's share of the requests differs from its share of the tasks.

    ## Why is this bad?

    Services with the same host share its requests. In task mode, each task counts once, so one
    canary task next to four others gets 20% of them. In VIP mode, each service counts once, however
    many tasks it has: the same canary gets 50%, and its single task has to handle all of that.
    Scaling a service no longer shifts traffic.

    ## Example

    ```yaml
    services:
      stable:
        image: example/web:1
        deploy:
          replicas: 4
          labels: &labels
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: vip
      canary:
        image: example/web:2
        deploy:
          replicas: 1
          labels: *labels
    ```

    ## Use instead

    ```yaml
    services:
      stable:
        image: example/web:1
        deploy:
          replicas: 4
          labels: &labels
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: task
      canary:
        image: example/web:2
        deploy:
          replicas: 1
          labels: *labels
    ```

    ## When it is fine

    When you want equal shares, for example for two versions that run side by side. A difference of
    up to one percentage point is not reported.

    ## Source

    Mirantis Kubernetes Engine documentation, "Routing modes": one canary task next to four others
    gets 20% of the requests in task mode and 50% in VIP mode.
    """
    shares = route.surprising()
    if not shares:
        return
    gains = max(shares, key=attrgetter("gain"))
    vips = [each for each in shares if each.backend.mode is Mode.VIP]
    cause = gains if gains in vips else min(vips, key=attrgetter("gain"))
    yield Finding(
        span=cause.backend.service.routing["backend_mode"].value.span,
        message=f"{route.name_of(gains.backend)} has {percent(gains.tasks)} of the tasks "
        f"but gets {percent(gains.requests)} of the requests for {route.title}",
        effect=f"VIP mode counts services, not tasks: {_parts(route, shares)}",
        help="use task mode for all services of the host to share requests by number of tasks",
        notes=tuple(
            Note(each.backend.service.name.span, f"{_part(each)} ({_tasks(each)})")
            for each in shares
        ),
    )


def _parts(route: Route, shares: Sequence[Share]) -> str:
    most = sorted(shares, key=attrgetter("requests"), reverse=True)[:_SHOWN]
    parts = ", ".join(
        f"{route.name_of(each.backend)} gets {percent(each.requests)} instead of "
        f"{percent(each.tasks)}"
        for each in most
    )
    return parts + (", …" if len(shares) > _SHOWN else "")


def _part(share: Share) -> str:
    return f"{percent(share.requests)} of the requests"


def _tasks(share: Share) -> str:
    mode = "VIP mode" if share.backend.mode is Mode.VIP else "task mode"
    count = share.backend.tasks
    return f"{count:,} {'task' if count == 1 else 'tasks'}, {mode}"
