"""
Proves that a change to stack files does what it declares, and nothing else.

Two readers have to agree: our own, and ruamel.yaml, which shares no code with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from linter.editing.repairs import Pair, Unproved, differs_only, repaired
from linter.editing.second_reader import Reading, Unreadable, read, text_of
from linter.model.change import Change
from linter.model.diagnostic import Edit
from linter.model.stack import Service, Stack
from linter.syntax.interpolation import Environment, InvalidInterpolation, Parts, interpolate
from linter.syntax.nodes import Document, comments

_OURS = re.compile(r"#[ \t]*interlock-lint:")
"""Comments for this program are removed along with the label they are about."""


class Difference(NamedTuple):
    """A label that is added, removed or changed in a service."""

    service: str
    key: str


def prove_changes(
    before: Stack, after: Stack, changes: Iterable[Change], environment: Environment
) -> None:
    """
    Prove that labels change as `changes` declare, and that everything else stays the same.

    Raises Unproved.
    """
    _prove_acceptance(before, after)
    wanted = {Difference(each.service, each.key): each.value for each in changes}
    expected = {service: dict(labels) for service, labels in labels_of(before).items()}
    for (service, key), value in wanted.items():
        if value is None:
            expected[service].pop(key, None)
        else:
            expected[service][key] = _interpolated(value, environment)
    for service, key in sorted(differences(expected, labels_of(after))):
        raise Unproved(f"label `{key}` of service `{service}` would not be as expected")
    _prove_the_rest(before, after)
    seen = _second_differences(before, after)
    made = differences(labels_of(before), labels_of(after))
    # The second reader does not replace variables, so only it sees changes to their text. It also
    # distinguishes `1.0` from `"1.0"`, which look the same here but differ for Docker.
    extra = {each for each, (one, other) in seen.items() if one != other}
    for service, key in sorted((extra - made - wanted.keys()) | (made - seen.keys())):
        raise Unproved(f"the two readers disagree on label `{key}` of service `{service}`")
    for difference, value in wanted.items():
        _, found = seen.get(difference, (value, value))
        if found != value:
            raise Unproved(
                f"the second reader reads another value for label `{difference.key}` of service "
                f"`{difference.service}`"
            )


def prove_fixes(
    before: Stack, after: Stack, services: Collection[str], edits: Collection[Edit] = ()
) -> None:
    """
    Prove that a change affects labels of some services, and nothing else.

    Misplaced labels of these services count as labels. Values that Docker rejects may become what
    `edits` make of them. Raises Unproved.
    """
    _prove_acceptance(before, after)
    for service, key in sorted(differences(labels_of(before), labels_of(after))):
        if service not in services:
            raise Unproved(f"label `{key}` of service `{service}` would change too")
    allowed = repaired(before, after, edits)
    if not allowed:
        _prove_the_rest(before, after, services)
    for service, key in sorted(_second_differences(before, after, services, allowed)):
        if service not in services:
            raise Unproved(f"the second reader sees a change to `{key}` of service `{service}`")


# -- Our own reader ------------------------------------------------------------------------------

Labels = Mapping[str, Mapping[str, Any]]
"""The values of the labels of services, by their names."""


def labels_of(stack: Stack) -> Labels:
    """The labels of a stack as our own reader sees them."""
    return {
        str(service.name): {str(label.key): label.value.parts for label in service.labels}
        for service in stack.services
    }


def differences(before: Labels, after: Labels) -> set[Difference]:
    """The labels that differ, as one reader sees them."""
    return {
        Difference(service, key)
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
    """Labels in the wrong place may change in the services in `loose`."""
    old, new = _rest(before, loose), _rest(after, loose)
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            raise Unproved(f"something else would change in {name}")


def _rest(stack: Stack, loose: Collection[str]) -> dict[str, Any]:
    """Everything known about a stack except for service labels and positions."""
    services = {
        f"service `{each.name}`": (_rest_of(each), str(each.name) in loose or _misplaced(each))
        for each in stack.services
    }
    return services | {
        "the networks": [(each.key, each.deployed, each.external) for each in stack.networks],
        "the secrets": [
            (each.key, each.deployed, each.external) for each in stack.context.secrets.resources
        ],
        "the duplicate keys": len(stack.duplicates),
        "the ignored documents": len(stack.ignored_documents),
    }


def _misplaced(service: Service) -> Any:
    return (
        [(str(label.key), label.value.parts) for label in service.container_labels],
        [
            (
                each.parent,
                str(each.key),
                [(str(label.key), label.value.parts) for label in each.labels],
            )
            for each in service.misplaced
        ],
    )


def _rest_of(service: Service) -> Any:
    return (
        [each.key.parts for each in service.attachments],
        [(port.targets, port.published, port.mode) for port in service.ports],
        [part and part.parts for part in service.deployment.settings],
    )


def _prove_acceptance(before: Stack, after: Stack) -> None:
    """Docker rejects nothing in the result that it did not reject before."""
    old, new = (Counter(each.message for each in stack.refusals) for stack in (before, after))
    if new - old:
        raise Unproved("`docker stack deploy` would reject the result")


# -- The second reader ---------------------------------------------------------------------------


def _second_differences(
    before: Stack, after: Stack, loose: Collection[str] = (), allowed: Collection[Pair] = ()
) -> dict[Difference, tuple[str | None, str | None]]:
    """
    The labels that differ according to ruamel.yaml, with their values before and after.

    Raises Unproved if anything else differs, except for labels in the wrong place in the services
    in `loose`.
    """
    found: dict[Difference, tuple[str | None, str | None]] = {}
    for old_document, new_document in zip(before.documents, after.documents, strict=True):
        if old_document.literal:
            continue  # in another language than YAML; such a stack is never changed itself
        if old_document.source.text != new_document.source.text:
            some = frozenset(loose)
            try:
                old, new = read(old_document, some), read(new_document, some)
            except Unreadable as error:
                raise Unproved(str(error)) from None
            _prove_the_rest_stays(old, new, allowed)
            _prove_comments_stay(old.comments, new.comments, old_document)
            _prove_comments_stay(_comments(old_document), _comments(new_document), old_document)
            found.update(_label_differences(old, new))
    return found


def _prove_the_rest_stays(old: Reading, new: Reading, allowed: Collection[Pair]) -> None:
    if old.rest != new.rest and not differs_only(old.rest, new.rest, allowed):
        raise Unproved("the second reader sees a change outside the labels")
    if old.anchors != new.anchors:
        raise Unproved("an anchor would be lost")


def _prove_comments_stay(old: Counter[str], new: Counter[str], document: Document) -> None:
    for comment in sorted(old - new):
        if not _OURS.search(comment):
            # The comment itself may be secret.
            offset = max(document.source.text.find(comment), 0)
            line = document.source.position(offset).line
            raise Unproved(f"the comment on line {line} would be lost")


def _label_differences(
    old: Reading, new: Reading
) -> Iterator[tuple[Difference, tuple[str | None, str | None]]]:
    for service in old.labels.keys() | new.labels.keys():
        one, other = old.labels.get(service, {}), new.labels.get(service, {})
        for key in one.keys() | other.keys():
            if one.get(key) != other.get(key):
                yield Difference(service, key), (text_of(one.get(key)), text_of(other.get(key)))


def _comments(document: Document) -> Counter[str]:
    return Counter(span.text.strip() for span in comments(document))
