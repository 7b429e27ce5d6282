from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Service
from linter.model.vocabulary import rows

from ._networks import RESERVED, fits, is_bare_key, label_value, shown


@rule(
    on=Service,
    severity=Severity.ERROR,
    evidence="documented",
    subject="service",
    labels=("network",),
    complete=True,
)
def network_not_attached(service: Service) -> Iterator[Finding]:
    """
    The network label does not name a network that the service joins.

    ## Why is this bad?

    The proxy joins the network that the label names, and looks for the service there. If the
    service is not on that network, the proxy finds nothing, unless it falls back to the service's
    only network. The name in the swarm is what counts: `front` in the stack `shop` is `shop_front`
    there. UCP reports the mismatch when the service is created or updated, Interlock in its log.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        networks: [front]
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.network: shop_back
    networks:
      front:
      back:
    ```

    ## Use instead

    ```yaml
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
      back:
    ```

    ## Source

    Release notes of UCP 3.1.2 and 3.2.3: a network label that does not match is reported.
    docker/docs pull request 7699: the name in the swarm is what counts.
    """
    value = label_value(service)
    attachments = service.attachments
    if value is None or not attachments or any(fits(value, each) for each in attachments):
        return
    swarm = service.context.swarm
    if swarm is not None and swarm.networks is not None and value.value not in swarm.networks:
        return  # there is no such network at all; another rule reports it
    if value.value in RESERVED:
        return  # cannot be what was meant; another rule reports it
    if value.value is not None and not rows()["network"].fits(value.value):
        return  # not a valid network name; another rule reports it
    if len(attachments) == 1 and is_bare_key(value, attachments[0]):
        return  # the key of the only network; another rule reports it
    bare = [each for each in attachments if is_bare_key(value, each)]
    names = " or ".join(f"`{shown(each)}`" for each in bare or attachments)
    yield Finding(
        span=value.span,
        message=f"`{value}` is a network's key in this file; no network is deployed as `{value}`"
        if bare
        else f"the service does not join any network deployed as `{value}`",
        effect="the proxy looks for the service on the wrong network"
        if len(attachments) != 1
        else "requests may still arrive over the only network, but UCP and Interlock report the "
        "mismatch",
        help=f"use {names}" if names else "attach the service to the network",
        notes=tuple(Note(each.key.span, f"deployed as `{shown(each)}`") for each in attachments),
    )
