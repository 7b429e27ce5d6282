"""Stacks of several files, and two versions of a stack."""

from __future__ import annotations

from collections.abc import Mapping

from .shape import FILE, FRONT, HISTORY, USUAL, Shape, service, stack
from .sharing import one_host

PROXY = "config.toml"


def files(count: int) -> Mapping[str, str]:
    """Stacks with the same host."""
    text = one_host(1)[FILE]
    return {f"s{n}.stack.yml": text for n in range(count)}


def overrides(count: int) -> Mapping[str, str]:
    """Files without images, each of which may be for any of as many files with images."""
    base = f"services:\n{service('', {'hosts': 'h.example.com', **USUAL})}{FRONT}"
    alone = base.replace("    image: i\n", "").replace(FRONT, "")
    return {f"{n}.yml": base for n in range(count)} | {
        f"o{n}.yml": f"{alone}  s{n}: {{}}\n" for n in range(count)
    }


def configured(count: int) -> Mapping[str, str]:
    """Configured stacks that have one file in common."""
    entries = (f"  - {{name: n{n}, files: [base.yml, s{n}.yml]}}\n" for n in range(count))
    named = {
        f"s{n}.yml": stack([service(n, {"hosts": f"h{n}", **USUAL})])[FILE] for n in range(count)
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
        f"s{n}.yml": stack([service(0, {"hosts": f"h{n}", **USUAL})])[FILE] for n in range(count)
    }
    return {**named, ".interlock-lint.yaml": f"stacks:\n  - {{name: n, files: [{names}]}}\n"}


def versions(size: int) -> dict[str, str]:
    """Two versions of a stack in which every service differs, with a host of its own."""
    texts = (
        "".join(service(each, {"hosts": f"h{each}.b", "port": port}) for each in range(size))
        for port in (80, 81)
    )
    old, new = (f"services:\n{text}{FRONT}" for text in texts)
    return {"old.yml": old, "new.yml": new.replace("image: i\n", "image: j\n")}


def versions_of_variables(size: int) -> dict[str, str]:
    """Two versions of a service with other variables, of names and values that are not known."""
    head = "services:\n  web:\n    image: i\n    environment:\n"
    return {
        name: head + "".join(f"    - {letter}${{N{each}}}=${{V}}\n" for each in range(size))
        for name, letter in (("old.yml", "A"), ("new.yml", "B"))
    }


def commits(count: int) -> Mapping[str, str]:
    """Commits, each of which changes one of some files."""
    history: list[str] = []
    for commit in range(count):
        labels = {"hosts": "h.example.com", "port": commit, "network": "n"}
        text = stack([service("", labels)])[FILE]
        who = f"committer t <t@example.com> {commit} +0000"
        history.append(f"commit refs/heads/main\nmark :{commit + 1}\n{who}\ndata 0\n")
        history.append(f"from :{commit}\n" if commit else "")
        history.append(f"M 644 inline s{commit % 5}.stack.yml\ndata {len(text)}\n{text}\n")
    return {HISTORY: "".join(history)}


def folders(count: int) -> Mapping[str, str]:
    """Two versions of a folder with stacks."""
    return {
        f"{folder}/s{n}.stack.yml": stack([service(n, {"hosts": f"h{n}", "port": port})])[FILE]
        for n in range(count)
        for folder, port in (("old", 80), ("new", 81))
    }


def extensions(count: int) -> Mapping[str, str]:
    """Extensions of Interlock, the first of which has some services."""
    services = (
        service(n, {"hosts": f"h{n}", "service_cluster": "c0", "ip_hash": "'true'", **USUAL})
        for n in range(20)
    )
    tables = (
        f'[Extensions.e{n}]\nServiceCluster = "c{n}"\nConfig = {{IPHash = true}}\n'
        for n in range(count)
    )
    return {**stack(services), PROXY: "".join(tables)}


def served(count: int) -> Mapping[str, str]:
    """Files with services that one configuration of Interlock serves."""
    labels = {"ip_hash": "'true'", **USUAL}
    named = {
        f"s{n}.stack.yml": stack([service(n, {"hosts": f"h{n}", **labels})])[FILE]
        for n in range(count)
    }
    return {**named, PROXY: "[Extensions.e]\nConfig = {IPHash = true}\n"}


SHAPES = (
    Shape("commits", "commit", "plan --log git:main .", commits, first=25, counted=12),
    Shape("files of two folders", "file", "plan old new", folders, first=50, counted=20),
    Shape(
        "extensions of Interlock",
        "extension",
        f"check --proxy-config {PROXY} {FILE}",
        extensions,
        first=12,
        counted=25,
    ),
    Shape(
        "files with a configuration of Interlock",
        "file",
        f"check --proxy-config {PROXY} .",
        served,
        first=200,
        counted=20,
    ),
    Shape("files with one host", "file", "check .", files),
    Shape("files with one host, switched", "file", "migrate --to vip .", files, first=100),
    Shape("overrides, refused", "file", "labels set . s port=81", overrides, counted=110),
    Shape("overrides, listed by init", "file", "init", overrides, counted=110),
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
