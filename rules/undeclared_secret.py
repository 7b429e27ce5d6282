from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.names import Resource
from linter.model.stack import Service
from linter.model.words import did_you_mean

from ._secrets import shown, unmatched

_NUMBER = re.compile(r"\d+")
_MOST = 100
"""Secrets among which one that is meant can be found in no time."""


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.SERVICE,
    labels=("ssl_cert", "ssl_key"),
)
def undeclared_secret(service: Service) -> Iterator[Finding]:
    """
    A certificate label names no secret of the stack.

    ## Why is this bad?

    The label names a Docker secret, and Interlock gives it to the proxy. A slip in the name is
    found late: most likely when the proxy cannot be updated.

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

    When the secret was made by other means. Declare it as external all the same: it says where the
    certificate comes from, and the service need not use it.

    ## Source

    Docker Enterprise documentation, "Applications with SSL": the labels name secrets, which
    Interlock gives to the proxy.
    """
    for each in unmatched(service):
        value = each.label.value
        if each.near is not None or value.value is None:
            continue  # nearly the name of one, of which another rule tells, or not known
        hint = _suggestion(value.value, service.context.secrets.resources)
        yield Finding(
            span=value.span,
            message=f"the stack declares no secret `{value}`{hint}",
            effect="if the swarm has none either, the proxy has no certificate for the hosts",
            help="correct the name, or declare the secret with `external: true`",
        )


def _suggestion(name: str, secrets: Sequence[Resource]) -> str:
    """A secret that may have been meant; not another version of a certificate, which is older."""
    if len(secrets) > _MOST:
        return ""
    candidates = (shown(secret) for secret in secrets)
    return did_you_mean(name, [each for each in candidates if not _is_another_version(each, name)])


def _is_another_version(one: str, other: str) -> bool:
    """Whether two names differ in a number only, as those of an old and a new certificate do."""
    return _NUMBER.sub("", one) == _NUMBER.sub("", other)
