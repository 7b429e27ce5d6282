"""
The configuration of NGINX for a stack, as the vendor's proxy template makes it.

Interlock is not public, but the documentation publishes a template, and one configuration that it
generated is public. What is here follows from these: which directives a label leads to, and that
all settings of a host come from its first service. It takes the labels as they are in the file, and
nothing that the program has worked out.
"""

from typing import NamedTuple
from zlib import crc32

import yaml

PREFIX = "com.docker.lb."


class Service(NamedTuple):
    """A service of a stack: its Interlock labels, by name without the prefix."""

    name: str
    labels: dict[str, str]
    tasks: int

    def listed(self, name):
        return [item.strip() for item in self.labels.get(name, "").split(",") if item.strip()]

    def is_on(self, name):
        return self.labels.get(name) == "true"

    @property
    def hosts(self):
        """Its hosts; the empty one stands for a default backend that has none."""
        return self.listed("hosts") or ([""] if self.is_on("default_backend") else [])

    @property
    def redirects(self):
        """The target of each redirect, by the host of its source."""
        pairs = [pair.split(",") for pair in self.labels.get("redirects", "").split(";") if pair]
        return {source.strip().split("/")[2]: target.strip() for source, target in pairs}


class Places(NamedTuple):
    """Where NGINX listens for HTTP and TLS, and the folder of its inner sockets and secrets."""

    http: str
    tls: str
    folder: str


def services(text):
    """The services of a stack file."""
    return [
        Service(name, _labels(deploy.get("labels") or {}), deploy.get("replicas", 1))
        for name, spec in yaml.safe_load(text)["services"].items()
        for deploy in [spec.get("deploy") or {}]
    ]


def _labels(labels):
    pairs = labels.items() if isinstance(labels, dict) else (item.split("=", 1) for item in labels)
    return {
        key.removeprefix(PREFIX): str(value).replace("$$", "$")
        for key, value in pairs
        if key.startswith(PREFIX)
    }


def http(services, addresses, places):
    """
    The servers for HTTP, and for the TLS connections that the proxy itself ends.

    `addresses` are those of the tasks of each service in task mode, or its virtual IP, by name.
    """
    lines = ["map $http_upgrade $connection_upgrade { default upgrade; '' close; }"]
    lines.append("proxy_next_upstream error timeout invalid_header http_500 http_502 http_503;")
    lines.append("proxy_set_header Host $http_host;")
    if not any(each.is_on("default_backend") for each in services):
        lines.append(
            f"server {{ listen {places.http} default_server; server_name _;"
            " location / { return 503; } location /nginx_status { stub_status on; } }"
        )
    for host, backends in _by_host(services).items():
        first = backends[0]
        lines.append(_upstream(host, backends, addresses))
        if not first.is_on("ssl_passthrough"):
            is_default = first.is_on("default_backend")
            target = first.redirects.get(host)
            lines.append(
                f"server {{ listen {places.http}{' default_server' if is_default else ''};"
                f" server_name {'_' if is_default else host};"
                f" {f'return 302 {target}$request_uri;' if target else _locations(host, first)} }}"
            )
        if "ssl_cert" in first.labels:
            lines.append(
                f"server {{ listen {_inner(places, host, 'ssl')} ssl proxy_protocol;"
                f" server_name {host}; {_certificate(first, places)} {_locations(host, first)} }}"
            )
    return "\n".join(lines)


def stream(services, addresses, places):
    """The server for TLS connections, which only reads the name in them."""
    names, servers = [], []
    for host, backends in _by_host(services).items():
        first = backends[0]
        if first.is_on("ssl_passthrough"):
            inner = _inner(places, host, "passed")
            names.append((host, f"pt-{host}", first))
            # This one takes off what the server in front has added, and only knows one service.
            servers.append(f"upstream pt-{host} {{ server {inner}; }}")
            servers.append(f"upstream proxy-{host} {{ {_servers(first, addresses)} }}")
            servers.append(f"server {{ listen {inner} proxy_protocol; proxy_pass proxy-{host}; }}")
        elif "ssl_cert" in first.labels:
            names.append((host, _inner(places, host, "ssl"), first))
    lines = [f"{host} {name};" for host, name, _ in names if host]
    lines += [f"default {name};" for _, name, first in names if first.is_on("default_backend")]
    servers.append(f"map $ssl_preread_server_name $name {{ {' '.join(lines)} }}")
    servers.append(
        f"server {{ listen {places.tls}; ssl_preread on; proxy_protocol on; proxy_pass $name; }}"
    )
    return "\n".join(servers)


def _by_host(services):
    found = {}
    for service in services:
        for host in service.hosts:
            found.setdefault(host, []).append(service)
    return found


def _inner(places, host, purpose):
    """A socket on which NGINX passes connections on to itself."""
    return f"unix:{places.folder}/{purpose}-{crc32(host.encode())}"


def _upstream(host, backends, addresses):
    """All servers of all services of a host, in one list."""
    first = backends[0]
    method = "ip_hash;" if first.is_on("ip_hash") else f"zone up-{host}_backend 64k;"
    if cookie := first.labels.get("sticky_session_cookie"):
        method += f" hash $cookie_{cookie} consistent;"
    servers = " ".join(_servers(each, addresses) for each in backends)
    return f"upstream up-{host} {{ {method} {servers} }}"


def _servers(service, addresses):
    checks = "".join(
        f" {name}={service.labels[name]}"
        for name in ("max_fails", "fail_timeout")
        if name in service.labels
    )
    return " ".join(f"server {address}{checks};" for address in addresses[service.name])


def _locations(host, first):
    """Where the requests for a host go: with a context root, nothing else is rendered."""
    # With `ssl_backend`, the end of this directive is missing.
    proxied = (
        "proxy_pass https://" if "ssl_backend" in first.labels else f"proxy_pass http://up-{host};"
    )
    status = "location /nginx_status { stub_status on; }"
    root = first.labels.get("context_root")
    if root is not None:
        rewrite = (
            f"rewrite ^([^.]*[^/])$ $1/ permanent; rewrite ^{root}/(.*) /$1 break;"
            if first.is_on("context_root_rewrite")
            else ""
        )
        return f"location {root} {{ {rewrite} proxy_pass http://up-{host}; }} {status}"
    upgrade = (
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
        " proxy_set_header Connection $connection_upgrade; proxy_set_header Origin '';"
    )
    endpoints = first.listed("websocket_endpoints")
    locations = [f"location {path} {{ {proxied} {upgrade} }}" for path in endpoints]
    if "/" not in endpoints:
        locations.append(f"location / {{ {proxied} }}")
    return " ".join([*locations, status])


def _certificate(first, places):
    lines = f"ssl_certificate {places.folder}/{first.labels['ssl_cert']};"
    if "ssl_key" in first.labels:
        lines += f" ssl_certificate_key {places.folder}/{first.labels['ssl_key']};"
    return lines
