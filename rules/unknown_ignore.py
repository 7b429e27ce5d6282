from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.checking.suppress import Ignore
from linter.model.diagnostic import Finding, Severity
from linter.model.words import closest

_VERBS = ("ignore", "ignore-file")


@rule(
    on=Ignore,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.COMMENTS,
)
def unknown_ignore(ignore: Ignore) -> Iterator[Finding]:
    """
    An ignore comment names no rule, or one that does not exist.

    ## Why is this bad?

    Such a comment silences nothing, although it looks as if it did. A rule is silenced only by its
    full name in brackets. There is no comment that silences all rules at once.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
            com.docker.lb.backend_mode: VIP  # interlock-lint: ignore[invalid-values] for a test
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
            com.docker.lb.backend_mode: VIP  # interlock-lint: ignore[invalid-value] for a test
    ```

    ## Source

    `interlock-lint rules` lists the names. A comment is
    `# interlock-lint: ignore[name, name] reason`, or `ignore-file` for the whole file.
    """
    if ignore.verb not in _VERBS:
        yield Finding(
            span=ignore.span,
            message=f"a comment cannot ask for `{ignore.verb}`"
            if ignore.verb
            else "the comment does not say what it asks for",
            effect="it silences nothing",
            help=f"write `{closest(ignore.verb, _VERBS) or 'ignore'}[rule-name]`",
        )
    elif not ignore.names and not ignore.unknown:
        yield Finding(
            span=ignore.span,
            message="the comment names no rule",
            effect="it silences nothing",
            help=f"name the rules in brackets: `{ignore.verb}[rule-name]`",
        )
    for unknown in ignore.unknown:
        meant = closest(unknown.name, ignore.rules)
        yield Finding(
            span=unknown.span,
            message=f"there is no rule `{unknown.name}`",
            effect="the name silences nothing",
            help=f"write `{meant}`" if meant else "take a name that `interlock-lint rules` lists",
        )
