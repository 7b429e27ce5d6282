from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Note, Severity
from linter.model.stack import Stack


@rule(
    on=Stack,
    severity=Severity.ERROR,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
)
def duplicate_key(stack: Stack) -> Iterator[Finding]:
    """
    A mapping has the same key twice.

    ## Why is this bad?

    Docker 28 refuses the whole file. Docker 26 keeps the last of the two and says nothing, so a
    label, a network or a whole service can be missing without a trace. Which one happens depends
    on who deploys.

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

    A key that a merge (`<<`) brings and that the mapping has too, below the merge: the own one
    wins. In the list form of `labels` the last item with a key wins.

    ## Source

    Docker CLI 28.2.2 answers "mapping key … already defined"; CLI 26.1.5 takes the file and keeps
    the last. Of two `<<` keys it takes both. Both CLIs were run.
    """
    for duplicate in stack.duplicates:
        key = duplicate.key.text
        is_merge = key == "<<"
        yield Finding(
            span=duplicate.key,
            message=f"the key `{key}` stands twice in one mapping",
            effect="Docker 28 refuses the file; Docker 26 takes both"
            if is_merge
            else "Docker 28 refuses the file; Docker 26 keeps the last and says nothing",
            help="merge both with one key: `<<: [*one, *two]`"
            if is_merge
            else "keep one of them, with all that both hold",
            notes=(Note(duplicate.first, "the first one"),),
        )
