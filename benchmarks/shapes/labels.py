"""Labels of one service, and what their values name."""

from __future__ import annotations

from collections.abc import Mapping

from .shape import FILE, FRONT, PREFIX, USUAL, Shape, own_hosts, service, stack


def misplaced(count: int) -> Mapping[str, str]:
    """Labels of one service that are not under `labels`."""
    labels = "".join(f"    {PREFIX}x{n}: a\n" for n in range(count))
    return stack([f"  s:\n    image: i\n{labels}"])


def duplicates(count: int) -> Mapping[str, str]:
    """A label that is given many times."""
    return stack([service(0, USUAL) + f"        {PREFIX}hosts: h\n" * count])


def merged(count: int) -> Mapping[str, str]:
    """Labels of one service that a `<<` brings each, which Docker rejects: findings in no label."""
    lines = "".join(f"        <<: {{{PREFIX}x{n:06}: a}}\n" for n in range(count))
    return stack([service(0, USUAL) + lines])


def superseded(count: int) -> Mapping[str, str]:
    """Labels of one service that other labels made superfluous: a fix removes each."""
    mesh = "external_route=http://h.example.com,internal_port=8080"
    lines = "".join(f"        com.docker.ucp.mesh.http.{n}: {mesh}\n" for n in range(count))
    return stack([service(0, {"hosts": "h.example.com", **USUAL}) + lines])


def labels(count: int) -> Mapping[str, str]:
    """Unknown labels of one service."""
    return stack([service(0, {f"x{n:06}": "a" for n in range(count)})])


def misspelt(count: int) -> Mapping[str, str]:
    """Labels of one service with a value in their names."""
    return stack([service(0, {f"hosts:h{n:06}": "a" for n in range(count)})])


def items(count: int) -> Mapping[str, str]:
    """The same, as a list."""
    lines = "".join(f"        - {PREFIX}x{n:06}=a\n" for n in range(count))
    return stack([f"  s:\n    image: i\n    deploy:\n      labels:\n{lines}"])


def redirects(count: int) -> Mapping[str, str]:
    """Hosts of one service, and as many redirects to them."""
    hosts = ",".join(f"h{n}.example.com" for n in range(count))
    pairs = ";".join(f"http://g{n},https://h{n}.example.com" for n in range(count))
    return stack([service(0, {"hosts": hosts, "redirects": f"'{pairs}'", **USUAL})])


def shared_redirects(count: int) -> Mapping[str, str]:
    """The same, but each host is also that of another service."""
    one = redirects(count)[FILE].removesuffix(FRONT)
    others = (service(n + 1, {"hosts": f"h{n}.example.com", **USUAL}) for n in range(count))
    return {FILE: f"{one}{''.join(others)}{FRONT}"}


def variables(count: int) -> Mapping[str, str]:
    """Variables in one label, and in a file that sets them."""
    hosts = ",".join(f"${{H{n}}}.example" for n in range(count))
    lines = "".join(f"H{n}=h{n}\n" for n in range(count))
    return {**stack([service(0, {"hosts": f"'{hosts}'", **USUAL})]), "prod.env": lines}


def certificates(count: int) -> Mapping[str, str]:
    """Services that name a secret each, which nearly exists."""
    secrets = "".join(f"  c{n}: {{file: f}}\n" for n in range(count))
    services = (
        service(n, {"hosts": f"h{n}", "ssl_cert": f"s_c{n}", "ssl_key": f"z{n}", **USUAL})
        for n in range(count)
    )
    return stack(services, after=f"secrets:\n{secrets}")


def varying_certificates(count: int) -> Mapping[str, str]:
    """The same, with variables in both names."""
    secrets = "".join(f"  c{n}: {{name: '${{B}}_d{n}'}}\n" for n in range(count))
    services = own_hosts(count, ssl_cert="'${A}-c'")
    return stack(services, after=f"secrets:\n{secrets}")


def networks(count: int) -> Mapping[str, str]:
    """Services that name a network each, which would be that of a stack of its own."""
    return stack(
        service(n, {"hosts": f"h{n}", "port": "80", "network": f"s{n}_default"})
        for n in range(count)
    )


def joined(count: int) -> Mapping[str, str]:
    """Networks that one service joins."""
    names = "".join(f"      n{n}: {{}}\n" for n in range(count))
    own = f"  s:\n    image: i\n    networks:\n{names}    deploy:\n      labels:\n"
    labels = "".join(f"        {PREFIX}{key}: {value}\n" for key, value in USUAL.items())
    declared = "".join(f"  n{n}: {{}}\n" for n in range(count))
    return {FILE: f"services:\n{own}{labels}networks:\n{declared}"}


def published(count: int) -> Mapping[str, str]:
    """Ports that one service publishes."""
    ports = "".join(f"    - '{10_000 + n}:8080'\n" for n in range(count))
    return stack([service(0, {"hosts": "h", **USUAL}) + f"    ports:\n{ports}"])


def leading_on(count: int) -> Mapping[str, str]:
    """Redirects of one service, each to the host that the next one leads from."""
    pairs = ";".join(f"http://h{n},http://h{n + 1}" for n in range(count))
    hosts = ",".join(f"h{n}" for n in range(count))
    return stack([service(0, {"hosts": hosts, "redirects": f"'{pairs}'", **USUAL})])


def long_glob(count: int) -> Mapping[str, str]:
    """A glob with many wildcards that nearly matches a long name."""
    glob = f"s{'*a' * count}b"
    one = stack([service("a" * 1_000, {"hosts": "h", "port": "x"})])
    entry = f"ignore: [{{rule: invalid-value, service: '{glob}', reason: r}}]\n"
    return {**one, ".interlock-lint.yaml": entry}


SHAPES = (
    Shape("labels of one service", "label", f"check {FILE}", labels, first=1_000),
    Shape("misspelt labels of one service", "label", f"check {FILE}", misspelt, first=500),
    Shape("labels of one service, in a list", "label", f"check {FILE}", items, first=1_000),
    Shape("redirects of one service", "redirect", f"check {FILE}", redirects, first=5_000),
    Shape("redirects and services", "redirect", f"check {FILE}", shared_redirects),
    Shape("variables in one label", "variable", f"check {FILE}", variables, first=5_000),
    Shape(
        "variables in one label, set in a file",
        "variable",
        f"check --env-file prod.env {FILE}",
        variables,
        first=5_000,
    ),
    Shape("secrets and services", "secret", f"check {FILE}", certificates, counted=60),
    Shape("secrets with variables", "secret", f"check {FILE}", varying_certificates),
    Shape("networks of other stacks", "network", f"check {FILE}", networks),
    Shape("networks of one service", "network", f"check {FILE}", joined),
    Shape("ports of one service", "port", f"check {FILE}", published),
    Shape("redirects that lead on", "redirect", f"check {FILE}", leading_on),
    Shape("wildcards of a glob", "wildcard", f"check {FILE}", long_glob, first=50),
    Shape("misplaced labels", "label", f"check {FILE}", misplaced),
    Shape("labels that a fix removes", "label", f"check {FILE}", superseded, first=500),
    Shape("labels of one service, merged", "label", f"check {FILE}", merged, first=500),
    Shape("duplicate labels", "label", f"check {FILE}", duplicates),
)
