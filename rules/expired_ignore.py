from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.checking.suppress import Ignore
from linter.model.diagnostic import Finding, Severity


@rule(
    on=Ignore,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.COMMENTS,
)
def expired_ignore(ignore: Ignore) -> Iterator[Finding]:
    """
    The day has passed until which an ignore comment was meant to hold.

    ## Why is this bad?

    Somebody wanted to look at this again by that day. The comment silences nothing any more, so
    what it hid is reported beside this. A day that cannot be read counts as passed: a slip must not
    silence a rule for ever.

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

    On the day itself the comment still holds.

    ## Source

    The day is written `until=YYYY-MM-DD`, in the brackets or behind them, and is compared with the
    calendar of the machine that runs the check.
    """
    if not ignore.expired or ignore.until_span is None:
        return
    if ignore.until is None:
        yield Finding(
            span=ignore.until_span,
            message=f"`{ignore.until_span.text}` is not a day",
            effect="it counts as passed, so the comment silences nothing",
            help="write the day as `until=YYYY-MM-DD`",
        )
        return
    yield Finding(
        span=ignore.until_span,
        message=f"this comment was to hold until {ignore.until}",
        effect="it silences nothing any more",
        help="mend what it hid, or set a later day",
    )
