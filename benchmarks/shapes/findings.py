"""Findings, fixes, ignores and comments."""

from __future__ import annotations

from collections.abc import Mapping

from .shape import FILE, PREFIX, USUAL, Shape, own_hosts, service, stack


def services(count: int) -> Mapping[str, str]:
    """Services with hosts of their own."""
    return stack(own_hosts(count))


def findings(count: int) -> Mapping[str, str]:
    """Services with two findings each."""
    return stack(own_hosts(count, port="x", nothing="x"))


def on_one_line(count: int) -> Mapping[str, str]:
    """Services with a finding each, all on one line."""
    labels = f"{PREFIX}hosts: h, {PREFIX}port: x"
    each = (f"s{n}: {{image: i, deploy: {{labels: {{{labels}}}}}}}" for n in range(count))
    return {FILE: f"services: {{{', '.join(each)}}}\n"}


def fixable_on_one_line(count: int) -> Mapping[str, str]:
    """Services with a finding each that `fix` fixes, all on one line."""
    return {FILE: on_one_line(count)[FILE].replace(f"{PREFIX}port: x", f"{PREFIX}prt: 80")}


def ignored_in_configuration(count: int) -> Mapping[str, str]:
    """Findings, and an entry under `ignore:` for the service of each."""
    entries = (f"  - {{rule: invalid-value, service: s{n}, reason: r}}\n" for n in range(count))
    return {**findings(count), ".interlock-lint.yaml": f"ignore:\n{''.join(entries)}"}


def ignored_on_lines(count: int) -> Mapping[str, str]:
    """Findings, each with a comment that ignores it."""
    return stack(own_hosts(count, port="x  # interlock-lint: ignore[invalid-value] r"))


def ignored_in_files(count: int) -> Mapping[str, str]:
    """Findings, and as many comments that ignore them in the whole file."""
    comment = "# interlock-lint: ignore-file[invalid-value] r\n"
    return stack(own_hosts(count, port="x"), before=comment * count)


def ignored_on_one_line(count: int) -> Mapping[str, str]:
    """Findings on one line, and as many comments above it."""
    text = on_one_line(count)[FILE]
    return {FILE: "# interlock-lint: ignore[invalid-value] r\n" * count + text}


def ignored_rules(count: int) -> Mapping[str, str]:
    """Findings, and one comment that names their rule as many times."""
    names = ", ".join(["invalid-value"] * count)
    comment = f"# interlock-lint: ignore-file[{names}] r\n"
    return stack(own_hosts(count, port="x"), before=comment)


def long_value(count: int) -> Mapping[str, str]:
    """One value of many lines, with a finding for each, and a comment that ignores another rule."""
    lines = "".join(f"          h_{n},\n" for n in range(count))
    comment = "# interlock-lint: ignore[not-routed] r\n"
    return stack([service(0, {"hosts": ">\n" + lines.rstrip(), **USUAL})], before=comment)


def commented(count: int) -> Mapping[str, str]:
    """One service and many comment lines, half of them right above a label."""
    labels = {"hosts": "h.example.com", "network": "front"}
    above = "".join(f"        # {n}\n" for n in range(count // 2))
    one = f"{service(0, labels)}{above}        {PREFIX}port: '80'\n"
    return stack([one], after="# the end\n" * (count - count // 2))


def other_data(count: int) -> Mapping[str, str]:
    """Data around one service that has nothing to do with labels."""
    lines = "".join(f"  k{n}: {{a: [b, 'c']}}\n" for n in range(count))
    variables = "".join(f"      V{n}: x\n" for n in range(count))
    one = service(0, {"hosts": "h.example.com", **USUAL}) + f"    environment:\n{variables}"
    return stack([one], before=f"x-data:\n{lines}")


def fixable(count: int) -> Mapping[str, str]:
    """Services with a finding each that `fix` fixes."""
    return stack(own_hosts(count, ssl_passthrough="true"))


def rejected(count: int) -> Mapping[str, str]:
    """Services with values that Docker rejects: what it takes for a string, and a dollar sign."""
    return stack(f"  s{n}: {{image: i, tty: yes, command: 'echo {n}$1'}}\n" for n in range(count))


def in_containers(count: int) -> Mapping[str, str]:
    """Services with labels in the wrong place, which `fix` moves."""
    labels = f"      {PREFIX}hosts: h.example.com\n      {PREFIX}port: '80'\n"
    return stack(f"  s{n}:\n    image: i\n    labels:\n{labels}" for n in range(count))


SHAPES = (
    Shape("services, changed", "service", f"labels set {FILE} * port=81", services, first=100),
    Shape("services, refused", "service", f"labels set {FILE} * port=x", services, first=100),
    Shape("services, listed", "service", f"labels list {FILE}", services),
    *(
        Shape(f"findings as {form}", "finding", f"check -f {form} {FILE}", findings)
        for form in ("text", "json", "concise", "html", "sarif")
    ),
    Shape("findings on one line", "finding", f"check {FILE}", on_one_line, first=500),
    Shape(
        "findings on one line, as JSON", "finding", f"check -f json {FILE}", on_one_line, first=500
    ),
    Shape(
        "findings on one line, concise",
        "finding",
        f"check -f concise {FILE}",
        on_one_line,
        first=500,
    ),
    *(
        Shape(
            f"fixes on one line{title}",
            "fix",
            f"fix --unsafe -f {form} {FILE}",
            fixable_on_one_line,
            first=100,
        )
        for title, form in (("", "text"), (", as JSON", "json"))
    ),
    Shape(
        "services on one line, changed",
        "service",
        f"labels set {FILE} * port=81",
        on_one_line,
        first=100,
    ),
    Shape("entries under `ignore:`", "entry", f"check {FILE}", ignored_in_configuration, first=50),
    Shape(
        "comments that ignore findings of their lines",
        "comment",
        f"check {FILE}",
        ignored_on_lines,
    ),
    Shape(
        "comments that ignore findings of the file", "comment", f"check {FILE}", ignored_in_files
    ),
    Shape(
        "comments that ignore findings of one line",
        "comment",
        f"check {FILE}",
        ignored_on_one_line,
        first=500,
    ),
    Shape("rules in one comment", "rule", f"check {FILE}", ignored_rules),
    Shape("lines of one value", "line", f"check {FILE}", long_value),
    Shape(
        "comments in a changed file",
        "comment",
        f"labels set {FILE} s0 port=81",
        commented,
        first=25_000,
    ),
    Shape(
        "comments above a removed label",
        "comment",
        f"labels unset {FILE} s0 port",
        commented,
        first=25_000,
    ),
    Shape("other data, checked", "entry", f"check {FILE}", other_data, first=2_000),
    Shape(
        "other data in a changed file",
        "entry",
        f"labels set {FILE} s0 port=81",
        other_data,
        first=2_000,
    ),
    Shape("fixes", "fix", f"fix {FILE}", fixable, first=100),
    Shape("values that Docker rejects", "service", f"check {FILE}", rejected),
    Shape("values that Docker rejects, fixed", "service", f"fix {FILE}", rejected, first=100),
    Shape("labels that are moved", "service", f"fix --unsafe {FILE}", in_containers, first=100),
)
