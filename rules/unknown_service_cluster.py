from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.label import Label
from linter.model.stack import Stack
from linter.model.text import can_be_equal
from linter.model.words import did_you_mean


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.TARGET,
)
def unknown_service_cluster(stack: Stack) -> Iterator[Finding]:
    """
    Interlock's configuration has no service cluster of this name.

    ## Why is this bad?

    The proxies of a service cluster serve the services that name it, and no others. A name that no
    extension of Interlock has as its `ServiceCluster` is served by none.

    ## Example

    With this configuration of Interlock, given by `--proxy-config`:

    ```toml
    [Extensions.east]
      ServiceCluster = "us-east"
    [Extensions.west]
      ServiceCluster = "us-west"
    ```

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.service_cluster: east
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
            com.docker.lb.service_cluster: us-east
    ```

    ## When it is fine

    Without `--proxy-config` nobody can say which clusters there are. Then one finding of severity
    info reminds of it for the whole stack.

    ## Source

    Docker Enterprise documentation, "Implement service clusters"; the name of the table,
    `Extensions.east`, has nothing to do with it.
    """
    labels = [label for service in stack.services if (label := service.given("service_cluster"))]
    proxy = stack.context.proxy
    if proxy is None:
        yield from _unverified(labels)
        return
    names = [cluster.name for cluster in proxy.clusters]
    for label in labels:
        value = label.value
        if not any(can_be_equal(value.parts, (name,)) for name in names if name):
            known = ", ".join(f"`{name}`" for name in names if name) or "only the default one"
            yield Finding(
                span=value.span,
                message=f"there is no service cluster `{value}`{did_you_mean(str(value), names)}",
                effect="no proxy serves the service",
                help=f"name one of those in {proxy.path}: {known}",
            )


def _unverified(labels: list[Label]) -> Iterator[Finding]:
    """What is left to say where the clusters are not known: that they are not."""
    spans = list(dict.fromkeys(label.value.span for label in labels))
    for span in spans[:1]:
        yield Finding(
            span=span,
            message="cannot tell whether there is such a service cluster",
            effect="if there is none, no proxy serves the service",
            help="give Interlock's configuration with `--proxy-config` to have it checked",
            notes=tuple(Note(each, "nor is it for this one") for each in spans[1:]),
            at_most=Severity.INFO,
        )
