from __future__ import annotations

from collections.abc import Iterator

from linter.checking.rule import rule
from linter.model.configuration import Configuration
from linter.model.diagnostic import Finding, Severity


@rule(
    on=Configuration,
    severity=Severity.INFO,
    evidence="documented",
    subject="configuration",
)
def hitless_service_update(configuration: Configuration) -> Iterator[Finding]:
    """
    `HitlessServiceUpdate` does not avoid every restart of the proxies.

    ## Why is this bad?

    With this setting, a change to a service does not restart the proxies, nor does adding or
    removing one, as long as its networks and secrets stay the same. Every other change still
    restarts them: a new certificate, or a service on another network.

    ## Example

    ```toml
    [Extensions.default]
      ProxyReplicas = 2
      HitlessServiceUpdate = true
    ```

    ```yaml
    services:
      web:
        image: example/web
        deploy:
          labels:
            com.docker.lb.hosts: app.example.com
            com.docker.lb.port: 8080
    ```

    ## Use instead

    ```toml
    [Extensions.default]
      ProxyReplicas = 2
    ```

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

    Always: the setting helps, and this only says what it does not cover.

    ## Source

    Release notes of UCP 3.2.3 and "Configure layer 7 routing service" in the Docker Enterprise
    documentation.
    """
    for extension in configuration.extensions:
        setting = extension.settings.get("hitlessserviceupdate")
        if setting is not None and setting.value is True:
            yield Finding(
                span=setting.span,
                message="the proxies still restart when secrets or networks change",
                effect="a new certificate, or a service on another network, interrupts connections",
                help="plan such changes; all others do not restart the proxies",
            )
