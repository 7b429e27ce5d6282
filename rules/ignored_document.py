from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import Evidence, Subject, rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Stack


@rule(
    on=Stack,
    severity=Severity.WARNING,
    evidence=Evidence.DOCUMENTED,
    subject=Subject.FILE,
)
def ignored_document(stack: Stack) -> Iterator[Finding]:
    """
    Services stand in a second YAML document, which Docker does not read.

    ## Why is this bad?

    A line `---` begins a new document. `docker stack deploy` reads the first document of a file
    and nothing behind it. It does not say so: the services of the second document are never
    deployed, and their hosts are never routed.

    ## Example

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ---
    services:
      api:
        image: example/api
        deploy:
          labels:
            com.docker.lb.hosts: api.example.com
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
      api:
        image: example/api
        deploy:
          labels:
            com.docker.lb.hosts: api.example.com
            com.docker.lb.port: 8080
    ```

    Or two files: `docker stack deploy -c web.yml -c api.yml` puts them together.

    ## When it is fine

    One `---` at the top of the file, and a later document that holds no services.

    ## Source

    Docker CLI 28.2.2 and 26.1.5 print the services of the first document only. What follows need
    not even be YAML for 28.2.2.
    """
    for span in stack.ignored_documents:
        yield Finding(
            span=span,
            message="these `services` stand behind the first YAML document",
            effect="Docker reads the first document only, so they are not deployed",
            help="put them into the first document, or into a file of their own",
        )
