from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.diagnostic import Finding, Severity
from linter.model.stack import Stack


@rule(
    on=Stack,
    severity=Severity.WARNING,
    evidence="documented",
    subject="file",
)
def ignored_document(stack: Stack) -> Iterator[Finding]:
    """
    Services are in a second YAML document, which Docker does not read.

    ## Why is this bad?

    A `---` line starts a new document. `docker stack deploy` reads only the first document of a
    file and ignores the rest without a warning: the services of the second document are never
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

    Or use two files: `docker stack deploy -c web.yml -c api.yml` combines them.

    ## When it is fine

    A `---` at the top of the file, and a later document without services.

    ## Source

    Docker CLI 28.2.2 and 26.1.5 print only the services of the first document. For 28.2.2, what
    follows does not even have to be YAML.
    """
    for span in stack.ignored_documents:
        yield Finding(
            span=span,
            message="these `services` are not in the first YAML document",
            effect="Docker reads only the first document, so they are not deployed",
            help="move them to the first document or to a separate file",
        )
