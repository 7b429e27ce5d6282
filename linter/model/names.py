"""Names in a swarm: of stacks, and of the networks and secrets they declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from linter.model.label import Label
from linter.model.text import Text
from linter.syntax.interpolation import Parts, Variable, can_be_equal, display
from linter.syntax.source import Span

STACK_NAME = Variable("stack name")
"""Stands for the name of a stack where it is not known: deployed names begin with it."""

# The command line of Docker asks only that something is there; but the names of the services begin
# with it, and a swarm wants those to be parts of DNS names.
_STACK_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")


class Misnamed(ValueError):
    """A text that cannot be the name of a stack; the message says what to write."""


def stack_name(text: str) -> str:
    """The name of a stack, as it is. Raises Misnamed for what no stack can be deployed under."""
    if _STACK_NAME.fullmatch(text):
        return text
    remedy = "write letters, digits, `_` and `-`, and a letter or a digit first"
    if not text:
        raise Misnamed(f"it is empty; {remedy}, or leave it out")
    raise Misnamed(f"`{text}` cannot be the name of a stack; {remedy}")


class Resource(NamedTuple):
    """
    A network or a secret that a stack declares, or that Docker adds.

    `deployed` is its name in the swarm, `span` the key where it is declared, if it is.
    """

    key: str
    deployed: Parts
    external: bool
    span: Span | None = None
    labels: tuple[Label, ...] = ()


class Names:
    """
    The names that resources of a stack have in the swarm, to be asked what a label means by one.

    Asking takes as long whether there are few or many, but for texts that hold variables.
    """

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self.resources = tuple(resources)

    def can_be(self, text: Text) -> bool:
        """Whether a text can be the name of one of them. Errs towards yes."""
        value = text.value
        if value is None:
            some = self.resources[:_MOST_COMPARED]
            return len(self.resources) > len(some) or _any_equal(text.parts, some)
        return (
            value in self._certain
            or any(tail in self._prefixed for tail in _tails(value))
            or _any_equal(text.parts, self._uncertain)
        )

    def nearly(self, text: Text) -> Resource | None:
        """The one whose key a text is or ends with, or whose name in the swarm it ends with."""
        shown = str(text)
        for candidate in (shown, *_tails(shown)):
            if candidate in self._by_key:
                return self._by_key[candidate]
        return None

    def implied_stack_name(self, value: str) -> str | None:
        """
        What the stack must be called for a text to be the name of one of them.

        None where it is one whatever the stack is called, or cannot be. Of several keys that fit,
        the longest is meant.
        """
        if value in self._certain or _any_equal((value,), self._uncertain):
            return None
        tail = next((tail for tail in _tails(value) if tail in self._prefixed), None)
        return value.removesuffix(f"_{tail}") or None if tail else None

    @cached_property
    def _certain(self) -> frozenset[str]:
        """Names that are known altogether."""
        names = (each.deployed[0] for each in self.resources if len(each.deployed) == 1)
        return frozenset(name for name in names if isinstance(name, str))

    @cached_property
    def _prefixed(self) -> frozenset[str]:
        """What follows the name of the stack, where that is not known."""
        return frozenset(
            display(each.deployed[1:]).removeprefix("_")
            for each in self.resources
            if each.deployed[0] == STACK_NAME
        )

    @cached_property
    def _uncertain(self) -> tuple[Resource, ...]:
        """Those with other variables in their names."""
        found = (
            each
            for each in self.resources
            if each.deployed[0] != STACK_NAME
            and any(isinstance(part, Variable) for part in each.deployed)
        )
        return tuple(islice(found, _MOST_COMPARED))

    @cached_property
    def _by_key(self) -> dict[str, Resource]:
        found = {display(r.deployed): r for r in reversed(self.resources) if r.external}
        return found | {each.key: each for each in reversed(self.resources)}


_MOST_COMPARED = 100

_LONGEST_NAME = 1_000


def _any_equal(parts: Parts, resources: Iterable[Resource]) -> bool:
    return any(can_be_equal(parts, each.deployed) for each in resources)


def _tails(text: str) -> Iterator[str]:
    """What follows each underscore of a name, the longest first."""
    start = text.find("_") if len(text) <= _LONGEST_NAME else -1
    while start >= 0:
        yield text[start + 1 :]
        start = text.find("_", start + 1)
