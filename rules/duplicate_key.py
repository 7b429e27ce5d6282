from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Stack
from linter.model.vocabulary import without_secret

from ._ansible import ANSIBLE


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence="documented",
    subject="file",
)
def duplicate_key(stack: Stack) -> Iterator[Finding]:
    """
    A mapping has the same key twice.

    ## Why is this bad?

    Docker 28 rejects the whole file. Docker 26 silently keeps the last of the two, so a label, a
    network or a whole service can be missing without a trace. Which of these happens depends on who
    deploys.

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
            com.docker.lb.hosts: www.example.com
    ```

    ## Use instead

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          replicas: 4
          labels:
            com.docker.lb.hosts: app.example.com,www.example.com
            com.docker.lb.port: 8080
    ```

    ## When it is fine

    A key that comes from a merge (`<<`) and is also set in the mapping, below the merge: the value
    in the mapping wins. In the list form of `labels`, the last item with a key wins.

    In tasks of Ansible, the last of the two wins, with a warning that is easily missed.

    ## Source

    Docker CLI 28.2.2 reports "mapping key … already defined"; CLI 26.1.5 accepts the file and keeps
    the last key. If `<<` appears twice, it merges both. Both CLIs were run.
    """
    for duplicate in stack.duplicates:
        key = without_secret(duplicate.key.text)
        is_merge = key == "<<"
        yield Finding(
            span=duplicate.key,
            message=f"the key `{key}` appears twice in the same mapping",
            effect=_effect(stack, is_merge=is_merge),
            help="use one key for both merges: `<<: [*one, *two]`"
            if is_merge
            else "combine both under one key",
            notes=(Note(duplicate.first, "first used here"),),
        )


def _effect(stack: Stack, *, is_merge: bool) -> str:
    if stack.context.form in ANSIBLE:
        return "Ansible keeps only the last one, with a warning"
    if is_merge:
        return "Docker 28 rejects the file; Docker 26 merges both"
    return "Docker 28 rejects the file; Docker 26 silently keeps the last one"
