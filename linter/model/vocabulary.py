"""The labels that Interlock reads, and the values that each one accepts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property, lru_cache

import linter
from linter import TYPE_CHECKING
from linter.model.quotes import QUOTES
from linter.record import Record
from linter.syntax.interpolation import Parts, Variable

if TYPE_CHECKING:
    from typing import Any

PREFIX = "com.docker.lb."

# Prefixes that resemble Interlock's but belong to other programs.
_OTHERS = ("com.docker.stack.", "com.docker.compose.")

_DOCKERS = ("com.docker.", "interlock.")

# The words that a misspelled prefix of Interlock may contain, and those that only UCP's own have.
_PRODUCTS = frozenset({"docker", "mirantis"})
_PROXIES = frozenset({"interlock", "lb", "loadbalancer"})
_PREFIX_WORDS = _PRODUCTS | _PROXIES | {"com", "ee", "io", "mke", "org", "swarm", "ucp"}
_SEPARATORS = r"[-_/: ]"

# What may surround a key that was pasted from a document.
_AROUND = " \t\n\r\v\f\xa0\u200b\ufeff" + QUOTES

# Names that resemble one label but mean a different one: `interlock.ssl_cert_key` was for a key.
_MEANT_OTHERWISE = {"ssl_cert_key": "ssl_key"}


class Item(Record):
    """One item of a list in a value, and where it starts and ends there without blanks."""

    __slots__ = ("end", "start", "text")

    def __init__(self, start: int, end: int, text: str) -> None:
        self.start = start
        self.end = end
        self.text = text


class ListSyntax(Record):
    """How a value lists several items."""

    __slots__ = ("pattern", "separator", "trailing", "unique")

    def __init__(self, separator: str, pattern: str, trailing: bool, unique: bool) -> None:
        self.separator = separator
        self.pattern = pattern
        self.trailing = trailing
        self.unique = unique

    def items(self, value: str) -> Iterator[Item]:
        """The items of a value, including empty ones, except for a permitted trailing one."""
        start = 0
        parts = value.split(self.separator)
        if self.trailing and len(parts) > 1 and not parts[-1].strip(" "):
            parts.pop()
        for part in parts:
            text = part.strip(" ")
            offset = start + len(part) - len(part.lstrip(" "))
            yield Item(offset, offset + len(text), text)
            start += len(part) + 1

    def accepts(self, item: str) -> bool:
        """Whether an item is valid."""
        return re.search(self.pattern, item) is not None


class Row:
    """What `labels.schema.json` says about one label."""

    def __init__(self, key: str, schema: dict[str, Any]) -> None:
        self.key = key
        self.name = key.removeprefix(PREFIX)
        self.schema = schema
        self.says: str = schema.get("x-says", "")
        self.is_switch: bool = schema.get("x-switch", False)
        self.status: str = schema.get("x-status", "current")
        self.since: tuple[str, ...] = tuple(schema.get("x-since", ()))
        self.disputed_since: tuple[str, ...] = tuple(schema.get("x-disputed-since", self.since))
        self.until: str | None = schema.get("x-until")
        self.pattern: str | None = schema.get("pattern")
        self.choices: tuple[str, ...] = tuple(schema.get("enum", ()))
        self.instead: dict[str, str] = schema.get("x-instead", {})

    @cached_property
    def list_syntax(self) -> ListSyntax | None:
        if "x-items" not in self.schema:
            return None
        items = self.schema["x-items"]
        return ListSyntax(
            items["separator"],
            items["pattern"],
            items.get("trailing", False),
            items.get("unique", False),
        )

    def meant(self, wrong: str) -> str | None:
        """The word that this label accepts and that a wrong one stands for, if that is certain."""
        if wrong in self.choices:
            return None
        same = (choice for choice in self.choices if choice == wrong.strip().lower())
        return self.instead.get(wrong) or next(same, None)

    def fits(self, value: str) -> bool:
        """Whether a value is valid, as jsonschema judges it; to import that takes too long."""
        if self.choices and value not in self.choices:
            return False
        return self.pattern is None or self._search(value) is not None

    @cached_property
    def _search(self) -> Callable[[str], object]:
        return re.compile(self.pattern or "").search


@cache
def rows() -> dict[str, Row]:
    """The rows of `labels.schema.json` by label name without the prefix."""
    found = (Row(key, row) for key, row in load_schema("labels")["properties"].items())
    return {row.name: row for row in found}


def load_schema(name: str) -> Any:
    """Load one of the project's own schemas, from a checkout or an installation."""
    paths = (os.path.join(root, "schemas", f"{name}.schema.json") for root in linter.__path__)
    with open(next(filter(os.path.isfile, paths)), encoding="utf-8") as file:
        return json.load(file)


