from __future__ import annotations

import re
from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.label import Label
from linter.model.vocabulary import rows

_VARIABLE = r"[A-Za-z0-9_]+"


@rule(
    on=Label,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="label",
    template=True,
    labels=("sticky_session_cookie",),
)
def unusable_cookie_name(label: Label) -> Iterator[Finding]:
    """
    The proxy cannot use a cookie with this name for sticky sessions.

    ## Why is this bad?

    The proxy puts the name into an NGINX variable, `$cookie_<name>`. The name of a variable ends at
    the first character that is not a letter, a digit or an underscore: for `JSESSION-ID`, NGINX
    reads the cookie `JSESSION`. That cookie is empty, so all clients get the same server. `none`
    does not turn the feature off either; it is a placeholder from the documentation of 2018.

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

    The application must set the cookie under that name; the proxy does not set it.

    ## Source

    The proxy template in the Docker Enterprise documentation, "Create a custom template":
    `hash $cookie_<name> consistent`. Which servers the clients get was tested with NGINX 1.22.1.
    The label reference of 2018 shows `none` as its example.
    """
    name = label.value.value
    if label.name != "sticky_session_cookie" or not name or label.quote:
        return
    if not rows()["sticky_session_cookie"].fits(name):
        return  # not a cookie name at all; another rule reports it
    if name == "none":
        yield Finding(
            span=label.value.span,
            message="`none` is read as the name of a cookie",
            effect="no client has such a cookie: NGINX before 1.17, as in UCP 3, sends them all to "
            "one server, and later versions balance as if the label were not set",
            help="remove the label if you do not need sticky sessions",
        )
    elif not re.fullmatch(_VARIABLE, name):
        yield Finding(
            span=label.value.span,
            message=f"NGINX cannot read a cookie named `{name}` from a variable",
            effect="it looks for a cookie with another name, so all clients get the same server",
            help="rename the cookie in the application, using only letters, digits and underscores",
        )
