from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.checking.suppress import Ignore
from linter.model.diagnostic import Finding, Severity
from linter.model.words import closest

_VERBS = ("ignore", "ignore-file")


@rule(
    on=Ignore,
    severity=Severity.WARNING,
    evidence="documented",
    subject="comments",
)
def unknown_ignore(ignore: Ignore) -> Iterator[Finding]:
    """
    An ignore comment names no rule, or a rule that does not exist.

    ## Why is this bad?

    Such a comment suppresses nothing, although it looks as if it did. To suppress a rule, write its
    full name in brackets. No comment suppresses all rules at once.

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

    `interlock-lint rules` lists the names. The syntax is
    `# interlock-lint: ignore[name, name] reason`, or `ignore-file` for the whole file.
    """
    if ignore.verb not in _VERBS:
        yield Finding(
            span=ignore.span,
            message=f"unknown directive `{ignore.verb}`"
            if ignore.verb
            else "the comment has no directive",
            effect="the comment suppresses nothing",
            help=f"use `{closest(ignore.verb, _VERBS) or 'ignore'}[rule-name]`",
        )
    elif not ignore.names and not ignore.unknown:
        yield Finding(
            span=ignore.span,
            message="the comment names no rule",
            effect="the comment suppresses nothing",
            help=f"add the rule names in brackets: `{ignore.verb}[rule-name]`",
        )
    for unknown in ignore.unknown:
        meant = closest(unknown.name, ignore.rules)
        yield Finding(
            span=unknown.span,
            message=f"unknown rule `{unknown.name}`",
            effect="the name suppresses nothing",
            help=f"use `{meant}`" if meant else "use a name that `interlock-lint rules` lists",
        )
