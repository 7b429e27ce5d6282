from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.names import STACK_NAME
from linter.model.stack import Service
from linter.model.text import Parts, Text

from ._networks import deployed, fits, is_bare_key, label_value, shown


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="documented",
    subject="service",
    fix="unsafe",
    labels=("network",),
    complete=True,
)
def network_key_not_name(service: Service) -> Iterator[Finding]:
    """
    The network label contains a network's key, not its name in the swarm.

    ## Why is this bad?

    Docker prefixes the names of networks with the name of the stack: `front` in the stack `shop`
    becomes `shop_front` in the swarm, and Interlock looks for the name in the swarm. If the service
    has only one network, requests still arrive, because there is no other to use; UCP and Interlock
    report the mismatch. With a second network, the service may be unreachable.

    ## Example

    ```yaml
    # interlock-lint check --stack-name shop
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: front
    networks:
      front:
    ```

    ## Use instead

    ```yaml
    # interlock-lint check --stack-name shop
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: shop_front
    networks:
      front:
    ```

    A network with its own `name:`, or an external network, keeps its name whatever the stack is
    called. If the service has only one network, you can also remove the label.

    ## Fix safety

    Can change routing: the label then names another network. There is a fix only where the name in
    the swarm is known; unless the network has its own `name:`, this requires the name of the stack.

    ## Source

    docker/docs pull request 7699, by the vendor: the example with the bare key "worked" because
    there was only one network. Release notes of UCP 3.1.2 and 3.2.3: a wrong network label is
    reported.
    """
    value = label_value(service)
    if value is None or len(service.attachments) != 1:
        return
    (attachment,) = service.attachments
    if attachment.network is None:  # not declared, so it may as well be external
        return
    if not is_bare_key(value, attachment) or fits(value, attachment):
        return
    name, parts = shown(attachment), deployed(attachment)
    yield Finding(
        span=value.span,
        message=f"`{value}` is the network's key in this file; it is deployed as `{name}`",
        effect="requests still arrive over the only network, but UCP and Interlock report the "
        "mismatch",
        help=f"use `{name}`, remove the label, or set the network's `name`"
        if STACK_NAME in parts
        else f"use `{name}`, or remove the label",
        notes=(Note(attachment.key.span, "the service's only network"),),
        fix=_fix(value, parts),
    )


def _fix(value: Text, name: Parts) -> Fix | None:
    """Replace the key with the deployed name, if that is known."""
    if len(name) != 1 or not isinstance(name[0], str):
        return None
    span = value.part(0, len(str(value)))
    if span.text != value.value:
        return None
    return Fix("Use the deployed name", (Edit(span, name[0]),), safe=False)
