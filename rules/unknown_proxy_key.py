from __future__ import annotations

from collections.abc import Iterator, Mapping

from linter.checking.rule import rule
from linter.model.configuration import Configuration, Extension, Setting
from linter.model.diagnostic import Finding, Severity
from linter.model.words import closest

_TOP = (
    *("ListenAddr", "DockerURL", "TLSCACert", "TLSCert", "TLSKey", "AllowInsecure"),
    *("PollInterval", "EndpointOverride", "Extensions"),
)
_EXTENSION = (
    *("Image", "Args", "Labels", "Networks", "ContainerLabels", "Constraints", "ServiceName"),
    *("PlacementPreferences", "ProxyImage", "ProxyArgs", "ProxyLabels", "ProxyContainerLabels"),
    *("ProxyServiceName", "ProxyConfigPath", "ProxyReplicas", "ProxyStopSignal"),
    *("ProxyStopGracePeriod", "ProxyConstraints", "ProxyPlacementPreferences"),
    *("ProxyUpdateDelay", "ServiceCluster", "PublishMode", "PublishedPort", "TargetPort"),
    *("PublishedSSLPort", "TargetSSLPort", "Template", "Config", "HitlessServiceUpdate"),
    *("ConfigImage", "ConfigServiceName"),
)
_CONFIG = (
    *("Version", "HTTPVersion", "User", "PidPath", "MaxConnections", "ConnectTimeout"),
    *("SendTimeout", "ReadTimeout", "IPHash", "AdminUser", "AdminPass", "SSLOpts"),
    *("SSLDefaultDHParam", "SSLDefaultDHParamPath", "SSLVerify", "WorkerProcesses"),
    *("RLimitNoFile", "SSLCiphers", "SSLProtocols", "AccessLogPath", "ErrorLogPath"),
    *("MainLogFormat", "TraceLogFormat", "KeepaliveTimeout", "ClientMaxBodySize"),
    *("ClientBodyBufferSize", "ClientHeaderBufferSize", "LargeClientHeaderBuffers"),
    *("ClientBodyTimeout", "UnderscoresInHeaders", "ServerNamesHashBucketSize"),
    *("UpstreamZoneSize", "GlobalOptions", "HTTPOptions", "TCPOptions", "HideInfoHeaders"),
)


@rule(
    on=Configuration,
    severity=Severity.WARNING,
    evidence="inferred",
    subject="configuration",
)
def unknown_proxy_key(configuration: Configuration) -> Iterator[Finding]:
    """
    A key in Interlock's own configuration is not documented.

    ## Why is this bad?

    Interlock ignores keys that it does not know, and those in another table than theirs. A
    misspelled key keeps its default, and nothing says so.

    ## Example

    ```toml
    [Extensions.default]
      ProxyReplicas = 2
      PublishModes = "host"
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
      PublishMode = "host"
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

    ## Source

    Docker Enterprise documentation, "Configure layer 7 routing service" and "Configure an nginx
    extension", and the default configurations of UCP 3.0 to MKE 3.3. That other keys are ignored
    follows from how Go reads TOML.
    """
    for known, settings, extension in _tables(configuration):
        lowered = {name.lower(): name for name in known}
        for name, setting in settings.items():
            if name not in lowered:
                yield _finding(setting, name, lowered, extension)


def _finding(
    setting: Setting, name: str, known: Mapping[str, str], extension: Extension | None
) -> Finding:
    close = closest(name, known)
    title = extension.name if extension else "NAME"
    places = {
        "": _TOP,
        f"[Extensions.{title}]": _EXTENSION,
        f"[Extensions.{title}.Config]": _CONFIG,
    }
    right = next((place for place, names in places.items() if name in map(str.lower, names)), None)
    message = f"unknown key `{setting.name}`"
    if right is not None:
        message = f"the key `{setting.name}` is in the wrong table"
        remedy = f"move it to `{right}`" if right else "move it above all tables"
    elif close:
        message += f"; did you mean `{known[close]}`?"
        remedy = f"rename it to `{known[close]}`"
    else:
        remedy = "remove it"
    return Finding(
        span=setting.span,
        message=message,
        effect="Interlock ignores the key without a warning",
        help=remedy,
    )


def _tables(
    configuration: Configuration,
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Setting], Extension | None]]:
    """The keys that a table may have, those that it has, and the extension that it belongs to."""
    yield _TOP, configuration.settings, None
    for extension in configuration.extensions:
        yield _EXTENSION, extension.settings, extension
        if not extension.cluster.is_haproxy:
            yield _CONFIG, extension.options, extension
