"""Plants a marker in every place of a stack file that may be secret."""

import re

import yaml

from linter.editing.edits import apply
from linter.model.diagnostic import Edit
from linter.model.vocabulary import belongs_to_docker
from linter.syntax.composer import compose
from linter.syntax.nodes import (
    AliasNode,
    MappingNode,
    ScalarNode,
    SequenceNode,
    comments,
    follow,
    nodes,
)
from linter.syntax.source import Source, Span

MARK = "q7Zmark"

SECRET = {
    "args",
    "cap_add",
    "command",
    "configs_content",
    "content",
    "credential_spec",
    "devices",
    "dns",
    "dns_search",
    "driver_opts",
    "entrypoint",
    "env_file",
    "environment",
    "extra_hosts",
    "healthcheck",
    "hostname",
    "ipam",
    "logging",
    "sysctls",
    "tmpfs",
    "user",
    "volumes",
    "working_dir",
}
"""Keys of a service, a network and so on whose values are nobody's business."""

SECRETIVE = """\
# the password is hunter2
version: "3.13"
x-env: &env
  TOKEN: hunter2
x-notes: [hunter2, {pass: hunter2}]
x-route: &route
  com.docker.lb.hosts: shop.example.com
  com.docker.lb.port: "8080"  # hunter2
  traefik.http.middlewares.auth.basicauth.users: hunter2
services:
  shop:
    image: example/shop:1
    environment:
      PASSWORD: hunter2
      LIST: "[hunter2]"
    command: serve --password hunter2
    entrypoint: ["/bin/sh", "-c", "hunter2"]
    healthcheck: {test: [CMD, curl, "http://user:hunter2@localhost/"]}
    build: {context: ., args: {KEY: hunter2}}
    env_file: hunter2.env
    extra_hosts: ["a:hunter2"]
    dns: hunter2
    logging:
      driver: gelf
      options: {gelf-address: "udp://hunter2"}
    networks: {front: {aliases: [www], driver_opts: {key: hunter2}}}
    deploy:
      replicas: 4
      labels:
        <<: *route
        com.docker.lb.network: front  # hunter2
        com.docker.lb.ip_hash: true
        com.example.token: hunter2
  shop-next:
    image: example/shop:2
    environment:
      - PASSWORD=hunter2
      - "TOKEN=hunter2"
    networks: [front]
    deploy:
      labels: *route
  api:
    image: example/api
    environment: *env
    networks: [front]
    deploy:
      labels:
        - com.docker.lb.hosts=api.example.com
        - com.docker.lb.port=8080
        - com.docker.lb.backend_mode=vip
        - "com.docker.lb.ip_hash=true"
        - traefik.http.middlewares.auth.basicauth.users=hunter2
  docs: {image: i, deploy: {labels: &items ["com.docker.lb.hosts=d.example.com", "team=hunter2"]}}
  docs-next:
    image: i
    deploy:
      labels: *items
  old:
    image: example/old
    command: |
      run
      --password hunter2
    labels:
      com.docker.lb.hosts: old.example.com
      com.example.token: hunter2
    deploy: {labels: {com.docker.ucp.mesh.http: "external_route=http://a.b", team: hunter2}}
  db: {image: i, environment: {PASSWORD: hunter2}, deploy: {labels: {
    com.docker.lb.hosts: db.example.com, com.docker.lb.port: 80, team: hunter2}}}
networks:
  front: {driver_opts: {key: hunter2}}
secrets:
  cert: {file: ./cert.pem}
configs:
  c: {file: ./c.conf, labels: {pass: hunter2}}
volumes:
  v: {driver_opts: {o: "username=a,password=hunter2"}}
"""
"""A stack file with a secret, `hunter2`, in every place that may have one."""


def planted(text, *, labels=True):
    """
    A stack file with the marker in all values that may be secret, and in all comments.

    With `labels`, also in those of other programs' labels.
    """
    source = Source("stack.yml", text)
    document = compose(source)
    others = (span for span in comments(document) if "interlock-lint" not in span.text)
    spans = {(span.start, span.end): f"# {MARK}" for span in others}
    if isinstance(document.root, MappingNode):
        aliased = {id(node.target) for node in nodes(document.root) if isinstance(node, AliasNode)}
        for scalar, prefix in _secret(document.root, aliased, labels=labels):
            spans[scalar.start, scalar.end] = _marked(text, scalar, prefix)
    edits = [Edit(Span(source, *place), new) for place, new in spans.items() if place[0] < place[1]]
    return apply(text, _disjoint(edits))


