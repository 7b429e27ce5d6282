from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.names import Resource
from linter.model.stack import Service

from ._secrets import shown, unmatched

_NUMBER = r"\d+"
_NEAR = 0.8
"""How similar two names must be: certificates of different hosts often have similar names."""
_MOST = 200
"""With more secrets than this, looking for a similar name takes too long."""


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="service",
    labels=("ssl_cert", "ssl_key"),
    complete=True,
)
def undeclared_secret(service: Service) -> Iterator[Finding]:
    """
    A certificate label names a secret that the stack does not declare.

    ## Why is this bad?

    The label names a Docker secret, which Interlock passes to the proxy. A typo in the name is
    noticed late: most likely when the proxy cannot be updated. If the stack has no secret of a
    similar name, the secret is probably made elsewhere, and this is only an info.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.ssl_cert: wildcard.exmaple.com.cert
            com.docker.lb.ssl_key: wildcard.example.com.key
    secrets:
      wildcard.example.com.cert: {external: true}
      wildcard.example.com.key: {external: true}
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
            com.docker.lb.ssl_cert: wildcard.example.com.cert
            com.docker.lb.ssl_key: wildcard.example.com.key
    secrets:
      wildcard.example.com.cert: {external: true}
      wildcard.example.com.key: {external: true}
    ```

    ## When it is fine

    When the secret was created by other means. Declare it as external anyway: that shows where the
    certificate comes from, and the service does not need to use it.

    ## Source

    Docker Enterprise documentation, "Applications with SSL": the labels name secrets, which
    Interlock passes to the proxy.
    """
    if not service.context.declares:
        return  # the secrets of a swarm are not known here
    for each in unmatched(service):
        value = each.label.value
        if each.near is not None or value.value is None:
            continue  # not known, or close to a declared name, which another rule reports
        hint = _suggestion(value.value, service.context.secrets.resources)
        yield Finding(
            span=value.span,
            message=f"the secret `{value}` is not declared in the stack{hint}",
            effect="if the swarm has no such secret, the proxy has no certificate for the hosts",
            help="correct the name, or declare the secret with `external: true`",
            at_most=Severity.ERROR if hint else Severity.INFO,
        )


def _suggestion(name: str, secrets: Sequence[Resource]) -> str:
    """A similar name that may be meant, but not that of another version of the certificate."""
    if len(secrets) > _MOST:
        return ""
    from difflib import get_close_matches

    names = {shown(each): shown(each) for each in secrets}
    names |= {each.key: shown(each) for each in secrets}
    candidates = [each for each in names if not _is_another_version(each, name)]
    near = get_close_matches(name, candidates, n=1, cutoff=_NEAR)
    return f"; did you mean `{names[near[0]]}`?" if near else ""


def _is_another_version(one: str, other: str) -> bool:
    """Whether two names differ only in a number, like those of an old and a new certificate."""
    return re.sub(_NUMBER, "", one) == re.sub(_NUMBER, "", other)
