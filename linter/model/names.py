"""Names of stacks, and the names of their networks and secrets in the swarm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from linter.model.label import Label
from linter.model.text import Text
from linter.record import Record
from linter.syntax.interpolation import Parts, Variable, can_be_equal, display, is_known
from linter.syntax.source import Span

STACK_NAME = Variable("stack name")
"""A placeholder for an unknown stack name, which deployed names begin with."""

# The Docker CLI only requires that the name is not empty. But the names of services begin with it,
# and a swarm requires these to be valid in DNS names.
_STACK_NAME = r"[a-zA-Z0-9][a-zA-Z0-9_-]*"


def shown_name(deployed: Parts) -> str:
    """A deployed name for display, with `<stack>` where the stack name is not known."""
    return "".join("<stack>" if part == STACK_NAME else str(part) for part in deployed)


class Misnamed(ValueError):
    """Not a valid stack name; the message says what is valid."""


def stack_name(text: str) -> str:
    """Return a stack name unchanged. Raises Misnamed if no stack can be deployed under it."""
    if re.fullmatch(_STACK_NAME, text):
        return text
    remedy = "use letters, digits, `_` and `-`, and start with a letter or a digit"
    if not text:
        raise Misnamed(f"the stack name is empty; {remedy}, or omit it")
    raise Misnamed(f"`{text}` is not a valid stack name; {remedy}")


class Resource(Record):
    """
    A network or a secret that a stack declares, or that Docker adds.

    `deployed` is its name in the swarm, `span` the key that declares it, if any. `driver` is the
    driver of a network, if it is written.
    """

    __slots__ = ("deployed", "driver", "external", "key", "labels", "span")

    def __init__(
        self,
        key: str,
        deployed: Parts,
        external: bool,
        span: Span | None = None,
        labels: tuple[Label, ...] = (),
        driver: Text | None = None,
    ) -> None:
        self.key = key
        self.deployed = deployed
        self.external = external
        self.span = span
        self.labels = labels
        self.driver = driver


class Names:
    """
    The names of a stack's resources in the swarm, to look up what a label refers to.

    The number of resources does not affect the time of a lookup, except for texts with variables.
    """

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self.resources = tuple(resources)

    def can_be(self, text: Text) -> bool:
        """Whether a text can be the name of a resource; if in doubt, True."""
        value = text.value
        if value is None:
            some = self.resources[:_MOST_COMPARED]
            return len(self.resources) > len(some) or _any_equal(text.parts, some)
        return (
            value in self._certain
            or any(tail in self._prefixed for tail in _tails(value))
            or _any_equal(text.parts, self._uncertain)
        )

    def near_match(self, text: Text) -> Resource | None:
        """The resource whose key, or name in the swarm, a text is or ends with."""
        shown = str(text)
        for candidate in (shown, *_tails(shown)):
            if candidate in self._by_key:
                return self._by_key[candidate]
        return None

    def implied_stack_name(self, value: str) -> str | None:
        """
        The name that the stack must have for a text to be the name of a resource.

        None if the name of the stack does not matter, or if no name would fit. If several keys fit,
        the longest one counts.
        """
        if value in self._certain or _any_equal((value,), self._uncertain):
            return None
        tail = next((tail for tail in _tails(value) if tail in self._prefixed), None)
        return value.removesuffix(f"_{tail}") or None if tail else None

    @cached_property
    def _certain(self) -> frozenset[str]:
        """Names that are fully known."""
        names = (each.deployed[0] for each in self.resources if len(each.deployed) == 1)
        return frozenset(name for name in names if isinstance(name, str))

    @cached_property
    def _prefixed(self) -> frozenset[str]:
        """What follows the name of the stack, if that is unknown."""
        return frozenset(
            display(each.deployed[1:]).removeprefix("_")
            for each in self.resources
            if each.deployed[0] == STACK_NAME and not _is_uncertain(each)
        )

    @cached_property
    def _uncertain(self) -> tuple[Resource, ...]:
        """Resources with other variables in their names."""
        return tuple(islice(filter(_is_uncertain, self.resources), _MOST_COMPARED))

    @cached_property
    def _by_key(self) -> dict[str, Resource]:
        found = {display(r.deployed): r for r in reversed(self.resources) if r.external}
        return found | {each.key: each for each in reversed(self.resources)}


_MOST_COMPARED = 100

_LONGEST_NAME = 1_000


def _is_uncertain(resource: Resource) -> bool:
    """Whether more of a name than that of the stack is not known."""
    first, *others = resource.deployed
    parts = others if first == STACK_NAME else resource.deployed
    return not is_known(tuple(parts))


def _any_equal(parts: Parts, resources: Iterable[Resource]) -> bool:
    return any(can_be_equal(parts, each.deployed) for each in resources)


def _tails(text: str) -> Iterator[str]:
    """What follows each underscore of a name, longest first."""
    start = text.find("_") if len(text) <= _LONGEST_NAME else -1
    while start >= 0:
        yield text[start + 1 :]
        start = text.find("_", start + 1)