def _secret(root, aliased, *, labels):
    """The scalars with secrets, and what stands before them in the same scalar."""
    for key, value in root.pairs:
        if (getattr(key, "value", None) or "").startswith("x-"):
            yield from _all(value, aliased)
        elif isinstance(value, MappingNode):
            for _, each in value.pairs:
                yield from _of_mapping(follow(each), labels=labels)


def _of_mapping(mapping, *, labels):
    for key, written in mapping.pairs if isinstance(mapping, MappingNode) else ():
        name, value = getattr(key, "value", ""), follow(written)
        if name in SECRET:
            yield from _all(value, pairs=name == "environment")
        elif name == "labels" and labels:
            yield from _of_labels(value)
        else:
            yield from _of_mapping(value, labels=labels)


def _of_labels(value):
    if isinstance(value, MappingNode):
        for key, written in value.pairs:
            name, each = follow(key).value, follow(written)  # a key may be a collection
            if isinstance(each, MappingNode):  # merged
                yield from _of_labels(each)
            elif isinstance(each, ScalarNode) and not (name and belongs_to_docker(name)):
                yield each, ""
    elif isinstance(value, SequenceNode):
        for item in map(follow, value.children):
            yield from _of_item(item)


def _of_item(item):
    if isinstance(item, MappingNode):
        yield from _of_labels(item)
    elif isinstance(item, ScalarNode) and item.style not in ("|", ">"):
        key, sign, _ = item.value.partition("=")
        if sign and not belongs_to_docker(key):
            yield item, f"{key}="


def _all(value, aliased=frozenset(), *, pairs=False):
    """Every scalar that is no key, except for what is `aliased`: it may be shown elsewhere."""
    value = follow(value)
    if id(value) in aliased:
        return
    if isinstance(value, ScalarNode):
        key, sign, _ = value.value.partition("=")
        yield value, f"{key}=" if pairs and sign else ""
    elif isinstance(value, MappingNode):
        for key, each in value.pairs:
            if not (isinstance(key, ScalarNode) and belongs_to_docker(key.value)):
                yield from _all(each, aliased, pairs=pairs)
    else:
        for each in value.children:
            yield from _all(each, aliased, pairs=pairs)


def _marked(text, scalar, prefix):
    """A scalar with the marker instead of its value, written in the same style."""
    written = text[scalar.start : scalar.end]
    if scalar.style in ("|", ">"):
        head, line_break, rest = written.partition("\n")
        return head + line_break + re.sub(r"[^\s].*", MARK, rest)
    if "\\" in prefix or scalar.style not in ("", "'", '"'):
        prefix = ""
    return f"{scalar.style}{prefix}{MARK}{scalar.style}"


def _disjoint(edits):
    end = 0
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        if edit.span.start >= end:
            yield edit
            end = edit.span.end


def spoilt(text):
    """The same with mistakes in the labels, so that there is something to report and to fix."""
    text = re.sub(r"com\.docker\.lb\.port", "com.docker.lb.prt", text)
    text = re.sub(
        r"^(\s*- *['\"]?)([\w.-]+)=(\w+['\"]?)\s*$", r"\1\2: \3", text, flags=re.MULTILINE
    )
    return re.sub(
        r"(com\.docker\.lb\.\w+(?:: |=))([\w.]+)$", r"\1http://\2/", text, flags=re.MULTILINE
    )


def in_one_line(text):
    """The same data on one line of flow style."""
    data = yaml.safe_load(text)
    return yaml.safe_dump(data, default_flow_style=True, width=10**9, sort_keys=False)


def in_flow_style(text):
    """The same data with a line for each service."""
    data = yaml.safe_load(text)
    lines = ["services:"]
    for name, service in data.pop("services").items():
        flow = yaml.safe_dump(service, default_flow_style=True, width=10**9, sort_keys=False)
        lines.append(f"  {name}: {flow.strip()}  # {MARK}")
    rest = yaml.safe_dump(data, sort_keys=False) if data else ""
    return "\n".join(lines) + "\n" + rest


def with_labels(text):
    """The same with labels of Interlock in every service that has a `deploy`."""
    return re.sub(
        r"^( +)deploy:[ \t]*$",
        r"\g<0>\n\1  com.docker.lb.hosts: a.example.com\n\1  com.docker.lb.prt: 80",
        text,
        flags=re.MULTILINE,
    )
