"""
Proves that a change of stack files does what it declares, and nothing else.

Two readers have to agree on it: our own, and ruamel.yaml, which shares no code with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from linter.editing.second_reader import Reading, Unreadable, read, text_of
from linter.model.change import Change
from linter.model.stack import Service, Stack
from linter.model.text import Text
from linter.syntax.interpolation import Environment, InvalidInterpolation, Parts, interpolate
from linter.syntax.nodes import Document, comments

_OURS = re.compile(r"#[ \t]*interlock-lint:")
"""A comment that says something of a label to us goes with the label."""


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
    if _rejections(before) != _rejections(after):
        raise Unproved("`docker stack deploy` would refuse the result")
    seen = _second_differences(before, after)
    differences = _differences(_labels(before), _labels(after))
    # The second reader knows no variables, so it alone sees a change of the text of one; and it
    # tells `1.0` from `"1.0"`, which print the same here and are different labels for Docker.
    extra = {each for each, (one, other) in seen.items() if one != other}
    for service, key in sorted((extra - differences - wanted.keys()) | (differences - seen.keys())):
        raise Unproved(f"the readers disagree on label `{key}` of service `{service}`")
    for difference, value in wanted.items():
        _, found = seen.get(difference, (value, value))
        if found != value:
            raise Unproved(
                f"the second reader takes label `{difference.key}` of service "
                f"`{difference.service}` for `{found}`"
            )


def prove_fixes(before: Stack, after: Stack, services: Collection[str]) -> None:
    """
    Prove that a change is about labels of some services, and about nothing else.

    What was meant for a label and stood where it is none counts as a label of theirs. Raises
    Unproved.
    """
    for service, key in sorted(_differences(_labels(before), _labels(after))):
        if service not in services:
            raise Unproved(f"label `{key}` of service `{service}` would change too")
    _prove_the_rest(before, after, services)
    if _rejections(after) - _rejections(before):
        raise Unproved("`docker stack deploy` would refuse the result")
    for service, key in sorted(_second_differences(before, after, services)):
        if service not in services:
            raise Unproved(f"the second reader sees a change of `{key}` of service `{service}`")


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


def _prove_the_rest(before: Stack, after: Stack, loose: Collection[str] = ()) -> None:
    """Of the services in `loose`, labels in the wrong place may go."""
    old, new = _rest(before, loose), _rest(after, loose)
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            raise Unproved(f"something else would change with {name}")


def _rest(stack: Stack, loose: Collection[str]) -> dict[str, Any]:
    """All that is known of a stack but the labels of its services, without places."""
    services = {
        f"service `{each.name}`": (_rest_of(each), str(each.name) in loose or _astray(each))
        for each in stack.services
    }
    return services | {
        "the networks": [(each.key, each.deployed, each.external) for each in stack.networks],
        "the secrets": [
            (each.key, each.deployed, each.external) for each in stack.context.secrets.resources
        ],
        "the keys": len(stack.duplicates),
        "the documents": len(stack.ignored_documents),
    }


def _astray(service: Service) -> Any:
    return (
        [(str(label.key), label.value.parts) for label in service.container_labels],
        [(each.parent, each.names) for each in service.misplaced],
    )


def _rest_of(service: Service) -> Any:
    return (
        [each.key.parts for each in service.attachments],
        [(port.targets, port.published, port.mode) for port in service.ports],
        [part.parts if isinstance(part, Text) else None for part in service.deployment],
    )


def _rejections(stack: Stack) -> Counter[str]:
    return Counter(each.reason for each in stack.rejections)


# -- The second reader ---------------------------------------------------------------------------


def _second_differences(
    before: Stack, after: Stack, loose: Collection[str] = ()
) -> dict[_Difference, tuple[str | None, str | None]]:
    """
    The labels that differ for ruamel.yaml, with their values before and after.

    Raises Unproved when something else differs; of the services in `loose`, labels in the wrong
    place may.
    """
    found: dict[_Difference, tuple[str | None, str | None]] = {}
    for old_document, new_document in zip(before.documents, after.documents, strict=True):
        if old_document.source.text != new_document.source.text:
            some = frozenset(loose)
            try:
                old, new = read(old_document, some), read(new_document, some)
            except Unreadable as error:
                raise Unproved(str(error)) from None
            _prove_the_rest_stays(old, new)
            _prove_comments_stay(old.comments, new.comments)
            _prove_comments_stay(_comments(old_document), _comments(new_document))
            found.update(_label_differences(old, new))
    return found


def _prove_the_rest_stays(old: Reading, new: Reading) -> None:
    if old.rest != new.rest:
        raise Unproved("the second reader sees a change beside the labels")
    if old.anchors != new.anchors:
        raise Unproved("an anchor would be lost")


def _prove_comments_stay(old: Counter[str], new: Counter[str]) -> None:
    for comment in sorted(old - new):
        if not _OURS.search(comment):
            raise Unproved(f"a comment would be lost: {comment}")


def _label_differences(
    old: Reading, new: Reading
) -> Iterator[tuple[_Difference, tuple[str | None, str | None]]]:
    for service in old.labels.keys() | new.labels.keys():
        one, other = old.labels.get(service, {}), new.labels.get(service, {})
        for key in one.keys() | other.keys():
            if one.get(key) != other.get(key):
                yield _Difference(service, key), (text_of(one.get(key)), text_of(other.get(key)))


def _comments(document: Document) -> Counter[str]:
    return Counter(span.text.strip() for span in comments(document))
