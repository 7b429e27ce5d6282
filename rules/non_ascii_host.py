from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Edit, Finding, Fix, Severity
from linter.model.host import Host
from linter.model.stack import Service
from linter.model.text import display, lower
from linter.model.vocabulary import rows


@rule(
    on=Service,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="label",
    fix="unsafe",
    labels=("hosts", "redirects"),
)
def non_ascii_host(service: Service) -> Iterator[Finding]:
    """
    A host contains characters outside ASCII.

    ## Why is this bad?

    Host names in requests are ASCII. For `bücher.example`, browsers use `xn--bcher-kva.example`.
    NGINX compares names as they are written, so the request most likely goes to the default backend
    instead, or is rejected. The same applies to the source of a redirect. In its target, browsers
    are sent a URL that is not valid.

    Some characters look like ASCII, such as fullwidth letters, or are invisible, such as a
    zero-width space that was copied from a web page. Browsers replace or remove these.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: bücher.example
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: xn--bcher-kva.example
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    If all clients send the name exactly as it is written. Browsers do not.

    ## Fix safety

    Changes which requests the service receives: those for the name in ASCII, and no longer those
    for the name as written. There is no fix for a name with brackets or quotes.

    ## Source

    NGINX documentation, "Server names": internationalized names should be specified in their ASCII
    form, and NGINX 1.22.1 does not match the other one. RFC 9110 and RFC 3986 define the host in a
    request, RFC 6066 the one in a TLS handshake. That Interlock passes the name to the proxy
    unchanged is not documented. The ASCII form is that of Unicode Technical Standard 46 without
    transitional mappings, which browsers use.
    """
    wrong = list(filter(_is_wrong, service.hosts))
    if wrong and service.routing["hosts"].quote:
        wrong = []  # other rules report quotes
    listed = {host.name for host in service.hosts if str(host).isascii()} if wrong else ()
    for host in wrong:
        if host.name not in listed:
            yield _finding(host, "so most likely no request matches the host as written")
            continue
        yield Finding(
            span=host.span,
            message=_message(host),
            effect=f"browsers use `{display(host.name)}`, which is listed as well",
            help="remove it",
            at_most=Severity.INFO,
        )
    for redirect in service.redirects:
        if _is_wrong(redirect.source.host):
            yield _finding(redirect.source.host, "so most likely no request is redirected")
        if _is_wrong(redirect.target.host):
            yield _finding(
                redirect.target.host, "and may not follow a redirect to another form of the name"
            )


def _is_wrong(host: Host) -> bool:
    if str(host).isascii() or host.is_expression:
        return False
    return not host.is_known or rows()["hosts"].fits(str(host))  # other rules report others


def _is_literal(host: Host) -> bool:
    """Whether the name is in the file as it is, so that it can be replaced."""
    return lower(host.span.text) == str(host)


def _has_brackets(host: Host) -> bool:
    """Whether it contains brackets or quotes, which are a slip rather than part of the name."""
    from unicodedata import category  # rarely needed

    return any(category(each) in ("Ps", "Pe", "Pi", "Pf") for each in str(host))


def _message(host: Host) -> str:
    name = host.span.text if _is_literal(host) else str(host)
    return f"the host `{name}` contains characters outside ASCII"


def _finding(host: Host, consequence: str) -> Finding:
    form, fix = display(host.name), None
    if form.isascii():
        effect, remedy = f"browsers use `{form}`, {consequence}", f"use `{form}`"
        if _is_literal(host) and not _has_brackets(host):
            fix = Fix("Use the ASCII form", (Edit(host.span, form),), safe=False)
    elif host.is_known:
        effect = "it has no valid `xn--` form, so browsers cannot ask for it"
        remedy = "use a valid host name"
    else:  # the form depends on a variable
        effect, remedy = f"browsers use its `xn--` form, {consequence}", "use that form"
    return Finding(span=host.span, message=_message(host), effect=effect, help=remedy, fix=fix)
