"""Services that share a host, an anchor or a mapping."""

from __future__ import annotations

from collections.abc import Mapping

from .shape import FILE, MIGRATE, PREFIX, USUAL, Shape, service, stack


def one_host(count: int) -> Mapping[str, str]:
    """Services with the same host, number of tasks and mode."""
    return stack(service(n, {"hosts": "h.example.com", **USUAL}) for n in range(count))


def uneven(count: int) -> Mapping[str, str]:
    """Services with the same host and different numbers of tasks."""
    labels = {"hosts": "h.example.com", **USUAL}
    return stack(service(n, labels, replicas=1 + n % 7) for n in range(count))


def mixed(count: int) -> Mapping[str, str]:
    """Services with the same host in both modes."""
    labels = {"hosts": "h.example.com", **USUAL}
    modes = ("task", "vip")
    return stack(
        service(n, {**labels, "backend_mode": modes[n % 2]}, replicas=1 + n % 3)
        for n in range(count)
    )


def unknown(count: int) -> Mapping[str, str]:
    """Services with the same host and an unknown number of tasks."""
    labels = {"hosts": "h.example.com", **USUAL}
    return stack(service(n, labels, replicas="${N}") for n in range(count))


def chained(count: int) -> Mapping[str, str]:
    """Services that share a host with the next; what holds for the first reaches all of them."""
    return stack(
        service(
            n,
            {"hosts": f"h{n}.example.com,h{n + 1}.example.com", **USUAL},
            replicas=1 if n else 2,
        )
        for n in range(count)
    )


def fanned(count: int) -> Mapping[str, str]:
    """The same, but all of them share one more host."""
    return stack(
        service(
            n,
            {"hosts": f"h.example.com,h{n}.example.com,h{n + 1}.example.com", **USUAL},
            replicas=1 + n % 7 if n else 20,
        )
        for n in range(count)
    )


def paired(count: int) -> Mapping[str, str]:
    """Two services for each host."""
    return stack(service(n, {"hosts": f"h{n // 2}.example.com", **USUAL}) for n in range(count))


def many_hosts(count: int) -> Mapping[str, str]:
    """Hosts that three services share."""
    hosts = ",".join(f"h{n}.example.com" for n in range(count))
    return stack(service(n, {"hosts": hosts, **USUAL}, replicas=1 + n) for n in range(3))


def clusters(count: int) -> Mapping[str, str]:
    """Services with the same host in as many service clusters."""
    labels = {"hosts": "h.example.com", **USUAL}
    return stack(service(n, {**labels, "service_cluster": f"c{n}"}) for n in range(count))


def defaults(count: int) -> Mapping[str, str]:
    """Default backends, of which there may be only one."""
    return stack(service(n, {"default_backend": "'true'", **USUAL}) for n in range(count))


def anchored(count: int) -> Mapping[str, str]:
    """Services that get their labels from one anchor."""
    services = (f"  s{n}:\n    image: i\n    deploy: *d\n" for n in range(count))
    labels = f"    {PREFIX}hosts: h.example.com\n    {PREFIX}port: '80'\n"
    return stack(services, before=f"x-d: &d\n  labels:\n{labels}")


def anchored_findings(count: int) -> Mapping[str, str]:
    """Services that get labels with findings from one anchor."""
    files = anchored(count)
    return {
        name: text.replace("'80'", "x").replace("h.", "http://h.") for name, text in files.items()
    }


def merging(count: int) -> Mapping[str, str]:
    """Services that merge one mapping."""
    services = (f"  s{n}:\n    <<: *s\n    hostname: h{n}\n" for n in range(count))
    labels = f"      {PREFIX}hosts: h.example.com\n      {PREFIX}port: '80'\n"
    return stack(services, before=f"x-s: &s\n  image: i\n  deploy:\n    labels:\n{labels}")


def anchored_thrice(count: int) -> Mapping[str, str]:
    """Services with one anchor, each given three times: findings below what all of them share."""
    first = service("x", {"hosts": "h.example.com", **USUAL}).replace("sx:", "sx: &x", 1)
    others = (f"  s{n}: *x\n" for _ in range(3) for n in range(count))
    return stack([first, *others])


SHAPES = (
    Shape("services of one host, checked", "service", f"check {FILE}", one_host),
    Shape("services of one host in both modes, checked", "service", f"check {FILE}", mixed),
    Shape("services of one host, switched", "service", MIGRATE, one_host, first=100),
    Shape("services of one host, refused", "service", MIGRATE, uneven, first=500),
    Shape(
        "services of one host, shifted",
        "service",
        f"migrate --to vip --max-share-shift 100 {FILE}",
        uneven,
        first=100,
    ),
    Shape("services of unknown size, refused", "service", MIGRATE, unknown, first=500),
    Shape("chained services, refused one after the other", "service", MIGRATE, chained, first=100),
    Shape(
        "chained services with one host, refused one after the other",
        "service",
        f"migrate --to vip --max-share-shift 20 {FILE}",
        fanned,
        first=100,
    ),
    *(
        Shape(f"services of {title}, shown as {form}", "service", f"routes -f {form} {FILE}", made)
        for title, made in (
            ("one host", mixed),
            ("two per host", paired),
            ("one host, unknown", unknown),
        )
        for form in ("text", "json", "markdown", "mermaid")
    ),
    # The same for all: with shares that differ, there is less to say the more services there are.
    Shape("services of one host, as a page", "service", f"routes -f html {FILE}", one_host),
    *(
        Shape(
            f"hosts of three services, shown as {form}",
            "host",
            f"routes -f {form} {FILE}",
            many_hosts,
            first=5_000,
        )
        for form in ("text", "json", "markdown", "mermaid")
    ),
    Shape("hosts of three services, refused", "host", MIGRATE, many_hosts, first=5_000),
    Shape("services of one host, what if", "service", f"routes --what-if vip {FILE}", uneven),
    Shape("services of one host, wanted", "service", f"routes --want s0=10% {FILE}", uneven),
    Shape("services of two per host, selected", "service", f"routes --host h*0.* {FILE}", paired),
    Shape("service clusters", "cluster", f"check {FILE}", clusters, first=500),
    Shape("default backends", "service", f"check {FILE}", defaults, first=500),
    Shape("services with one anchor, checked", "service", f"check {FILE}", anchored_findings),
    Shape(
        "services with one anchor, given three times", "service", f"check {FILE}", anchored_thrice
    ),
    Shape("services with one anchor, switched", "service", MIGRATE, anchored, first=200),
    Shape(
        "services with one anchor, some switched",
        "service",
        f"labels set {FILE} s*0 backend_mode=vip",
        anchored,
        first=200,
    ),
    Shape(
        "services with one anchor, fixed",
        "service",
        f"fix --unsafe {FILE}",
        anchored_findings,
        first=200,
    ),
    Shape("services that merge one, switched", "service", MIGRATE, merging, first=200),
    Shape(
        "services that merge one, refused",
        "service",
        f"labels unset {FILE} s*0 port",
        merging,
        counted=240,
        first=200,
    ),
)
