"""Reads what a service is attached to: ports, volumes, configs, secrets and networks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from linter.reading import quantities
from linter.reading.short_ports import numbers, split
from linter.reading.trees import (
    Scalar,
    Tree,
    flat,
    is_zero,
    items,
    mapping,
    scalar,
    scalars,
    text_of,
    whole,
)
from linter.syntax.interpolation import Parts, join, lowered

Words = tuple[Parts, ...]

_MOST_PORTS = 1000
"""A range of more ports is compared as written."""

_WINDOWS_DRIVE = re.compile(r"(?:^|(?<=:))[A-Za-z]:(?=[\\/])")
_PROPAGATION = frozenset({"private", "rprivate", "shared", "rshared", "slave", "rslave"})
_PATH = re.compile(r"[./~]|[A-Za-z]:[\\/]|\\\\")


def ports(tree: Tree | None) -> Iterator[Words]:
    """Each published port as target, published port, protocol and mode."""
    for each in items(tree):
        if isinstance(each, dict):
            target, published = scalar(each.get("target")), scalar(each.get("published"))
            protocol, mode = scalar(each.get("protocol")), scalar(each.get("mode"))
            yield (
                quantities.number(target or ()),
                quantities.number(published or ("0",)),
                lowered(protocol or ("tcp",)),
                mode or ("ingress",),
            )
        elif isinstance(each, Scalar):
            yield from _short_ports(each.parts)


def _short_ports(parts: Parts) -> Iterator[Words]:
    text = whole(parts)
    if text is None:
        yield parts, ("0",), ("tcp",), ("ingress",)
        return
    _, published, target, protocol = split(text)
    inside, outside = numbers(target), numbers(published or "0")
    targets, publisheds = [target], [published]
    if inside and outside and max(len(inside), len(outside)) <= _MOST_PORTS:
        targets, publisheds = list(map(str, inside)), list(map(str, outside))
    if len(targets) == 1:
        targets *= len(publisheds)
    elif len(publisheds) == 1:
        publisheds *= len(targets)
    for inner, outer in zip(targets, publisheds, strict=False):
        yield (inner,), (outer,), (protocol,), ("ingress",)


def volumes(tree: Tree | None) -> Iterator[tuple[Parts, Mapping[str, Parts]]]:
    """Each mount by its target."""
    for each in items(tree):
        if isinstance(each, dict):
            mount = dict(_mount(each))
        elif isinstance(each, Scalar):
            mount = _short_volume(each.parts)
        else:
            continue
        yield mount.get("target", ()), mount


def _mount(tree: dict[str, Tree], prefix: str = "") -> Iterator[tuple[str, Parts]]:
    for key, each in tree.items():
        parts = scalar(each)
        if isinstance(each, dict):
            yield from _mount(each, f"{prefix}{key}.")
        elif (
            parts is not None and not is_zero(parts) and key != "consistency"
        ):  # no engine keeps it
            name = prefix + key
            yield name, quantities.size(parts) if name == "tmpfs.size" else parts


def _short_volume(parts: Parts) -> dict[str, Parts]:
    text = whole(parts)
    if text is None:
        # The target is what follows the last colon, unless that is a mode.
        head, tail = _last_piece(parts)
        return {"target": tail, "source": head, "type": ("unknown",)} if head else {"target": tail}
    drives = _WINDOWS_DRIVE.sub(lambda match: match[0][0] + "\0", text)
    pieces = [piece.replace("\0", ":") for piece in drives.split(":", 2)]
    if len(pieces) == 1:
        return {"type": ("volume",), "target": text_of(pieces[0])}
    source, target, *options = pieces
    is_path = _PATH.match(source) is not None
    mount = {
        "type": ("bind" if is_path else "volume",),
        "source": text_of(source),
        "target": text_of(target),
    }
    for option in options[0].split(",") if options else ():
        if option == "ro":
            mount["read_only"] = ("true",)
        elif option == "nocopy":
            mount["volume.nocopy"] = ("true",)
        elif option in _PROPAGATION:
            mount["bind.propagation"] = (option,)
    return mount


def _last_piece(parts: Parts) -> tuple[Parts, Parts]:
    """What stands before and after the last colon outside of variables."""
    for index in reversed(range(len(parts))):
        part = parts[index]
        if isinstance(part, str) and ":" in part:
            left, _, right = part.rpartition(":")
            return join((*parts[:index], left)), join((right, *parts[index + 1 :]))
    return (), parts


def objects(tree: Tree | None) -> Iterator[tuple[Parts, Mapping[str, Parts]]]:
    """Each config or secret that is used, by its key."""
    for each in items(tree):
        parts = scalar(each)
        if parts is not None:
            yield parts, {}
        elif isinstance(each, dict):
            found = {key: parts for key in each if (parts := scalar(each[key])) is not None}
            yield found.pop("source", ()), found


def networks(tree: Tree | None) -> Iterator[tuple[Parts, Words]]:
    """Each network by its key, with the aliases of the service and the options there."""
    for key in scalars(items(tree)):
        yield key, ()
    for name, each in mapping(tree).items():
        options = flat(mapping(each).get("driver_opts"))
        yield text_of(name), (*scalars(mapping(each).get("aliases")), *options)
