"""Words the ways in which a service can get the share that is wanted."""

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
"""Tasks of a combination beyond which a smaller one comes first that is nearly as good."""


class Reply(NamedTuple):
    """
    How a service of a route can get the share that is wanted.

    `asked` is for the modes that were asked about: those of the labels, or of the what-if. It is
    None where they are not known. `task` and `vip` are for all services of
    the route in that mode.
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
        """The share that is wanted, for people: as exactly as it was asked for."""
        return _exactly(self.share)

    @property
    def can(self) -> bool | None:
        """
        Whether the modes that were asked about can give it.

        None where they are not known, or the nodes are not on which global services run.
        """
        if self.asked is None or self.asked.unsettled:
            return None
        return self.asked.exact is not None


def reply_to(route: Route, asked: Route, index: int, share: Fraction) -> Reply:
    """What can be done for a service that is wanted to have a share."""

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
    why = "as the labels say" if asked is route else "as --what-if asks"
    return reply._replace(texts=tuple(_texts(asked, task, index, reply, why)))


def _modes(route: Route, index: int) -> set[Mode | None]:
    """The modes of a service, and of all that serve beside it."""
    return {route.backends[index].mode, *(each.mode for each in route.serving)}


def _texts(asked: Route, task: Route, index: int, reply: Reply, why: str) -> Iterator[str]:
    if asked.undivided:
        yield "nothing can: neither tasks nor modes divide these requests"
        return
    if wishes.has_no_nodes(reply.backend):
        name = asked.called(reply.backend)
        yield f"nothing can: {name} is global and has no node, so it has no task"
        return
    sharing = sum(place == index or each.tasks != 0 for place, each in enumerate(asked.backends))
    if sharing == 1:
        when = " as soon as it has a task" if reply.backend.tasks == 0 else ""
        yield f"nothing can: no other service with tasks has this host, so it gets all{when}"
        return
    if reply.now == reply.share:
        yield "it gets that already"
    if not reply.task.unsettled:
        yield from _node_texts(task, index)
    modes = _modes(asked, index)
    if reply.asked is None:
        yield "the mode is not known, so here is what either would give"
    elif len(modes) > 1:
        yield from _mode_texts(f"these modes, {why},", asked, reply.share, reply.asked)
    said = {mode: f", {why}," if modes == {mode} else "" for mode in Mode}
    in_task_mode = _mode_texts(f"task mode{said[Mode.TASK]}", task, reply.share, reply.task)
    in_vip_mode = _vip_texts(f"VIP mode{said[Mode.VIP]}", reply, sharing)
    order = (in_vip_mode, in_task_mode) if said[Mode.VIP] else (in_task_mode, in_vip_mode)
    for texts in order:
        yield from texts


def _node_texts(task: Route, index: int) -> Iterator[str]:
    """What the nodes settle in task mode, where they are known."""
    wanted = task.backends[index]
    if wishes.follows_nodes(wanted):
        yield (
            f"{task.called(wanted)} is global: in task mode its share is what the nodes make of "
            "it, and only others can be scaled"
        )
    if others := [each for each in _given(task) if each is not wanted]:
        are, their = agree(others, "is", "are"), agree(others, "its", "their")
        names = task.naming(others)
        yield f"{names} {are} global: {their} tasks are the nodes and stay as they are"


def _given(route: Route) -> list[Backend]:
    """The services whose tasks matter and are the nodes."""
    return [each for each in route.serving if wishes.follows_nodes(each)]


def _mode_texts(title: str, route: Route, share: Fraction, answer: Answer) -> Iterator[str]:
    if answer.unsettled:
        yield f"{title} {_unsettled(route, answer)}"
        return
    kept, exact, near = answer.kept, answer.exact, answer.near
    kind = title.partition(",")[0]
    nearly = f"{_beside(near.share, share)}, with {_mix(route, near)}" if near else ""
    if exact and near and exact.total > _TOO_MANY:
        yield f"{title} nearly can: {nearly}"
        yield f"exactly {_exactly(share)} takes {_mix(route, exact)}"
    elif exact:
        yield f"{title} can, with {_mix(route, exact)}"
        if near:
            yield f"or nearly: {nearly}"
    elif near and wishes.hardly_differs(near.share, share):
        yield f"{title} nearly can: {nearly}"
    elif near:
        yield f"{title} cannot; nearest is {nearly}"
    if kept and not any(mix and _is_the_same(kept, mix) for mix in (exact, near)):
        tasks = _chosen(route, kept)
        if kept.share == share:
            yield f"{kind} with the others as they are takes {tasks}"
        else:
            number = _beside(kept.share, share)
            yield f"{kind} with the others as they are: nearest is {number}, with {tasks}"


def _unsettled(route: Route, answer: Answer) -> str:
    unsettled = answer.unsettled
    effect = "leaves that open"
    if answer.backend in unsettled:
        effect = f"gives {route.called(answer.backend)} what the nodes make of it"
    verb, their = agree(unsettled, "is", "are"), agree(unsettled, "its", "their")
    return (
        f"{effect}, because {route.naming(unsettled)} {verb} global: {their} tasks are the nodes; "
        "--nodes N settles how many"
    )


def _is_the_same(kept: Mix, mix: Mix) -> bool:
    """Whether a combination leaves the others the tasks that they have now, as one does that is."""
    return kept.share == mix.share and all(
        count == backend.tasks for backend, count in mix.tasks[1:]
    )


def _vip_texts(title: str, reply: Reply, services: int) -> Iterator[str]:
    from fractions import Fraction

    given = Fraction(1, services)
    number = _beside(given, reply.share)
    each = f"each of the {services} services gets {number}, however many tasks it has"
    if reply.vip.exact:
        yield f"{title} can: {each}"
    elif wishes.hardly_differs(given, reply.share):
        yield f"{title} nearly can: {each}"
    elif reply.share.numerator == 1:
        more = f"{reply.share.denominator} services"
        yield f"{title} cannot: {each}; {reply.wanted} would take {more} with this host"
    else:
        yield f"{title} cannot: {each}"


def _beside(share: Fraction, wanted: Fraction) -> str:
    """A share as exactly as it takes to tell it from the one that is wanted, if it is another."""
    from fractions import Fraction

    if share == wanted:
        return _exactly(share)
    places = 1
    while Fraction(text := f"{float(share * 100):.{places}f}") in (0, 100, wanted * 100):
        places += 1
    return f"{text.removesuffix('.0')}%"


def _exactly(share: Fraction) -> str:
    """A share that somebody wants, as exactly as it was asked for."""
    return f"{float(share * 100):g}%"


def _mix(route: Route, mix: Mix) -> str:
    """All tasks that give a share: those that are chosen, and those that the nodes settle."""
    given = _listed_tasks(route, [(each, each.tasks or 0) for each in _given(route)])
    chosen = _chosen(route, mix)
    if given:
        return f"{chosen}, beside {given}" if chosen else given
    return chosen or "any number of tasks"


def _chosen(route: Route, mix: Mix) -> str:
    return _listed_tasks(route, mix.tasks)


def _listed_tasks(route: Route, tasks: Sequence[tuple[Backend, int]]) -> str:
    parts = [f"{count_tasks(count)} of {route.called(each)}" for each, count in tasks[:MOST_NAMED]]
    if len(tasks) > MOST_NAMED:
        parts.append(f"{count_tasks(sum(count for _, count in tasks[MOST_NAMED:]))} of the others")
    return listed(parts)
