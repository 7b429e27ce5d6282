from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.stack import Service

from ._ansible import SERVICE


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
)
def ansible_label_not_a_string(service: Service) -> Iterator[Finding]:
    """
    A label of a `docker_swarm_service` task is a boolean, a fraction or empty.

    ## Why is this bad?

    The module takes strings and whole numbers as values of labels. It refuses numbers with a point
    and booleans, which in Ansible are `yes`, `no`, `on` and `off` too: the task fails, and nothing
    is deployed. Of an empty value, it makes the text `None`.

    ## Example

    ```yaml
    - community.docker.docker_swarm_service:
        name: web
        image: example/web
        networks: [front]
        labels:
          com.docker.lb.hosts: app.example.com
          com.docker.lb.port: 8443
          com.docker.lb.ssl_passthrough: yes
    ```

    ## Use instead

    ```yaml
    - community.docker.docker_swarm_service:
        name: web
        image: example/web
        networks: [front]
        labels:
          com.docker.lb.hosts: app.example.com
          com.docker.lb.port: 8443
          com.docker.lb.ssl_passthrough: "true"
    ```

    ## When it is fine

    An expression, such as `"{{ passthrough }}"`: its value is not known here.

    ## Source

    `sanitize_labels` of the collection community.docker 4.8.5, which was run.
    """
    if service.context.form != SERVICE:
        return
    for label in {each.span: each for each in _labels(service)}.values():
        value = label.value
        if value.kind in _WORDS:
            yield Finding(
                span=value.span if value.kind != "null" else label.key.span,
                message=f"the value of `{label.key}` is {_WORDS[value.kind]}",
                effect="the module sets the label to the text `None`"
                if value.kind == "null"
                else "the module refuses it, and the task fails",
                help="write a value, or remove the label"
                if value.kind == "null"
                else f'quote the value: `"{value}"`',
            )


def _labels(service: Service) -> tuple[Label, ...]:
    return (*service.written, *service.container_labels)


_WORDS = {
    "boolean": "a boolean",
    "number": "a number with a point",
    "null": "empty",
}
