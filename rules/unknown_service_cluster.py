from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.label import Label
from linter.model.stack import Stack
from linter.model.text import can_be_equal
from linter.model.words import did_you_mean, some


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence="documented",
    subject="target",
)
def unknown_service_cluster(stack: Stack) -> Iterator[Finding]:
    """
    Interlock's configuration has no service cluster with this name.

    ## Why is this bad?

    The proxies of a service cluster serve only the services that name it. If no extension of
    Interlock has the name as its `ServiceCluster`, no proxy serves the service.

    ## Example

    With this Interlock configuration, passed with `--proxy-config`:

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

    Without `--proxy-config` it is not known which service clusters exist. A single finding of
    severity info for the whole stack then says so.

    ## Source

    Docker Enterprise documentation, "Implement service clusters"; the name of the table,
    `Extensions.east`, does not matter.
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
            known = some([f"`{name}`" for name in names if name])
            yield Finding(
                span=value.span,
                message=f"unknown service cluster `{value}`{did_you_mean(str(value), names)}",
                effect="no proxy serves the service",
                help=f"use a service cluster from `{proxy.path}`: {known}"
                if known
                else f"remove the label; `{proxy.path}` has only the default service cluster",
            )


def _unverified(labels: list[Label]) -> Iterator[Finding]:
    """One finding for the whole stack when the service clusters are not known."""
    spans = list(dict.fromkeys(label.value.span for label in labels))
    for span in spans[:1]:
        yield Finding(
            span=span,
            message="cannot check whether this service cluster exists",
            effect="if it does not exist, no proxy serves the service",
            help="pass Interlock's configuration with `--proxy-config`",
            notes=tuple(Note(each, "this one is not checked either") for each in spans[1:]),
            at_most=Severity.INFO,
        )
