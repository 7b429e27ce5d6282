"""Compares two services as they are deployed, setting by setting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from linter.model.deployed import ORDERED, Deployed, Setting, Value, Values
from linter.model.images import short_name
from linter.model.names import shown_name
from linter.model.vocabulary import belongs_to_docker
from linter.syntax.interpolation import Parts, Variable, can_be_equal, display, is_known

_NOTHING = Deployed("")
_SHOWN = frozenset(
    {
        Setting.BACKEND_MODE,
        Setting.MODE,
        Setting.REPLICAS,
        Setting.IMAGE,
        Setting.ENDPOINT_MODE,
    }
)
"""Settings with a single value that is no secret."""

_MOST_COMPARED = 100
"""With more unknown names, each one may be any of the others."""


class Difference(NamedTuple):
    """
    A setting that differs: the names in it that are added, removed and changed, if they may be
    shown.

    It is not `certain` if it depends on values that are not known. `reordered` means that only the
    order differs, of a setting where that counts. `old` and `new` are the values of a setting whose
    values are no secret, such as the image.
    """

    setting: Setting
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    certain: bool = True
    reordered: bool = False
    old: str = ""
    new: str = ""


def differences(old: Deployed | None, new: Deployed | None) -> tuple[Difference, ...]:
    """What differs between two services; None is a service that is not there."""
    old, new = old or _NOTHING, new or _NOTHING
    return tuple(chain.from_iterable(_differing(each, old, new) for each in Setting))


def _differing(setting: Setting, old: Deployed, new: Deployed) -> Iterator[Difference]:
    before, after = old.values(setting), new.values(setting)
    if setting is Setting.ALIASES:  # those of a network that is new belong to it
        before, after = _common(before, after), _common(after, before)
    yield from compared(setting, before, after)


def _common(values: Values, others: Values) -> Values:
    return {key: value for key, value in values.items() if key in others}


def compared(setting: Setting, before: Values, after: Values) -> Iterator[Difference]:
    """What differs in a setting, if anything does."""
    if before == after:
        if setting in ORDERED and list(before) != list(after):
            yield Difference(setting, reordered=True)
        return
    added = [key for key in after if key not in before]
    removed = [key for key in before if key not in after]
    both = [key for key in after if key in before and before[key] != after[key]]
    certain = any(not _may_be_equal(before[key], after[key], setting) for key in both)
    common = [key for key in after if key in before and not is_known(key)]
    certain = certain or _differ(added, removed, common)
    old, new = (_value(setting, each) if setting in _SHOWN else "" for each in (before, after))
    yield Difference(
        setting,
        _shown(setting, added, after),
        _shown(setting, removed, before),
        _shown(setting, both, after),
        certain=certain,
        old=old,
        new=new,
    )


def _value(setting: Setting, values: Values) -> str:
    texts = (display(parts) for value in values.values() for parts in value)
    return " ".join(map(short_name, texts) if setting is Setting.IMAGE else texts)


_RESOURCES = frozenset(
    {
        Setting.CONFIG,
        Setting.SECRET,
        Setting.CONFIG_CONTENT,
        Setting.SECRET_CONTENT,
        Setting.NETWORK,
        Setting.ALIASES,
        Setting.NETWORK_OPTIONS,
    }
)
_UNNAMED = frozenset({Setting.MOUNT, Setting.CONSTRAINT})
_LABELS = frozenset({Setting.LABEL, Setting.CONTAINER_LABEL})
_PORT = re.compile(r"[0-9-]{1,11}:[0-9-]{1,11}/[a-z]{1,4} [a-z]{1,7}")


def _shown(setting: Setting, names: Iterable[Parts], values: Values) -> tuple[str, ...]:
    """The names that may be shown: those that are names, and not what may be a secret instead."""
    if setting in _UNNAMED:
        return ()
    if setting in _RESOURCES:
        return tuple(map(shown_name, names))
    found = (display(key) for key in names if is_known(key) and _is_name(setting, key, values))
    if setting is Setting.CONTAINER:  # not the names that sysctls have
        found = (each.partition(".")[0] for each in found)
    return tuple(dict.fromkeys(found))


def _is_name(setting: Setting, key: Parts, values: Values) -> bool:
    if setting is Setting.ENVIRONMENT:  # a text without `=` counts as a variable that is passed on
        return values[key] not in ((), ((Variable(display(key)),),))
    if setting in _LABELS:  # and as a label that is empty
        return values[key] != ((),) or belongs_to_docker(display(key))
    return setting is not Setting.PORT or _PORT.fullmatch(display(key)) is not None


def _may_be_equal(one: Value, other: Value, setting: Setting) -> bool:
    """Whether two values can be the same, depending on what is not known of them."""
    if setting is Setting.IMAGE and _is_pinned(one, other):
        return True
    if len(one) != len(other):
        # A command written as one text with a variable may be any number of words.
        return any(len(each) == 1 and not is_known(each[0]) for each in (one, other))
    return all(map(can_be_equal, one, other))


def _is_pinned(one: Value, other: Value) -> bool:
    """Whether two images differ only in that one has a digest, which may be that of its tag."""
    texts = [display(parts) for value in (one, other) for parts in value]
    return (
        len(texts) == 2
        and len({each.partition("@")[0] for each in texts}) == 1
        and (sum("@" in each for each in texts) == 1)
    )


def _differ(added: list[Parts], removed: list[Parts], common: list[Parts]) -> bool:
    """Whether some name is on one side only, whatever the values of variables in the names."""
    return _any_alone(added, removed + common) or _any_alone(removed, added + common)


def _any_alone(keys: list[Parts], others: list[Parts]) -> bool:
    open_names = [each for each in others if not is_known(each)]
    for key in keys:
        if len(key) == 1 and isinstance(key[0], Variable):
            continue  # of a file that is not read: may be none
        possible = open_names if is_known(key) else others
        if len(possible) <= _MOST_COMPARED and not any(can_be_equal(key, e) for e in possible):
            return True
    return False
