"""
Knows how to prove that a change of stack files does what it declares, and nothing else.

Two readers have to agree on it: our own, and ruamel.yaml, which shares no code with it.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from linter.interpolation import Environment, InvalidInterpolation, Parts, interpolate
from linter.place import Change
from linter.source import Source
from linter.stack import Service, Stack, Text
from linter.syntax import comments, compose, scalars


class Unproved(Exception):
    """A change that does not do what it declares; the message says what it does instead."""


class _Difference(NamedTuple):
    """A label that a service has before or after a change only, or with another value."""

    service: str
    key: str


def prove_changes(
    before: Stack, after: Stack, changes: Iterable[Change], environment: Environment
) -> None:
    """
    Prove that labels come out as `changes` declare, and that all else stays.

    Raises Unproved.
    """
    wanted = {_Difference(each.service, each.key): each.value for each in changes}
    expected = {service: dict(labels) for service, labels in _labels(before).items()}
    for (service, key), value in wanted.items():
        if value is None:
            expected[service].pop(key, None)
        else:
            expected[service][key] = _interpolated(value, environment)
    for service, key in sorted(_differences(expected, _labels(after))):
        raise Unproved(f"label `{key}` of service `{service}` would not be as it should")
    _prove_the_rest(before, after)
    if _refusals(before) != _refusals(after):
        raise Unproved("`docker stack deploy` would refuse the result")
    differences = _differences(_labels(before), _labels(after))
    values = _prove_by_second_reader(before, after, differences, wanted)
    for difference, value in wanted.items():
        if value is not None and values.get(difference, value) != value:
            raise Unproved(
                f"the second reader takes label `{difference.key}` of service "
                f"`{difference.service}` for `{values[difference]}`"
            )


def prove_fixes(before: Stack, after: Stack, services: Collection[str]) -> None:
    """
    Prove that a change is about labels of some services, and about nothing else.

    Raises Unproved.
    """
    differences = _differences(_labels(before), _labels(after))
    for service, key in sorted(differences):
        if service not in services:
            raise Unproved(f"label `{key}` of service `{service}` would change too")
    _prove_the_rest(before, after)
    if _refusals(after) - _refusals(before):
        raise Unproved("`docker stack deploy` would refuse the result")
    _prove_by_second_reader(before, after, differences)


# -- Our own reader ------------------------------------------------------------------------------

_Labels = Mapping[str, Mapping[str, Parts]]


def _labels(stack: Stack) -> _Labels:
    return {
        str(service.name): {str(label.key): label.value.parts for label in service.labels}
        for service in stack.services
    }


def _differences(before: _Labels, after: _Labels) -> set[_Difference]:
    return {
        _Difference(service, key)
        for service in {*before, *after}
        for key in {*before.get(service, ()), *after.get(service, ())}
        if before.get(service, {}).get(key) != after.get(service, {}).get(key)
    }


def _interpolated(value: str, environment: Environment) -> Parts:
    try:
        return interpolate(value, environment)
    except InvalidInterpolation as error:
        raise Unproved(f"Docker cannot read `{value}`: {error.reason}") from None


def _prove_the_rest(before: Stack, after: Stack) -> None:
    old, new = _rest(before), _rest(after)
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            raise Unproved(f"something else would change with {name}")


def _rest(stack: Stack) -> dict[str, Any]:
    """All that is known of a stack but the labels of its services, without places."""
    services = {f"service `{each.name}`": _rest_of(each) for each in stack.services}
    return services | {
        "the networks": [(each.key, each.deployed, each.external) for each in stack.networks],
        "the secrets": [
            (each.key, each.deployed, each.external)
            for each in stack.surroundings.secrets.resources
        ],
        "the keys": len(stack.duplicates),
        "the documents": len(stack.ignored_documents),
    }


def _rest_of(service: Service) -> Any:
    return (
        [(str(label.key), label.value.parts) for label in service.container_labels],
        [each.key.parts for each in service.attachments],
        [(port.targets, port.published, port.mode) for port in service.ports],
        [part.parts if isinstance(part, Text) else None for part in service.deployment],
        [(each.parent, each.names) for each in service.misplaced],
    )


def _refusals(stack: Stack) -> Counter[str]:
    return Counter(refusal.reason for refusal in stack.refusals)


# -- The second reader ---------------------------------------------------------------------------


def _prove_by_second_reader(
    before: Stack,
    after: Stack,
    differences: Collection[_Difference],
    declared: Collection[_Difference] = (),
) -> dict[_Difference, str]:
    """
    Compare what ruamel.yaml makes of the files; gives the values of labels that differ.

    Both readers have to see the same differences, but for two reasons: it knows no variables, so
    that only it sees one where both come to the same; and it tells `1.0` from `"1.0"`, which are
    different labels for Docker, but print the same here.
    """
    pairs = [
        (_read(old), _read(new))
        for old, new in zip(before.sources, after.sources, strict=True)
        if old.text != new.text
    ]
    found: dict[_Difference, tuple[_Typed | None, _Typed | None]] = {}
    for old, new in pairs:
        _prove_the_rest_stays(old, new)
        found |= _label_differences(old, new)
    texts = {each: tuple(map(_text, both)) for each, both in found.items()}
    extra = {each for each, (one, other) in texts.items() if one != other}
    extra -= {*differences, *declared}
    missing = {*differences} - found.keys()
    for service, key in sorted(extra | missing):
        raise Unproved(f"the readers disagree on label `{key}` of service `{service}`")
    return {each: text for each, (_, text) in texts.items() if text is not None}


def _prove_the_rest_stays(old: _Reading, new: _Reading) -> None:
    if old.rest != new.rest:
        raise Unproved("the second reader sees a change beside the labels")
    if old.anchors != new.anchors:
        raise Unproved("an anchor would be lost")
    lost = (old.comments - new.comments) | (old.our_comments - new.our_comments)
    for comment in sorted(lost):
        if not _OURS.match(comment):
            raise Unproved(f"a comment would be lost: {comment}")


def _label_differences(
    old: _Reading, new: _Reading
) -> dict[_Difference, tuple[_Typed | None, _Typed | None]]:
    found: dict[_Difference, tuple[_Typed | None, _Typed | None]] = {}
    for service in old.labels.keys() | new.labels.keys():
        one, other = old.labels.get(service, {}), new.labels.get(service, {})
        for key in one.keys() | other.keys():
            if one.get(key) != other.get(key) and not key.startswith(_NO_LABEL):
                found[_Difference(service, key)] = (one.get(key), other.get(key))
    return found


_OURS = re.compile(r"#[ \t]*interlock-lint:")
"""A comment that says something of a label to us goes with the label."""

_Typed = tuple[type, Any]
"""The type of a value, and the value: of `1`, `1.0` and `true` Python takes two for equal."""

_NO_LABEL = "\0"
"""Begins what stands for an item of labels that is none."""


class _Reading(NamedTuple):
    """What ruamel.yaml makes of a file: the labels of its services, and everything else."""

    labels: dict[str, dict[str, _Typed]]
    rest: Any
    anchors: Counter[str]
    comments: Counter[str]
    our_comments: Counter[str]
    """Those that our own reader sees."""


@lru_cache(maxsize=8)  # what one revision makes is where the next one begins
def _read(source: Source) -> _Reading:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.tokens import AnchorToken

    text = _without_tabs(source)
    reader = YAML(typ="rt")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Docker permits an anchor to be given twice
            data = _plain(next(iter(reader.load_all(text)), None))
            tokens = list(YAML(typ="rt").scan(text))
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise Unproved(f"the second reader cannot read {source.path}: {reason}") from None
    labels = _take_labels(data)
    return _Reading(
        labels,
        data,
        Counter(token.value for token in tokens if isinstance(token, AnchorToken)),
        Counter(_comments_of(getattr(token, "_comment", None) for token in tokens)),
        Counter(_comments(source)),
    )


def _without_tabs(source: Source) -> str:
    """
    A text with blanks for the tabs that separate tokens.

    ruamel.yaml refuses tabs before comments and values, which Docker and libyaml permit.
    """
    if "\t" not in source.text:
        return source.text
    document = compose(source)
    inside = sorted(
        (node.start, node.end)
        for root in (document.root, *document.later)
        for node in scalars(root)
    )
    pieces: list[str] = []
    end = 0
    for start, stop in inside:
        pieces += (source.text[end:start].replace("\t", " "), source.text[max(start, end) : stop])
        end = max(end, stop)
    return "".join((*pieces, source.text[end:].replace("\t", " ")))


def _plain(value: Any) -> Any:
    """Data without the ways in which it is written: merges are resolved, quotes forgotten."""
    if isinstance(value, Mapping):
        return {_plain_key(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return str(value)
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value if value is None or isinstance(value, date) else str(value)


def _plain_key(key: Any) -> Any:
    plain = _plain(key)
    return plain if isinstance(plain, Hashable) else str(plain)


def _take_labels(data: Any) -> dict[str, dict[str, _Typed]]:
    """Take the labels of services out of data, and what stands for nothing but anchors."""
    found: dict[str, dict[str, _Typed]] = {}
    if not isinstance(data, dict):
        return found
    for name in [name for name in data if str(name).startswith("x-")]:
        del data[name]
    services = data.get("services")
    for name, service in services.items() if isinstance(services, dict) else ():
        if not isinstance(service, dict):
            continue
        for key in [key for key in service if str(key).startswith("x-")]:
            del service[key]
        deploy = service.get("deploy")
        if isinstance(deploy, dict):
            found[str(name)] = dict(_label_pairs(deploy.pop("labels", None)))
        if not deploy:
            service.pop("deploy", None)
    return found


def _label_pairs(labels: Any) -> Iterator[tuple[str, _Typed]]:
    if isinstance(labels, dict):
        yield from ((str(key), (type(value), value)) for key, value in labels.items())
    elif isinstance(labels, list):
        for number, item in enumerate(labels):
            if isinstance(item, str):
                key, _, value = item.partition("=")
                yield key, (str, value)
            else:
                yield f"{_NO_LABEL}{number}", (str, repr(item))


def _text(typed: _Typed | None) -> str | None:
    """What a label with a value is; None for the value of none."""
    if typed is None:
        return None
    value = typed[1]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _comments(source: Source) -> list[str]:
    return [span.text.strip() for span in comments(compose(source))]


def _comments_of(nested: Any) -> Iterator[str]:
    """The comments that tokens of ruamel.yaml hold, one to a line."""
    for each in nested or ():
        if isinstance(each, list | tuple):
            yield from _comments_of(each)
        elif each is not None:
            lines = (each if isinstance(each, str) else str(each.value)).splitlines()
            yield from (line.strip() for line in lines if line.strip())
