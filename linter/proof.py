"""
Knows how to prove that a change of stack files does what it declares, and nothing else.

Two readers have to agree on it: our own, and ruamel.yaml, which shares no code with it.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from linter.interpolation import Environment, InvalidInterpolation, Parts, interpolate
from linter.labels import PREFIX
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
    if _refusals(after) - _refusals(before):
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
            (each.key, each.deployed, each.external)
            for each in stack.surroundings.secrets.resources
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


def _refusals(stack: Stack) -> Counter[str]:
    return Counter(refusal.reason for refusal in stack.refusals)


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
    for old_source, new_source in zip(before.sources, after.sources, strict=True):
        if old_source.text != new_source.text:
            some = frozenset(loose)
            old, new = _read(old_source, some), _read(new_source, some)
            _prove_the_rest_stays(old, new)
            found.update(_label_differences(old, new))
    return found


def _prove_the_rest_stays(old: _Reading, new: _Reading) -> None:
    if old.rest != new.rest:
        raise Unproved("the second reader sees a change beside the labels")
    if old.anchors != new.anchors:
        raise Unproved("an anchor would be lost")
    for comment in sorted((old.comments - new.comments) | (old.our_comments - new.our_comments)):
        if not _OURS.search(comment):
            raise Unproved(f"a comment would be lost: {comment}")


def _label_differences(
    old: _Reading, new: _Reading
) -> Iterator[tuple[_Difference, tuple[str | None, str | None]]]:
    for service in old.labels.keys() | new.labels.keys():
        one, other = old.labels.get(service, {}), new.labels.get(service, {})
        for key in one.keys() | other.keys():
            if one.get(key) != other.get(key):
                yield _Difference(service, key), (_text(one.get(key)), _text(other.get(key)))


_NEARLY_LABELS = ("label", "labels")
_OURS = re.compile(r"#[ \t]*interlock-lint:")
"""A comment that says something of a label to us goes with the label."""


_Typed = tuple[str, Any]
"""A value with the name of its type: of `1`, `1.0` and `true` Python takes two for equal."""


class _Reading(NamedTuple):
    """What ruamel.yaml makes of a file: the labels of its services, and everything else."""

    labels: dict[str, dict[str, _Typed]]
    rest: Any
    anchors: Counter[str]
    comments: Counter[str]
    our_comments: Counter[str]
    """Those that our own reader sees."""


@lru_cache(maxsize=8)  # what one revision makes is where the next one begins
def _read(source: Source, loose: frozenset[str]) -> _Reading:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.tokens import AnchorToken

    text = _without_tabs(source)
    reader = YAML(typ="rt")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Docker permits an anchor to be given twice
            data = _plain(next(iter(reader.load_all(text)), None))
            # Another pass over the text, which takes as long; most files hold neither.
            tokens = list(YAML(typ="rt").scan(text)) if "#" in text or "&" in text else []
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise Unproved(f"the second reader cannot read {source.path}: {reason}") from None
    labels = _take_labels(data, loose)
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
    if value is None or isinstance(value, bool):
        return value
    if type(value).__name__ == "ScalarBoolean":  # a boolean with an anchor, which is no bool
        return bool(value)
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    # A date, or something with a tag: told apart from a string of the same text.
    return (type(value).__name__, str(getattr(value, "value", value)))


def _plain_key(key: Any) -> Any:
    plain = _plain(key)
    return plain if isinstance(plain, Hashable) else str(plain)


def _take_labels(data: Any, loose: Collection[str]) -> dict[str, dict[str, _Typed]]:
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
        if name in loose:
            _take_astray(service)
            _take_astray(deploy)
            service.pop("labels", None)
        if isinstance(deploy, dict):
            found[str(name)] = dict(_label_pairs(deploy.pop("labels", None)))
        if not deploy:
            service.pop("deploy", None)
    return found


def _take_astray(mapping: Any) -> None:
    for key in list(mapping) if isinstance(mapping, dict) else ():
        if str(key).startswith(PREFIX) or (key != "labels" and str(key).lower() in _NEARLY_LABELS):
            del mapping[key]


def _label_pairs(labels: Any) -> Iterator[tuple[str, _Typed]]:
    if isinstance(labels, dict):
        yield from ((str(key), _typed(value)) for key, value in labels.items())
    elif isinstance(labels, list):
        for number, item in enumerate(labels):
            if isinstance(item, str):
                key, _, value = item.partition("=")
                yield key, _typed(value)
            else:  # for Docker it is no label, and it refuses the file
                yield f"item {number}", _typed(repr(item))


def _typed(value: Any) -> _Typed:
    return type(value).__name__, value


def _text(typed: _Typed | None) -> str | None:
    """The label that a value gives; None for none."""
    if typed is None:
        return None
    _, value = typed
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):  # a date, or something with a tag
        return str(value[1])
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
