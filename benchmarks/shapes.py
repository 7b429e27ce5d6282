"""
Stack files that grow in one respect, each with a command whose cost must grow no faster.

Each shape is what somebody might write to keep the program busy, or what a large site might have.
"""

from __future__ import annotations

import json
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
    first: int = 1_000
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


def fixable_on_one_line(count: int) -> Mapping[str, str]:
    """Services with a finding each that `fix` fixes, all on one line."""
    return {_FILE: on_one_line(count)[_FILE].replace(f"{_PREFIX}port: x", f"{_PREFIX}prt: 80")}


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


def other_data(count: int) -> Mapping[str, str]:
    """Data around one service that has nothing to do with labels."""
    lines = "".join(f"  k{n}: {{a: [b, 'c']}}\n" for n in range(count))
    variables = "".join(f"      V{n}: x\n" for n in range(count))
    one = _service(0, {"hosts": "h.example.com", **_USUAL}) + f"    environment:\n{variables}"
    return _stack([one], before=f"x-data:\n{lines}")


def fixable(count: int) -> Mapping[str, str]:
    """Services with a finding each that `fix` fixes."""
    return _stack(_own_hosts(count, ssl_passthrough="true"))


def rejected(count: int) -> Mapping[str, str]:
    """Services with values that Docker rejects: what it takes for a string, and a dollar sign."""
    return _stack(f"  s{n}: {{image: i, tty: yes, command: 'echo {n}$1'}}\n" for n in range(count))


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


def labels(count: int) -> Mapping[str, str]:
    """Unknown labels of one service."""
    return _stack([_service(0, {f"x{n:06}": "a" for n in range(count)})])


def misspelt(count: int) -> Mapping[str, str]:
    """Labels of one service with a value in their names."""
    return _stack([_service(0, {f"hosts:h{n:06}": "a" for n in range(count)})])


def items(count: int) -> Mapping[str, str]:
    """The same, as a list."""
    lines = "".join(f"        - {_PREFIX}x{n:06}=a\n" for n in range(count))
    return _stack([f"  s:\n    image: i\n    deploy:\n      labels:\n{lines}"])


def redirects(count: int) -> Mapping[str, str]:
    """Hosts of one service, and as many redirects to them."""
    hosts = ",".join(f"h{n}.example.com" for n in range(count))
    pairs = ";".join(f"http://g{n},https://h{n}.example.com" for n in range(count))
    return _stack([_service(0, {"hosts": hosts, "redirects": f"'{pairs}'", **_USUAL})])


def shared_redirects(count: int) -> Mapping[str, str]:
    """The same, but each host is also that of another service."""
    one = redirects(count)[_FILE].removesuffix(_FRONT)
    others = (_service(n + 1, {"hosts": f"h{n}.example.com", **_USUAL}) for n in range(count))
    return {_FILE: f"{one}{''.join(others)}{_FRONT}"}


def variables(count: int) -> Mapping[str, str]:
    """Variables in one label, and in a file that sets them."""
    hosts = ",".join(f"${{H{n}}}.example" for n in range(count))
    lines = "".join(f"H{n}=h{n}\n" for n in range(count))
    return {**_stack([_service(0, {"hosts": f"'{hosts}'", **_USUAL})]), "prod.env": lines}


def certificates(count: int) -> Mapping[str, str]:
    """Services that name a secret each, which nearly exists."""
    secrets = "".join(f"  c{n}: {{file: f}}\n" for n in range(count))
    services = (
        _service(n, {"hosts": f"h{n}", "ssl_cert": f"s_c{n}", "ssl_key": f"z{n}", **_USUAL})
        for n in range(count)
    )
    return _stack(services, after=f"secrets:\n{secrets}")


def varying_certificates(count: int) -> Mapping[str, str]:
    """The same, with variables in both names."""
    secrets = "".join(f"  c{n}: {{name: '${{B}}_d{n}'}}\n" for n in range(count))
    services = _own_hosts(count, ssl_cert="'${A}-c'")
    return _stack(services, after=f"secrets:\n{secrets}")


def networks(count: int) -> Mapping[str, str]:
    """Services that name a network each, which would be that of a stack of its own."""
    return _stack(
        _service(n, {"hosts": f"h{n}", "port": "80", "network": f"s{n}_default"})
        for n in range(count)
    )


def long_glob(count: int) -> Mapping[str, str]:
    """A glob with many wildcards that nearly matches a long name."""
    glob = f"s{'*a' * count}b"
    stack = _stack([_service("a" * 1_000, {"hosts": "h", "port": "x"})])
    entry = f"ignore: [{{rule: invalid-value, service: '{glob}', reason: r}}]\n"
    return {**stack, ".interlock-lint.yaml": entry}


# -- Several files -------------------------------------------------------------------------------


def files(count: int) -> Mapping[str, str]:
    """Stacks with the same host."""
    text = one_host(1)[_FILE]
    return {f"s{n}.stack.yml": text for n in range(count)}