@lru_cache(maxsize=2**16)
def nearest(name: str) -> str | None:
    """The current label whose name is closest to this one, if any is close."""
    from difflib import get_close_matches

    names = [row.name for row in rows().values() if row.status == "current"]
    matches = get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    return matches[0] if matches else None


@lru_cache(maxsize=2**16)
def meant(key: str) -> str | None:
    """
    The label that a misspelled key was most likely meant to be, by name without the prefix.

    A key can be misspelled in the prefix (`com.docker.network`), in the name
    (`com.docker.lb.backendmode`) or in the case of letters, or end with a value after a colon
    (`com.docker.lb.port:80`). None for a key that is correct, or that has the prefix of a different
    program.
    """
    if key.startswith(PREFIX) and key.removeprefix(PREFIX) in rows():
        return None
    text = key.strip(_AROUND)
    if text.startswith(PREFIX) and text.removeprefix(PREFIX) in rows():
        return text.removeprefix(PREFIX)
    lowered = text.lower()
    if lowered.startswith(_OTHERS) or not any(
        word in lowered for word in ("docker", "lb", "mirantis")
    ):
        return None
    if lowered.startswith(PREFIX):
        return _close(lowered.removeprefix(PREFIX).partition(":")[0])
    if re.sub(_SEPARATORS, ".", lowered).startswith(PREFIX[:-1]):  # `com_docker_lb_hosts`
        name = lowered[len(PREFIX) - 1 :].lstrip("_-:,/ ")
        if name in _current():
            return name
    head, _, tail = lowered.rpartition(".")
    return (
        tail if tail in _current() and _resembles_prefix(re.sub(_SEPARATORS, ".", head)) else None
    )


def resembles_labels(key: str) -> bool:
    """Whether an unknown key was most likely meant to be `labels`."""
    from difflib import SequenceMatcher

    lowered = key.lower()
    return key != "labels" and (
        lowered in ("label", "labels") or SequenceMatcher(None, lowered, "labels").ratio() >= 0.8
    )


def belongs_to_docker(key: str) -> bool:
    """
    Whether a label is one of Docker's own, or a misspelled one: their values are not secret.

    This includes the labels of the UCP 2 routing mesh and of the first Interlock.
    """
    return key.startswith(_DOCKERS) or meant(key) is not None


def may_be_ours(key: Parts) -> bool:
    """Whether a key that is not known may be that of a label of Interlock."""
    first = key[0] if key else ""
    if len(key) < 2 and isinstance(first, str):
        return False
    return isinstance(first, Variable) or PREFIX.startswith(first) or first.startswith(PREFIX)


def without_secret(label: str) -> str:
    """A label written as `key=value`, without its value unless it is one of Docker's own."""
    key, sign, _ = label.partition("=")
    return label if not sign or belongs_to_docker(key.lstrip("'\"")) else f"{key}=…"


@cache
def _current() -> frozenset[str]:
    return frozenset(row.name for row in rows().values() if row.status == "current")


def _close(name: str) -> str | None:
    if name in _MEANT_OTHERWISE:
        return _MEANT_OTHERWISE[name]
    candidate = nearest(name)
    if candidate is None:
        return None
    from difflib import SequenceMatcher

    return candidate if SequenceMatcher(None, name, candidate).ratio() >= 0.75 else None


def _resembles_prefix(head: str) -> bool:
    """
    Whether a prefix is like `com.docker`, `com.docker.com.lb`, `com.dokcer.lb` or `docker.lb`.

    `com.docker.interlock`, `com.docker.ucp.lb` and `com.mirantis.lb` are meant too. A custom prefix
    such as `com.mycorp.docker.lb` is not a misspelled one.
    """
    words = set(head.split("."))
    named = not (words.isdisjoint(_PRODUCTS) or words.isdisjoint(_PROXIES))
    if head == "com.docker" or (named and words <= _PREFIX_WORDS):
        return True
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, head, PREFIX.rstrip("."))
    return matcher.real_quick_ratio() >= 0.9 and matcher.ratio() >= 0.9  # a key has any length
