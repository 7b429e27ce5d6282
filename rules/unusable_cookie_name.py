from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.vocabulary import rows

_VARIABLE = re.compile(r"[A-Za-z0-9_]+")


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence=Evidence.INFERRED,
    subject=Subject.LABEL,
    template=True,
    labels=("sticky_session_cookie",),
)
def unusable_cookie_name(label: Label) -> Iterator[Finding]:
    """
    The proxy cannot use a cookie of this name for sticky sessions.

    ## Why is this bad?

    The proxy puts the name into a variable of NGINX, `$cookie_<name>`. Such a name ends where
    anything but a letter, a digit or an underscore comes: of `JSESSION-ID` it reads the cookie
    `JSESSION`. That cookie is empty, so all clients get the same server. `none` is no switch
    either, but a placeholder from the documentation of 2018.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: JSESSION-ID
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.sticky_session_cookie: JSESSIONID
    ```

    The application must set the cookie under that name; the proxy sets none.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template":
    `hash $cookie_<name> consistent`. The label reference of 2018 shows `none` as its example.
    """
    name = label.value.value
    if label.name != "sticky_session_cookie" or not name or label.quote:
        return
    if not rows()["sticky_session_cookie"].fits(name):
        return  # no cookie at all; another rule says so
    if name == "none":
        yield Finding(
            span=label.value.span,
            message="`none` is taken for the name of a cookie",
            effect="the proxy looks for a cookie `none`, finds none, and all get the same server",
            help="remove the label if sessions need not be sticky",
        )
    elif not _VARIABLE.fullmatch(name):
        yield Finding(
            span=label.value.span,
            message=f"NGINX cannot read a cookie named `{name}` from a variable",
            effect="it looks for a cookie of another name, and all clients get the same server",
            help="let the application set a cookie of letters, digits and underscores only",
        )