def overrides(count: int) -> Mapping[str, str]:
    """Files without images, each of which may be for any of as many files with images."""
    base = f"services:\n{_service('', {'hosts': 'h.example.com', **_USUAL})}{_FRONT}"
    alone = base.replace("    image: i\n", "").replace(_FRONT, "")
    return {f"{n}.yml": base for n in range(count)} | {
        f"o{n}.yml": f"{alone}  s{n}: {{}}\n" for n in range(count)
    }


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


# -- Other forms ---------------------------------------------------------------------------------


def _created(name: object, *, options: str = "") -> str:
    labels = f"-l {_PREFIX}hosts=h{name}.$DOMAIN -l {_PREFIX}port=80"
    return f"docker service create --name s{name} --network front {labels} {options} image\n"


def script(count: int) -> Mapping[str, str]:
    """Commands that create services."""
    return {"deploy.sh": "".join(map(_created, range(count)))}


def updates(count: int) -> Mapping[str, str]:
    """Commands that change one service."""
    lines = (f"docker service update --label-add l{n}=$V s0 # {n}\n" for n in range(count))
    return {"deploy.sh": _created(0) + "".join(lines)}


def long_command(count: int) -> Mapping[str, str]:
    """A command with many labels, on many lines."""
    labels = "".join(f"-l l{n}='a'\"$B\"\\c \\\n" for n in range(count))
    return {"deploy.sh": _created(0, options=labels)}


def open_quotes(count: int) -> Mapping[str, str]:
    """Quotation marks, brackets and backslashes that never end."""
    return {"deploy.sh": _created(0) + "x \"`$( '" * count + "\\" * count}


def code_blocks(count: int) -> Mapping[str, str]:
    """Code blocks of a Markdown file, nested in lists and quotes."""
    block = "> 1. ```console\n>    $ {}>    done\n>    ```\n"
    return {"README.md": "".join(block.format(_created(n)) for n in range(count))}


def recipes(count: int) -> Mapping[str, str]:
    """Lines of a Makefile."""
    lines = (f"\t@{_created(n, options='$(call f,$(G)) $$X')}" for n in range(count))
    return {"Makefile": "all:\n" + "".join(lines)}


def steps(count: int) -> Mapping[str, str]:
    """Steps of a Jenkinsfile."""
    lines = (f"sh '{_created(n, options='%C% -l x=//y').strip()}'\n" for n in range(count))
    return {"Jenkinsfile": "".join(lines)}


def jobs(count: int) -> Mapping[str, str]:
    """Jobs of a workflow."""
    lines = (f"      - run: |\n          {_created(n, options='${{ x }}')}" for n in range(count))
    return {"ci.yml": "on: push\njobs:\n  a:\n    steps:\n" + "".join(lines)}


def record(count: int) -> Mapping[str, str]:
    """What `docker service inspect` prints about many services of several stacks."""
    entries = [
        {
            "ID": f"i{n}",
            "Spec": {
                "Name": f"s{n % 50}_w{n}",
                "Labels": {
                    f"{_PREFIX}hosts": f"h{n}.example.com",
                    f"{_PREFIX}port": "80",
                    f"{_PREFIX}network": "front",
                    "com.docker.stack.namespace": f"s{n % 50}",
                },
                "TaskTemplate": {
                    "ContainerSpec": {"Image": "i", "Env": ["A=1"]},
                    "Networks": [{"Target": "n", "Aliases": [f"w{n}"]}],
                },
                "Mode": {"Replicated": {"Replicas": 1}},
            },
        }
        for n in range(count)
    ]
    networks = [{"Id": "n", "Name": "front", "Scope": "swarm"}]
    return {"services.json": json.dumps([*entries, *networks], indent=4)}


