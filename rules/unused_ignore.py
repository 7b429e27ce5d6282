from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.checking.suppress import Ignore
from linter.model.diagnostic import Edit, Finding, Fix, Note, Severity
from linter.model.text import Span

_EFFECT = "it would hide the next finding of this kind here"


@rule(
    on=Ignore,
    severity=Severity.WARNING,
    evidence="documented",
    subject="comments",
    fix="safe",
)
def unused_ignore(ignore: Ignore) -> Iterator[Finding]:
    """
    An ignore comment suppresses nothing.

    ## Why is this bad?

    The finding that it was written for is gone, or is now on another line. A leftover comment
    suggests a problem where there is none, and hides the next finding of that kind.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            # interlock-lint: ignore[invalid-value] the image maps this port
            com.docker.lb.port: 8080
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
    ```

    ## When it is fine

    A rule that is turned off did not run. A comment that names it is not reported.

    ## Fix safety

    Safe: Docker does not read comments. The comment is removed only if all the names in it are
    names of rules, and none of them is needed.

    ## Source

    A comment suppresses findings on its own line, or, if nothing else is on that line, on the next
    line. Every line that a finding points to counts. `ignore-file` suppresses findings in the whole
    file.
    """
    if ignore.expired or not ignore.unused:
        return
    if ignore.unknown or len(ignore.unused) < len(ignore.names):
        first, *others = ignore.unused
        yield Finding(
            span=first.span,
            message=f"`{first.name}` suppresses nothing here",
            effect=_EFFECT,
            help="remove the name from the comment",
            notes=tuple(Note(other.span, "nor does this one") for other in others),
        )
        return
    yield Finding(
        span=ignore.span,
        message="this comment suppresses nothing",
        effect=_EFFECT,
        help="remove the comment",
        fix=Fix("Remove the comment", (Edit(_place(ignore.span), ""),), safe=True),
    )


def _place(comment: Span) -> Span:
    """The comment with its line if it is alone there, otherwise with the spaces around it."""
    source = comment.source
    number = comment.position.line
    line = source.line_span(number)
    before = source.text[line.start : comment.start].rstrip()
    if before:
        return Span(source, line.start + len(before), line.end)
    if number < source.position(len(source.text)).line:
        return Span(source, line.start, source.line_span(number + 1).start)
    start = source.line_span(number - 1).end if number > 1 else 0
    return Span(source, start, line.end)
