"""What a stack is part of: what it runs on, and the other stacks that its files can become."""

from __future__ import annotations

from linter.model.names import Names
from linter.model.proxy import Proxy
from linter.model.swarm import Swarm
from linter.model.targets import Target
from linter.record import Record

_NO_NAMES = Names()


class Context(Record):
    """
    What all services of a stack have in common, and what it will run on, or runs on in a `swarm`.

    `dotenv` are the variables that only a `.env` file next to the stack sets. `for_compose` says
    that the stack is plainly for Docker Compose alone. `form` is that of its text, if it is not a
    stack file; `declares` says whether it declares networks and secrets, and not only a service.
    """

    __slots__ = (
        "declares",
        "dotenv",
        "for_compose",
        "form",
        "proxy",
        "secrets",
        "stack_name",
        "swarm",
        "target",
    )

    def __init__(
        self,
        stack_name: str | None = None,
        target: Target | None = None,
        proxy: Proxy | None = None,
        secrets: Names = _NO_NAMES,
        dotenv: frozenset[str] = frozenset(),
        for_compose: bool = False,
        form: str = "",
        declares: bool = True,
        swarm: Swarm | None = None,
    ) -> None:
        self.stack_name = stack_name
        self.target = target
        self.proxy = proxy
        self.secrets = secrets
        self.dotenv = dotenv
        self.for_compose = for_compose
        self.form = form
        self.declares = declares
        self.swarm = swarm


class Alternative(Record):
    """
    Which stack it is, counted from 0, of those that the same files can become, and how many.

    Alternatives are never deployed together. Each of them is judged, in a world of its own: of all
    templates, their alternatives with the same number are in it, or else the first one.
    """

    __slots__ = ("number", "of")

    def __init__(self, number: int = 0, of: int = 1) -> None:
        self.number = number
        self.of = of

    def is_in(self, world: int) -> bool:
        """Whether a stack is in the world with a number."""
        return self.number == world or (self.number == 0 and self.of <= world)
