"""
Stack files that grow in one respect, each with a command whose cost must grow no faster.

Each shape is what somebody might write to keep the program busy, or what a large site might have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

_PREFIX = "com.docker.lb."
_USUAL = {"port": "'8080'", "network": "front"}
_FRONT = "networks:\n  front: {name: front}\n"
_FILE = "stack.yml"


class Shape(NamedTuple):
    """
    Files for each size, and the command to run on them.

    The smallest size that is worth measuring is `first`. To count how often lines run, `counted` is
    enough, unless a limit of the program stops the growth elsewhere.
    """

    title: str
    thing: str
    command: str
    files: Callable[[int], Mapping[str, str]]
    first: int = 500
    counted: int = 30


def _service(name: object, labels: Mapping[str, object], *, replicas: object = None) -> str:
    count = "" if replicas is None else f"      replicas: {replicas}\n"
    lines = "".join(f"        {_PREFIX}{key}: {value}\n" for key, value in labels.items())
    head = f"  s{name}:\n    image: i\n    networks: [front]\n    deploy:\n"
    return f"{head}{count}      labels:\n{lines}"


def _stack(services: Iterable[str], *, before: str = "", after: str = "") -> dict[str, str]:
    return {_FILE: f"{before}services:\n{''.join(services)}{_FRONT}{after}"}


def _own_hosts(count: int, **labels: object) -> Iterable[str]:
    return (_service(n, {"hosts": f"h{n}.example.com", **_USUAL, **labels}) for n in range(count))


# -- Routes --------------------------------------------------------------------------------------


def one_host(count: int) -> Mapping[str, str]:
    """Services with the same host, number of tasks and mode."""
    return _stack(_service(n, {"hosts": "h.example.com", **_USUAL}) for n in range(count))


def uneven(count: int) -> Mapping[str, str]:
    """Services with the same host and different numbers of tasks."""
    labels = {"hosts": "h.example.com", **_USUAL}
    return _stack(_service(n, labels, replicas=1 + n % 7) for n in range(count))


def mixed(count: int) -> Mapping[str, str]:
    """Services with the same host in both modes."""
    labels = {"hosts": "h.example.com", **_USUAL}
    modes = ("task", "vip")
    return _stack(
        _service(n, {**labels, "backend_mode": modes[n % 2]}, replicas=1 + n % 3)
        for n in range(count)
    )


def unknown(count: int) -> Mapping[str, str]:
    """Services with the same host and an unknown number of tasks."""
    labels = {"hosts": "h.example.com", **_USUAL}
    return _stack(_service(n, labels, replicas="${N}") for n in range(count))


def chained(count: int) -> Mapping[str, str]:
    """Services that share a host with the next; what holds for the first reaches all of them."""
    return _stack(
        _service(
            n,
            {"hosts": f"h{n}.example.com,h{n + 1}.example.com", **_USUAL},
            replicas=1 if n else 2,
        )
        for n in range(count)
    )


def fanned(count: int) -> Mapping[str, str]:
    """The same, but all of them share one more host."""
    return _stack(
        _service(
            n,
            {"hosts": f"h.example.com,h{n}.example.com,h{n + 1}.example.com", **_USUAL},
            replicas=1 + n % 7 if n else 20,
        )
        for n in range(count)
    )


def paired(count: int) -> Mapping[str, str]:
    """Two services for each host."""
    return _stack(_service(n, {"hosts": f"h{n // 2}.example.com", **_USUAL}) for n in range(count))


def many_hosts(count: int) -> Mapping[str, str]:
    """Hosts that three services share."""
    hosts = ",".join(f"h{n}.example.com" for n in range(count))
    return _stack(_service(n, {"hosts": hosts, **_USUAL}, replicas=1 + n) for n in range(3))


def clusters(count: int) -> Mapping[str, str]:
    """Services with the same host in as many service clusters."""
    labels = {"hosts": "h.example.com", **_USUAL}
    return _stack(_service(n, {**labels, "service_cluster": f"c{n}"}) for n in range(count))


def defaults(count: int) -> Mapping[str, str]:
    """Default backends, of which there may be only one."""
    return _stack(_service(n, {"default_backend": "'true'", **_USUAL}) for n in range(count))


# -- What services share -------------------------------------------------------------------------


def anchored(count: int) -> Mapping[str, str]:
    """Services that get their labels from one anchor."""
    services = (f"  s{n}:\n    image: i\n    deploy: *d\n" for n in range(count))
    labels = f"    {_PREFIX}hosts: h.example.com\n    {_PREFIX}port: '80'\n"
    return _stack(services, before=f"x-d: &d\n  labels:\n{labels}")


def anchored_findings(count: int) -> Mapping[str, str]:
    """Services that get labels with findings from one anchor."""
    files = anchored(count)
    return {
        name: text.replace("'80'", "x").replace("h.", "http://h.") for name, text in files.items()
    }


def merging(count: int) -> Mapping[str, str]:
    """Services that merge one mapping."""
    services = (f"  s{n}:\n    <<: *s\n    hostname: h{n}\n" for n in range(count))
    labels = f"      {_PREFIX}hosts: h.example.com\n      {_PREFIX}port: '80'\n"
    return _stack(services, before=f"x-s: &s\n  image: i\n  deploy:\n    labels:\n{labels}")


# -- Findings, ignores and comments --------------------------------------------------------------


def services(count: int) -> Mapping[str, str]:
    """Services with hosts of their own."""
    return _stack(_own_hosts(count))


def findings(count: int) -> Mapping[str, str]:
    """Services with two findings each."""
    return _stack(_own_hosts(count, port="x", nothing="x"))


def on_one_line(count: int) -> Mapping[str, str]:
    """Services with a finding each, all on one line."""
    labels = f"{_PREFIX}hosts: h, {_PREFIX}port: x"
    each = (f"s{n}: {{image: i, deploy: {{labels: {{{labels}}}}}}}" for n in range(count))
    return {_FILE: f"services: {{{', '.join(each)}}}\n"}


def ignored_in_configuration(count: int) -> Mapping[str, str]:
    """Findings, and an entry under `ignore:` for the service of each."""
    entries = (f"  - {{rule: invalid-value, service: s{n}, reason: r}}\n" for n in range(count))
    return {**findings(count), ".interlock-lint.yaml": f"ignore:\n{''.join(entries)}"}


def ignored_on_lines(count: int) -> Mapping[str, str]:
    """Findings, each with a comment that ignores it."""
    return _stack(_own_hosts(count, port="x  # interlock-lint: ignore[invalid-value] r"))


def ignored_in_files(count: int) -> Mapping[str, str]:
    """Findings, and as many comments that ignore them in the whole file."""
    comment = "# interlock-lint: ignore-file[invalid-value] r\n"
    return _stack(_own_hosts(count, port="x"), before=comment * count)


def ignored_on_one_line(count: int) -> Mapping[str, str]:
    """Findings on one line, and as many comments above it."""
    text = on_one_line(count)[_FILE]
    return {_FILE: "# interlock-lint: ignore[invalid-value] r\n" * count + text}


def ignored_rules(count: int) -> Mapping[str, str]:
    """Findings, and one comment that names their rule as many times."""
    names = ", ".join(["invalid-value"] * count)
    comment = f"# interlock-lint: ignore-file[{names}] r\n"
    return _stack(_own_hosts(count, port="x"), before=comment)


def long_value(count: int) -> Mapping[str, str]:
    """One value of many lines, with a finding for each, and a comment that ignores another rule."""
    lines = "".join(f"          h_{n},\n" for n in range(count))
    comment = "# interlock-lint: ignore[not-routed] r\n"
    return _stack([_service(0, {"hosts": ">\n" + lines.rstrip(), **_USUAL})], before=comment)


def commented(count: int) -> Mapping[str, str]:
    """One service and many comment lines, half of them right above a label."""
    labels = {"hosts": "h.example.com", "network": "front"}
    above = "".join(f"        # {n}\n" for n in range(count // 2))
    one = f"{_service(0, labels)}{above}        {_PREFIX}port: '80'\n"
    return _stack([one], after="# the end\n" * (count - count // 2))


def fixable(count: int) -> Mapping[str, str]:
    """Services with a finding each that `fix` fixes."""
    return _stack(_own_hosts(count, ssl_passthrough="true"))


def in_containers(count: int) -> Mapping[str, str]:
    """Services with labels in the wrong place, which `fix` moves."""
    labels = f"      {_PREFIX}hosts: h.example.com\n      {_PREFIX}port: '80'\n"
    return _stack(f"  s{n}:\n    image: i\n    labels:\n{labels}" for n in range(count))


def misplaced(count: int) -> Mapping[str, str]:
    """Labels of one service that are not under `labels`."""
    labels = "".join(f"    {_PREFIX}x{n}: a\n" for n in range(count))
    return _stack([f"  s:\n    image: i\n{labels}"])


def duplicates(count: int) -> Mapping[str, str]:
    """A label that is given many times."""
    return _stack([_service(0, _USUAL) + f"        {_PREFIX}hosts: h\n" * count])


# -- Several files -------------------------------------------------------------------------------


def files(count: int) -> Mapping[str, str]:
    """Stacks with the same host."""
    text = one_host(1)[_FILE]
    return {f"s{n}.stack.yml": text for n in range(count)}


def configured(count: int) -> Mapping[str, str]:
    """Configured stacks that have one file in common."""
    entries = (f"  - {{name: n{n}, files: [base.yml, s{n}.yml]}}\n" for n in range(count))
    named = {
        f"s{n}.yml": _stack([_service(n, {"hosts": f"h{n}", **_USUAL})])[_FILE]
        for n in range(count)
    }
    return {
        **named,
        "base.yml": "services: {}\n",
        ".interlock-lint.yaml": f"stacks:\n{''.join(entries)}",
    }


def layers(count: int) -> Mapping[str, str]:
    """One stack of many files."""
    names = ", ".join(f"s{n}.yml" for n in range(count))
    named = {
        f"s{n}.yml": _stack([_service(0, {"hosts": f"h{n}", **_USUAL})])[_FILE]
        for n in range(count)
    }
    return {**named, ".interlock-lint.yaml": f"stacks:\n  - {{name: n, files: [{names}]}}\n"}


_MIGRATE = f"migrate --to vip {_FILE}"


def versions(size: int) -> dict[str, str]:
    """Two versions of a stack in which every service differs, with a host of its own."""
    texts = (
        "".join(_service(each, {"hosts": f"h{each}.b", "port": port}) for each in range(size))
        for port in (80, 81)
    )
    old, new = (f"services:\n{text}{_FRONT}" for text in texts)
    return {"old.yml": old, "new.yml": new.replace("image: i\n", "image: j\n")}


def versions_of_variables(size: int) -> dict[str, str]:
    """Two versions of a service with other variables, of names and values that are not known."""
    head = "services:\n  web:\n    image: i\n    environment:\n"
    return {
        name: head + "".join(f"    - {letter}${{N{each}}}=${{V}}\n" for each in range(size))
        for name, letter in (("old.yml", "A"), ("new.yml", "B"))
    }


SHAPES = (
    Shape("services of one host, checked", "service", f"check {_FILE}", one_host),
    Shape("services of one host in both modes, checked", "service", f"check {_FILE}", mixed),
    Shape("services of one host, switched", "service", _MIGRATE, one_host),
    Shape("services of one host, refused", "service", _MIGRATE, uneven),
    Shape(
        "services of one host, shifted",
        "service",
        f"migrate --to vip --max-share-shift 100 {_FILE}",
        uneven,
    ),
    Shape("services of unknown size, refused", "service", _MIGRATE, unknown),
    Shape("chained services, refused one after the other", "service", _MIGRATE, chained),
    Shape(
        "chained services with one host, refused one after the other",
        "service",
        f"migrate --to vip --max-share-shift 20 {_FILE}",
        fanned,
    ),
    *(
        Shape(f"services of {title}, shown as {form}", "service", f"routes -f {form} {_FILE}", made)
        for title, made in (
            ("one host", mixed),
            ("two per host", paired),
            ("one host, unknown", unknown),
        )
        for form in ("text", "json", "markdown", "mermaid")
    ),
    *(
        Shape(
            f"hosts of three services, shown as {form}",
            "host",
            f"routes -f {form} {_FILE}",
            many_hosts,
        )
        for form in ("text", "json", "markdown", "mermaid")
    ),
    Shape("hosts of three services, refused", "host", _MIGRATE, many_hosts),
    Shape("services of one host, what if", "service", f"routes --what-if vip {_FILE}", uneven),
    Shape("services of one host, wanted", "service", f"routes --want s0=10% {_FILE}", uneven),
    Shape("services of two per host, selected", "service", f"routes --host h*0.* {_FILE}", paired),
    Shape("service clusters", "cluster", f"check {_FILE}", clusters),
    Shape("default backends", "service", f"check {_FILE}", defaults),
    Shape("services with one anchor, checked", "service", f"check {_FILE}", anchored_findings),
    Shape("services with one anchor, switched", "service", _MIGRATE, anchored),
    Shape(
        "services with one anchor, some switched",
        "service",
        f"labels set {_FILE} s*0 backend_mode=vip",
        anchored,
    ),
    Shape("services with one anchor, fixed", "service", f"fix --unsafe {_FILE}", anchored_findings),
    Shape("services that merge one, switched", "service", _MIGRATE, merging),
    Shape(
        "services that merge one, refused",
        "service",
        f"labels unset {_FILE} s*0 port",
        merging,
        counted=240,
    ),
    Shape("services, changed", "service", f"labels set {_FILE} * port=81", services),
    Shape("services, refused", "service", f"labels set {_FILE} * port=x", services),
    Shape("services, listed", "service", f"labels list {_FILE}", services),
    *(
        Shape(f"findings as {form}", "finding", f"check -f {form} {_FILE}", findings)
        for form in ("text", "json", "concise")
    ),
    Shape("findings on one line", "finding", f"check {_FILE}", on_one_line),
    Shape("findings on one line, as JSON", "finding", f"check -f json {_FILE}", on_one_line),
    Shape("services on one line, changed", "service", f"labels set {_FILE} * port=81", on_one_line),
    Shape("entries under `ignore:`", "entry", f"check {_FILE}", ignored_in_configuration, first=50),
    Shape(
        "comments that ignore findings of their lines",
        "comment",
        f"check {_FILE}",
        ignored_on_lines,
    ),
    Shape(
        "comments that ignore findings of the file", "comment", f"check {_FILE}", ignored_in_files
    ),
    Shape(
        "comments that ignore findings of one line",
        "comment",
        f"check {_FILE}",
        ignored_on_one_line,
    ),
    Shape("rules in one comment", "rule", f"check {_FILE}", ignored_rules),
    Shape("lines of one value", "line", f"check {_FILE}", long_value),
    Shape("comments in a changed file", "comment", f"labels set {_FILE} s0 port=81", commented),
    Shape("comments above a removed label", "comment", f"labels unset {_FILE} s0 port", commented),
    Shape("fixes", "fix", f"fix {_FILE}", fixable),
    Shape("labels that are moved", "service", f"fix --unsafe {_FILE}", in_containers),
    Shape("misplaced labels", "label", f"check {_FILE}", misplaced),
    Shape("duplicate labels", "label", f"check {_FILE}", duplicates),
    Shape("files with one host", "file", "check .", files),
    Shape("files with one host, switched", "file", "migrate --to vip .", files),
    Shape("configured stacks", "stack", "check .", configured, first=100),
    Shape("configured stacks, switched", "stack", "migrate --to vip .", configured, first=100),
    Shape("files of one stack", "file", "check .", layers, first=10, counted=25),
    Shape(
        "files of one stack, changed",
        "file",
        "labels set . s0 port=81",
        layers,
        first=10,
        counted=25,
    ),
    Shape("services of two versions", "service", "plan old.yml new.yml", versions),
    Shape(
        "variables of two versions",
        "name",
        "plan old.yml new.yml",
        versions_of_variables,
        counted=120,
    ),
)
