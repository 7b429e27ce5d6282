from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.checking.suppress import Ignore
from linter.model.diagnostic import Finding, Severity


@rule(
    on=Ignore,
    severity=Severity.WARNING,
    evidence="documented",
    subject="comments",
)
def expired_ignore(ignore: Ignore) -> Iterator[Finding]:
    """
    An ignore comment is past its `until=` date.

    ## Why is this bad?

    Someone wanted to look at this again by that date. The comment no longer suppresses anything, so
    the findings it suppressed are reported along with this one. An invalid date counts as expired,
    because a typo must not suppress a rule forever.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            # interlock-lint: ignore[invalid-value until=2026-05-31] the old proxy takes it
            com.docker.lb.backend_mode: VIP
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
            com.docker.lb.backend_mode: vip
    ```

    ## When it is fine

    On the date itself, the comment is still valid.

    ## Source

    The date is written `until=YYYY-MM-DD`, inside the brackets or after them, and is compared with
    the local date of the machine that runs the check.
    """
    if not ignore.expired or ignore.until_span is None:
        return
    if ignore.until is None:
        yield Finding(
            span=ignore.until_span,
            message=f"`{ignore.until_span.text}` is not a valid date",
            effect="it counts as expired, so the comment suppresses nothing",
            help="write the date as `until=YYYY-MM-DD`",
        )
        return
    yield Finding(
        span=ignore.until_span,
        message=f"this ignore comment was valid until {ignore.until}",
        effect="it no longer suppresses anything",
        help="fix the findings it suppressed, or set a later date",
    )
