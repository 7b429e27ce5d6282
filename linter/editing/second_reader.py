"""
Reads a stack file with ruamel.yaml: a second opinion that shares no code with our own reader.

Only this module and `second_parser` import it.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from linter.model.vocabulary import PREFIX, meant, resembles_labels
from linter.syntax.nodes import Document, scalars


class Unreadable(Exception):
    """ruamel.yaml cannot read a file; the message says which one."""


Typed = tuple[str, Any]
"""A value with the name of its type, because Python treats `1`, `1.0` and `true` as equal."""


class Reading(NamedTuple):
    """The first document as ruamel.yaml reads it: the labels of its services, and all else."""

    labels: dict[str, dict[str, Typed]]
    rest: Any
    anchors: Counter[str]
    comments: Counter[str]


@lru_cache(maxsize=8)  # the result of one revision is the start of the next
def read(document: Document, loose: frozenset[str]) -> Reading:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from linter.editing.second_parser import load

    source = document.source
    text = _without_tabs(document)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Docker allows an anchor to be defined twice
            loaded = load(text)
            data = _plain(loaded.data)
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # What ruamel.yaml says may quote the file.
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = f", line {mark.line + 1}" if mark else ""
        raise Unreadable(f"the second reader cannot read {source.path}{line}") from None
    labels = {
        source.shown(name): {source.shown(key): value for key, value in each.items()}
        for name, each in _pop_labels(data, loose).items()
    }
    comments = filter(None, (line.strip() for line in loaded.comments))
    return Reading(labels, data, Counter(loaded.anchors), Counter(comments))


def _without_tabs(document: Document) -> str:
    """
    The text, with blanks instead of tabs between tokens.

    ruamel.yaml rejects tabs before comments and values, which Docker and libyaml allow.
    """
    source = document.source
    if "\t" not in source.yaml:
        return source.yaml
    inside = sorted(
        (node.start, node.end)
        for root in (document.root, *document.later)
        for node in scalars(root)
    )
    pieces: list[str] = []
    end = 0
    for start, stop in inside:
        pieces += (source.yaml[end:start].replace("\t", " "), source.yaml[max(start, end) : stop])
        end = max(end, stop)
    return "".join((*pieces, source.yaml[end:].replace("\t", " ")))


def _plain(value: Any) -> Any:
    """Data regardless of how it is written: merges are resolved, quotes are dropped."""
    if isinstance(value, str):  # most values; what is asked first is asked most often
        return str(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict | Mapping):
        return {_plain_key(key): _plain(each) for key, each in value.items()}
    if value is None or isinstance(value, bool):
        return value
    if type(value).__name__ == "ScalarBoolean":  # a boolean with an anchor, which is not a bool
        return bool(value)
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    # A date, or something with a tag, is different from a string with the same text.
    return (type(value).__name__, str(getattr(value, "value", value)))


def _plain_key(key: Any) -> Any:
    plain = _plain(key)
    return plain if isinstance(plain, str | Hashable) else str(plain)


def _pop_labels(data: Any, loose: Collection[str]) -> dict[str, dict[str, Typed]]:
    """Remove service labels and `x-` keys from data; returns the labels."""
    found: dict[str, dict[str, Typed]] = {}
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
            _remove_misplaced(service)
            _remove_misplaced(deploy)
            service.pop("labels", None)
        if isinstance(deploy, dict):
            found[str(name)] = dict(_label_pairs(deploy.pop("labels", None)))
        if not deploy:
            service.pop("deploy", None)
    return found


def _remove_misplaced(mapping: Any) -> None:
    for key in list(mapping) if isinstance(mapping, dict) else ():
        name = str(key)
        if name.startswith(PREFIX) or meant(name) is not None or resembles_labels(name):
            del mapping[key]


def _label_pairs(labels: Any) -> Iterator[tuple[str, Typed]]:
    if isinstance(labels, dict):
        yield from ((str(key), _typed(value)) for key, value in labels.items())
    elif isinstance(labels, list):
        for number, item in enumerate(labels):
            if isinstance(item, str):
                key, _, value = item.partition("=")
                yield key, _typed(value)
            else:  # not a label for Docker, which rejects the file
                yield f"item {number}", _typed(repr(item))


def _typed(value: Any) -> Typed:
    return type(value).__name__, value


def text_of(typed: Typed | None) -> str | None:
    """The text of a label with this value; None if there is no label."""
    if typed is None:
        return None
    _, value = typed
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):  # a date, or something with a tag
        return str(value[1])
    return "" if value is None else str(value)