SHAPES = (
    Shape("services of a record, checked", "service", "check services.json", record),
    Shape("services of one host, checked", "service", f"check {_FILE}", one_host),
    Shape("services of one host in both modes, checked", "service", f"check {_FILE}", mixed),
    Shape("services of one host, switched", "service", _MIGRATE, one_host, first=100),
    Shape("services of one host, refused", "service", _MIGRATE, uneven, first=500),
    Shape(
        "services of one host, shifted",
        "service",
        f"migrate --to vip --max-share-shift 100 {_FILE}",
        uneven,
        first=100,
    ),
    Shape("services of unknown size, refused", "service", _MIGRATE, unknown, first=500),
    Shape("chained services, refused one after the other", "service", _MIGRATE, chained, first=100),
    Shape(
        "chained services with one host, refused one after the other",
        "service",
        f"migrate --to vip --max-share-shift 20 {_FILE}",
        fanned,
        first=100,
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
            first=5_000,
        )
        for form in ("text", "json", "markdown", "mermaid")
    ),
    Shape("hosts of three services, refused", "host", _MIGRATE, many_hosts, first=5_000),
    Shape("services of one host, what if", "service", f"routes --what-if vip {_FILE}", uneven),
    Shape("services of one host, wanted", "service", f"routes --want s0=10% {_FILE}", uneven),
    Shape("services of two per host, selected", "service", f"routes --host h*0.* {_FILE}", paired),
    Shape("service clusters", "cluster", f"check {_FILE}", clusters, first=500),
    Shape("default backends", "service", f"check {_FILE}", defaults, first=500),
    Shape("services with one anchor, checked", "service", f"check {_FILE}", anchored_findings),
    Shape("services with one anchor, switched", "service", _MIGRATE, anchored, first=200),
    Shape(
        "services with one anchor, some switched",
        "service",
        f"labels set {_FILE} s*0 backend_mode=vip",
        anchored,
        first=200,
    ),
    Shape(
        "services with one anchor, fixed",
        "service",
        f"fix --unsafe {_FILE}",
        anchored_findings,
        first=200,
    ),
    Shape("services that merge one, switched", "service", _MIGRATE, merging, first=200),
    Shape(
        "services that merge one, refused",
        "service",
        f"labels unset {_FILE} s*0 port",
        merging,
        counted=240,
        first=200,
    ),
    Shape("services, changed", "service", f"labels set {_FILE} * port=81", services, first=100),
    Shape("services, refused", "service", f"labels set {_FILE} * port=x", services, first=100),
    Shape("services, listed", "service", f"labels list {_FILE}", services),
    *(
        Shape(f"findings as {form}", "finding", f"check -f {form} {_FILE}", findings)
        for form in ("text", "json", "concise")
    ),
    Shape("findings on one line", "finding", f"check {_FILE}", on_one_line, first=500),
    Shape(
        "findings on one line, as JSON", "finding", f"check -f json {_FILE}", on_one_line, first=500
    ),
    Shape(
        "findings on one line, concise",
        "finding",
        f"check -f concise {_FILE}",
        on_one_line,
        first=500,
    ),
    *(
        Shape(
            f"fixes on one line{title}",
            "fix",
            f"fix --unsafe -f {form} {_FILE}",
            fixable_on_one_line,
            first=100,
        )
        for title, form in (("", "text"), (", as JSON", "json"))
    ),
    Shape(
        "services on one line, changed",
        "service",
        f"labels set {_FILE} * port=81",
        on_one_line,
        first=100,
    ),
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
        first=500,
    ),
    Shape("rules in one comment", "rule", f"check {_FILE}", ignored_rules),
    Shape("lines of one value", "line", f"check {_FILE}", long_value),
    Shape(
        "comments in a changed file",
        "comment",
        f"labels set {_FILE} s0 port=81",
        commented,
        first=25_000,
    ),
    Shape(
        "comments above a removed label",
        "comment",
        f"labels unset {_FILE} s0 port",
        commented,
        first=25_000,
    ),
    Shape("other data, checked", "entry", f"check {_FILE}", other_data, first=2_000),
    Shape(
        "other data in a changed file",
        "entry",
        f"labels set {_FILE} s0 port=81",
        other_data,
        first=2_000,
    ),
    Shape("labels of one service", "label", f"check {_FILE}", labels, first=1_000),
    Shape("misspelt labels of one service", "label", f"check {_FILE}", misspelt, first=500),
    Shape("labels of one service, in a list", "label", f"check {_FILE}", items, first=1_000),
    Shape("redirects of one service", "redirect", f"check {_FILE}", redirects, first=5_000),
    Shape("redirects and services", "redirect", f"check {_FILE}", shared_redirects),
    Shape("variables in one label", "variable", f"check {_FILE}", variables, first=5_000),
    Shape(
        "variables in one label, set in a file",
        "variable",
        f"check --env-file prod.env {_FILE}",
        variables,
        first=5_000,
    ),
    Shape("secrets and services", "secret", f"check {_FILE}", certificates, counted=60),
    Shape("secrets with variables", "secret", f"check {_FILE}", varying_certificates),
    Shape("networks of other stacks", "network", f"check {_FILE}", networks),
    Shape("wildcards of a glob", "wildcard", f"check {_FILE}", long_glob, first=50),
    Shape("fixes", "fix", f"fix {_FILE}", fixable, first=100),
    Shape("values that Docker rejects", "service", f"check {_FILE}", rejected),
    Shape("values that Docker rejects, fixed", "service", f"fix {_FILE}", rejected, first=100),
    Shape("labels that are moved", "service", f"fix --unsafe {_FILE}", in_containers, first=100),
    Shape("misplaced labels", "label", f"check {_FILE}", misplaced),
    Shape("duplicate labels", "label", f"check {_FILE}", duplicates),
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
    Shape("commands of a script", "command", "check deploy.sh", script),
    Shape("commands of a script, refused", "command", "migrate --to vip deploy.sh", script),
    Shape("updates of a service", "command", "check deploy.sh", updates),
    Shape("labels of a command", "label", "check deploy.sh", long_command),
    Shape("open quotes", "quote", "check deploy.sh", open_quotes, first=10_000, counted=400),
    Shape("code blocks", "block", "check README.md", code_blocks),
    Shape("lines of a Makefile", "line", "check Makefile", recipes),
    Shape("steps of a Jenkinsfile", "step", "check Jenkinsfile", steps),
    Shape("jobs of a workflow", "job", "check ci.yml", jobs),
)
