from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Mends, Subject, rule
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.names import STACK_NAME
from linter.model.stack import Service
from linter.model.text import Parts, Text

from ._networks import deployed, fits, is_bare_key, label_value, shown


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.SERVICE,
    fix=Mends.UNSAFE,
    labels=("network",),
)
def network_key_not_name(service: Service) -> Iterator[Finding]:
    """
    The network label gives a network's key in the file, not its name in the swarm.

    ## Why is this bad?

    Docker puts the name of the stack before the names of its networks: `front` of the stack `shop`
    is `shop_front` in the swarm, and Interlock looks for the name in the swarm. With one network
    requests still arrive, because there is no other to take; UCP and Interlock report the mismatch.
    With a second network it may be unreachable.

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

    A network with a `name:` of its own, or an external one, is called the same whatever the stack
    is called. With one network the label may also be left out.

    ## Fix safety

    Changes routing in principle: the label then names another network. There is a fix only where
    the name in the swarm is known, which takes the name of the stack.

    ## Source

    docker/docs pull request 7699, by the vendor: the example with the bare key "worked" because
    there was one network only. Release notes of UCP 3.1.2 and 3.2.3: a wrong network label is
    reported.
    """
    value = label_value(service)
    if value is None or len(service.attachments) != 1:
        return
    (attachment,) = service.attachments
    if not is_bare_key(value, attachment) or fits(value, attachment):
        return
    name, parts = shown(attachment), deployed(attachment)
    yield Finding(
        span=value.span,
        message=f"`{value}` is a key in this file; the network is deployed as `{name}`",
        effect="requests arrive because there is no other network, and the mismatch is reported",
        help=f"write `{name}`, leave the label out, or give the network a `name`"
        if STACK_NAME in parts
        else f"write `{name}`, or leave the label out",
        notes=(Note(attachment.key.span, "the only network of the service"),),
        fix=_fix(value, parts),
    )


def _fix(value: Text, name: Parts) -> Fix | None:
    """Put the deployed name in the place of the key, where it is known."""
    if len(name) != 1 or not isinstance(name[0], str):
        return None
    span = value.part(0, len(str(value)))
    if span.text != value.value:
        return None
    return Fix("Give the name in the swarm", (Edit(span, name[0]),), safe=False)
