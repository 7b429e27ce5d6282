"""Explains how a service can get the wanted share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from linter.model.words import MOST_NAMED, agree, count_tasks, listed
from linter.routing import wishes
from linter.routing.routes import Backend, Mode, Route
from linter.routing.wishes import Answer, Mix

if TYPE_CHECKING:
    from fractions import Fraction

_TOO_MANY = 100
"""If the exact combination has more tasks than this, a smaller one that is close comes first."""


class Reply(NamedTuple):
    """
    How a service on a route can get the wanted share.

    `asked` is the answer for the modes in question, those of the labels or of --what-if; None if
    they are not known. `task` and `vip` are the answers with all services of the route in that
    mode.
    """

    backend: Backend
    share: Fraction
    now: Fraction | None
    asked: Answer | None
    task: Answer
    vip: Answer
    texts: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """The wanted share as text, as exact as it was given."""
        return _exactly(self.share)

    @property
    def can(self) -> bool | None:
        """
        Whether the modes in question can give the share.

        None if the modes are not known, or if it depends on an unknown number of nodes.
        """
        if self.asked is None or self.asked.depends_on:
            return None
        return self.asked.exact is not None


def reply_to(route: Route, asked: Route, index: int, share: Fraction) -> Reply:
    """How a service can get the wanted share in the modes of `asked`, and in each mode."""

    def answer(where: Route) -> Answer:
        return wishes.answer(where, where.backends[index], share)

    task = route.changed(lambda each: each._replace(mode=Mode.TASK))
    vip = route.changed(lambda each: each._replace(mode=Mode.VIP))
    requests = asked.requests()
    reply = Reply(
        backend=route.backends[index],
        share=share,
        now=requests[index] if requests else None,
        asked=None if None in _modes(asked, index) else answer(asked),
        task=answer(task),
        vip=answer(vip),
    )
    why = "set by the labels" if asked is route else "set by --what-if"
    return reply._replace(texts=tuple(_texts(asked, task, index, reply, why)))


def _modes(route: Route, index: int) -> set[Mode | None]:
    """The modes of a service and of all others with tasks."""
    return {route.backends[index].mode, *(each.mode for each in route.serving)}


def _texts(asked: Route, task: Route, index: int, reply: Reply, why: str) -> Iterator[str]:
    if asked.undivided:
        yield "not possible: these requests are not divided by tasks or modes"
        return
    if wishes.has_no_nodes(reply.backend):
        name = asked.name_of(reply.backend)
        yield f"not possible: {name} is global and has no node to run on, so it has no tasks"
        return
    sharing = sum(place == index or each.tasks != 0 for place, each in enumerate(asked.backends))
    if sharing == 1:
        when = " as soon as it has a task" if reply.backend.tasks == 0 else ""
        name = asked.name_of(reply.backend)
        why = f"no other service with tasks has this host, so {name} gets all requests{when}"
        yield f"not possible: {why}"
        return
    if reply.now == reply.share:
        yield f"{asked.name_of(reply.backend)} already gets {reply.wanted}"
    if not reply.task.depends_on:
        yield from _node_texts(task, index)
    modes = _modes(asked, index)
    if reply.asked is None:
        yield "the mode is not known, so here are the answers for both modes"
    elif len(modes) > 1:
        yield from _mode_texts(f"the modes {why}", asked, reply.share, reply.asked)
    note = {mode: f" ({why})" if modes == {mode} else "" for mode in Mode}
    in_task_mode = _mode_texts(f"task mode{note[Mode.TASK]}", task, reply.share, reply.task)
    in_vip_mode = _vip_texts(f"VIP mode{note[Mode.VIP]}", reply, sharing)
    order = (in_vip_mode, in_task_mode) if note[Mode.VIP] else (in_task_mode, in_vip_mode)
    for texts in order:
        yield from texts


def _node_texts(task: Route, index: int) -> Iterator[str]:
    """What the number of nodes, if known, determines in task mode."""
    wanted = task.backends[index]
    if wishes.follows_nodes(wanted):
        yield (
            f"{task.name_of(wanted)} is global: in task mode its share depends on the number of "
            "nodes, and only other services can be scaled"
        )
    if others := [each for each in _global(task) if each is not wanted]:
        are, have = agree(others, "is", "are"), agree(others, "it has", "they have")
        yield f"{task.names_of(others)} {are} global: {have} one task per node and cannot be scaled"


def _global(route: Route) -> list[Backend]:
    """The services that count once per node."""
    return [each for each in route.serving if wishes.follows_nodes(each)]


def _mode_texts(modes: str, route: Route, share: Fraction, answer: Answer) -> Iterator[str]:
    """How to get a share in the modes of a route; `modes` is what they are called."""
    if answer.depends_on:
        yield _open_question(modes, route, share, answer)
        return
    wanted, kept, exact, near = _exactly(share), answer.kept, answer.exact, answer.near
    close = f"{_distinct(near.share, share)} with {_described(route, near)}" if near else ""
    if exact and near and exact.total > _TOO_MANY:
        yield f"{modes} can come close to {wanted}: {close}"
        yield f"exactly {wanted} takes {_described(route, exact)}"
    elif exact:
        yield f"{modes} can give {wanted} with {_described(route, exact)}"
        if near:
            yield f"fewer tasks come close: {close}"
    elif near and wishes.is_close(near.share, share):
        yield f"{modes} can come close to {wanted}: {close}"
    elif near:
        yield f"{modes} cannot give {wanted}; the closest is {close}"
    if kept and not any(mix and _is_same(kept, mix) for mix in (exact, near)):
        tasks = _chosen(route, kept)
        mode = modes.partition(" (")[0]
        if kept.share == share:
            yield f"with the other services unchanged, {wanted} in {mode} takes {tasks}"
        else:
            number = _distinct(kept.share, share)
            yield (
                f"with the other services unchanged, the closest in {mode} is {number} with {tasks}"
            )


def _open_question(modes: str, route: Route, share: Fraction, answer: Answer) -> str:
    """That the answer depends on the number of nodes, and why."""
    question = f"whether {modes} can give {_exactly(share)}"
    if answer.backend in answer.depends_on:
        question = f"the share of {route.name_of(answer.backend)} in {modes}"
    names, are = route.names_of(answer.depends_on), agree(answer.depends_on, "is", "are")
    why = f"{names} {are} global, with one task per node"
    return f"{question} depends on the number of nodes: {why}; set the number with --nodes N"


def _is_same(kept: Mix, mix: Mix) -> bool:
    """Whether a combination also leaves the other services unchanged."""
    return kept.share == mix.share and all(
        count == backend.tasks for backend, count in mix.tasks[1:]
    )


def _vip_texts(title: str, reply: Reply, services: int) -> Iterator[str]:
    from fractions import Fraction

    given = Fraction(1, services)
    number = _distinct(given, reply.share)
    each = f"each of the {services:,} services gets {number}, no matter how many tasks it has"
    no = f"{title} cannot give {reply.wanted}: {each}"
    if reply.vip.exact:
        yield f"{title} can give {reply.wanted}: {each}"
    elif wishes.is_close(given, reply.share):
        yield f"{title} can come close to {reply.wanted}: {each}"
    elif reply.share.numerator == 1:
        more = f"{reply.share.denominator:,} services"
        yield f"{no}; {reply.wanted} would take {more} with this host"
    else:
        yield no


def _distinct(share: Fraction, wanted: Fraction) -> str:
    """A share with as many digits as it takes to differ from the wanted one, unless it is equal."""
    from fractions import Fraction

    if share == wanted:
        return _exactly(share)
    places = 1
    while Fraction(text := f"{float(share * 100):.{places}f}") in (0, 100, wanted * 100):
        places += 1
    return f"{text.removesuffix('.0')}%"


def _exactly(share: Fraction) -> str:
    """A wanted share, as exact as it was given."""
    return f"{float(share * 100):g}%"


def _described(route: Route, mix: Mix) -> str:
    """All tasks of a combination, including those of global services."""
    fixed = _listed_tasks(route, [(each, each.tasks or 0) for each in _global(route)])
    chosen = _chosen(route, mix)
    if fixed:
        return f"{chosen}, plus {fixed}" if chosen else fixed
    return chosen or "any number of tasks"


def _chosen(route: Route, mix: Mix) -> str:
    return _listed_tasks(route, mix.tasks)


def _listed_tasks(route: Route, tasks: Sequence[tuple[Backend, int]]) -> str:
    parts = [f"{count_tasks(count)} of {route.name_of(each)}" for each, count in tasks[:MOST_NAMED]]
    if len(tasks) > MOST_NAMED:
        parts.append(f"{count_tasks(sum(count for _, count in tasks[MOST_NAMED:]))} of the others")
    return listed(parts)
