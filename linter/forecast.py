"""Knows what there is to say of a route: shares now, shares if the modes were others, surprises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from linter import wishes
from linter.interpolation import Variable
from linter.labels import rows
from linter.routes import STICKY, Backend, Mode, Route, Share, Undivided, percent
from linter.stack import Host
from linter.wishes import Answer, Mix
from linter.words import MOST_NAMED

if TYPE_CHECKING:
    from fractions import Fraction

_MOST_SYMBOLS = 3
"""Unknown numbers that a formula spells out."""

_TOO_MANY = 100
"""Tasks of a combination beyond which a smaller one comes first that is nearly as good."""


class Kind(StrEnum):
    """What a remark is about."""

    ASSUMED = "assumed-tasks"
    SURPRISE = "share-is-not-tasks"
    MIXED = "mixed-modes"
    UNDIVIDED = "not-divided"
    NO_TASKS = "no-tasks"
    UNKNOWN = "unknown"
    NO_HOST = "not-a-host"
    STICKY = "sticky-sessions"
    TEMPLATE = "own-template"
    OBSTACLE = "mode-impossible"


class Remark(NamedTuple):
    """Something about a route that its numbers do not tell: a sentence without a period."""

    kind: Kind
    text: str


class Standing(NamedTuple):
    """
    What a service is on its route, in one mode.

    `servers` is a number, or the symbol that stands for it; `formula` tells how the share comes
    about, and is all there is where `share` is None.
    """

    mode: Mode | None
    servers: int | str
    share: Fraction | None
    formula: str


class Row(NamedTuple):
    """A service of a route: now, and if the modes were others, where that was asked."""

    backend: Backend
    now: Standing
    then: Standing | None = None


class WhatIf(NamedTuple):
    """Another mode for all services, or only for those of these names."""

    mode: Mode
    services: frozenset[str] | None = None

    def applied(self, backend: Backend) -> Backend:
        if self.services is not None and backend.name not in self.services:
            return backend
        return backend._replace(mode=self.mode)


class Wish(NamedTuple):
    """A share that a service is wanted to have, more than nothing and less than all."""

    service: str
    share: Fraction


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


class Forecast(NamedTuple):
    """All that is said of one route."""

    route: Route
    rows: tuple[Row, ...]
    remarks: tuple[Remark, ...]
    replies: tuple[Reply, ...]


def forecast(route: Route, what_if: WhatIf | None = None, wish: Wish | None = None) -> Forecast:
    """What is to be said of a route: now, and where the modes or the tasks would be others."""
    then = route.changed(what_if.applied) if what_if else None
    symbols = _symbols(route, then)
    now = _standings(route, symbols)
    later: Sequence[Standing | None] = (
        _standings(then, symbols) if then else [None] * len(route.backends)
    )
    replies: tuple[Reply, ...] = ()
    if wish:
        wanted = [index for index, each in enumerate(route.backends) if each.name == wish.service]
        replies = tuple(_reply(route, then or route, index, wish.share) for index in wanted)
    return Forecast(
        route=route,
        rows=tuple(map(Row, route.backends, now, later)),
        remarks=(*_remarks(route, symbols), *(_remarks_then(route, then) if then else ())),
        replies=replies,
    )


# -- Numbers -------------------------------------------------------------------------------------


def _symbols(route: Route, then: Route | None) -> dict[int, str]:
    """A symbol for each service whose number of servers is not known, by its index."""
    unknown = [
        index
        for index, pair in enumerate(zip(route.backends, (then or route).backends, strict=True))
        if any(each.servers is None for each in pair)
    ]
    if len(unknown) == 1:
        return {unknown[0]: "n"}
    return {index: f"n{number}" for number, index in enumerate(unknown, 1)}


def _standings(route: Route, symbols: dict[int, str]) -> list[Standing]:
    shares: Sequence[Fraction | None] = route.requests() or [None] * len(route.backends)
    servers: list[int | str] = [
        symbols[index] if each.servers is None else each.servers
        for index, each in enumerate(route.backends)
    ]
    total = _sum(servers)
    return [
        Standing(each.mode, count, share, _formula(route, each, count, total))
        for each, count, share in zip(route.backends, servers, shares, strict=True)
    ]


def _sum(servers: Sequence[int | str]) -> str:
    known = sum(each for each in servers if isinstance(each, int))
    unknown = [each for each in servers if isinstance(each, str)]
    if len(unknown) > _MOST_SYMBOLS:
        return "all"
    terms = [*unknown, *([str(known)] if known or not unknown else [])]
    return terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"


def _formula(route: Route, backend: Backend, servers: int | str, total: str) -> str:
    if backend.tasks == 0:
        return "0"
    if route.undivided:
        return "not known" if route.undivided is Undivided.DEFAULT_BACKENDS else "all or none"
    return f"{servers}/{total}"


# -- Remarks -------------------------------------------------------------------------------------


def _remarks(route: Route, symbols: dict[int, str]) -> Iterator[Remark]:
    for backend in route.backends:
        if backend.tasks_from:
            yield Remark(Kind.ASSUMED, _assumed(route, backend))
    yield from _surprise(route)
    if (vips := route.in_mode(Mode.VIP)) and (others := route.in_mode(Mode.TASK)):
        yield Remark(
            Kind.MIXED,
            f"{_named(route, vips)} in VIP mode {_verb(vips, 'counts once', 'count once each')}, "
            f"{_named(route, others)} in task mode once for each task",
        )
    yield from _undivided(route)
    yield from _without_tasks(route)
    if len(route.serving) > 1:
        for backend in route.in_mode(Mode.VIP):
            if backend.tasks is None:
                yield Remark(Kind.UNKNOWN, f"taken to have a task: {_unknown(backend)}")
    for index, symbol in symbols.items():
        yield Remark(Kind.UNKNOWN, f"{symbol} is not known: {_unknown(route.backends[index])}")
    yield from _host_remarks(route)
    sticky = [each for each in route.serving if _is_sticky(each) and each.mode is Mode.TASK]
    if sticky and len(route.serving) > 1 and not route.undivided:
        yield Remark(
            Kind.STICKY,
            f"sticky sessions ({_named(route, sticky)}): sessions are divided about like this, and "
            "requests follow their session",
        )
    if any(each.service.cluster and each.service.cluster.template for each in route.backends):
        yield Remark(
            Kind.TEMPLATE,
            "the proxies of this service cluster have a template of their own, which may divide "
            "requests otherwise",
        )


def _remarks_then(route: Route, then: Route) -> Iterator[Remark]:
    """What would surprise in other modes, and what stands in the way of them."""
    switched = [
        after
        for before, after in zip(route.backends, then.backends, strict=True)
        if after.mode is not before.mode and after.tasks != 0
    ]
    if switched:
        yield from _surprise(then, "with --what-if ")
    to_vip = [each for each in switched if each.mode is Mode.VIP]
    if sticky := [each for each in to_vip if _is_sticky(each)]:
        yield Remark(
            Kind.OBSTACLE,
            f"VIP mode has no sticky sessions: {_named(then, sticky)} would lose them",
        )
    if without := [each for each in to_vip if _has_no_virtual_ip(each)]:
        yield Remark(
            Kind.OBSTACLE,
            f"VIP mode needs a virtual IP, and `endpoint_mode: dnsrr` gives "
            f"{_named(then, without)} none",
        )


def _assumed(route: Route, backend: Backend) -> str:
    """Where a number of tasks comes from, and what the files say of it."""
    tasks, known = backend.tasks or 0, backend.service.tasks
    files, several = ("the files", True) if len(backend.stack) > 1 else ("the file", False)
    if known is None:
        said = f"{'say' if several else 'says'} {_written(backend)}"
    elif backend.service.deployment.replicas is None:
        said = f"{'leave' if several else 'leaves'} it at {known}"
    else:
        said = f"{'say' if several else 'says'} {known}"
    verb = "is" if tasks == 1 else "are"
    name, origin = route.called(backend), backend.tasks_from
    return f"{_tasks(tasks)} of {name} {verb} from {origin}; {files} {said}"


def _surprise(route: Route, lead: str = "") -> Iterator[Remark]:
    shares = route.surprising()
    if shares:
        gains = max(shares, key=attrgetter("gain"))
        yield Remark(Kind.SURPRISE, lead + _surprising(route, gains, shares))


def _surprising(route: Route, gains: Share, shares: Iterable[Share]) -> str:
    tasks, total = gains.backend.tasks or 0, sum(each.backend.tasks or 0 for each in shares)
    return (
        f"{route.called(gains.backend)} gets {percent(gains.requests)}, its {_tasks(tasks)} of "
        f"{total} suggest{'s' if tasks == 1 else ''} {percent(gains.tasks)}: VIP mode counts "
        "services, not tasks"
    )


def _undivided(route: Route) -> Iterator[Remark]:
    texts = {
        Undivided.FIRST_SERVICE: "TLS is passed through: the vendor's proxy template sends all "
        "connections to the first service alone, and which one is first is not documented",
        Undivided.CONFLICT: "TLS is passed through for some of these services and not for others: "
        "the proxy does one or the other, and which is not documented",
        Undivided.DEFAULT_BACKENDS: "two default backends: by the vendor's proxy template NGINX "
        "refuses such a configuration, and then no route is updated any more",
    }
    if route.undivided:
        yield Remark(Kind.UNDIVIDED, texts[route.undivided])


def _without_tasks(route: Route) -> Iterator[Remark]:
    without = [each for each in route.backends if each.tasks == 0]
    if not without:
        return
    if route.serving:
        text = f"{_named(route, without)} {_verb(without, 'has', 'have')} no tasks, "
        yield Remark(Kind.NO_TASKS, text + "so no requests")
    else:
        yield Remark(Kind.NO_TASKS, "no service here has a task: nobody answers")


def _unknown(backend: Backend) -> str:
    """What a number depends on, and what would settle it."""
    name = backend.name
    if backend.mode is None:
        label = backend.service.routing["backend_mode"].value
        if label.value is None:
            counts = "" if backend.tasks is None else f", in task mode it is {backend.tasks}"
            return f"`{name}` has the mode `{label}`{counts}; --env-file or --env may settle which"
        return f"`{name}` has the mode `{label}`, which is none"
    settle = f"--tasks {name}=N settles how many"
    if backend.is_global:
        return f"`{name}` has one task on each node that it may run on; --nodes N or {settle}"
    return f"`{name}` has {_written(backend)}; {settle}"


def _written(backend: Backend) -> str:
    """What the files say that leaves a number of tasks open."""
    deployment = backend.service.deployment
    if deployment.mode is not None and deployment.mode.value != "replicated":
        return f"`mode: {deployment.mode}`"
    return f"`replicas: {deployment.replicas}`"


def _host_remarks(route: Route) -> Iterator[Remark]:
    syntax = rows()["hosts"].list_syntax
    depends = [each for each in route.hosts if not _is_known(each)]
    if depends or any(isinstance(part, Variable) for part in route.cluster):
        yield Remark(
            Kind.UNKNOWN,
            f"{_hosts(depends) if depends else 'the service cluster'} "
            f"{_verb(depends, 'depends', 'depend')} on a variable, so other services may share "
            "these requests; --env-file or --env may settle it",
        )
    broken = [
        each
        for each in route.hosts
        if _is_known(each) and syntax and not syntax.pattern.search(str(each))
    ]
    if broken:
        verb = _verb(broken, "is no host name", "are no host names")
        text = f"{_hosts(broken)} {verb}, so no request asks for {_verb(broken, 'it', 'them')}"
        yield Remark(Kind.NO_HOST, f"{text}; `interlock-lint check` says more")


def _is_known(host: Host) -> bool:
    return not any(isinstance(part, Variable) for part in host.name)


def _is_sticky(backend: Backend) -> bool:
    return any(backend.service.asks_for(name) for name in STICKY)


def _has_no_virtual_ip(backend: Backend) -> bool:
    mode = backend.service.deployment.endpoint_mode
    return mode is not None and mode.value == "dnsrr"


# -- Wishes --------------------------------------------------------------------------------------


def _reply(route: Route, asked: Route, index: int, share: Fraction) -> Reply:
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
        are, their = _verb(others, "is", "are"), _verb(others, "its", "their")
        names = _named(task, others)
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
    verb, their = _verb(unsettled, "is", "are"), _verb(unsettled, "its", "their")
    return (
        f"{effect}, because {_named(route, unsettled)} {verb} global: {their} tasks are the nodes; "
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
    return f"{text.removesuffix('.0')} %"


def _exactly(share: Fraction) -> str:
    """A share that somebody wants, as exactly as it was asked for."""
    return f"{float(share * 100):g} %"


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
    parts = [f"{_tasks(count)} of {route.called(each)}" for each, count in tasks[:MOST_NAMED]]
    if len(tasks) > MOST_NAMED:
        parts.append(f"{_tasks(sum(count for _, count in tasks[MOST_NAMED:]))} of the others")
    return _listed(parts)


# -- Words ---------------------------------------------------------------------------------------


def _named(route: Route, backends: Sequence[Backend]) -> str:
    return _some([route.called(each) for each in backends])


def _hosts(hosts: Sequence[Host]) -> str:
    return _some([f"`{host}`" for host in hosts])


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return _listed([*names[:MOST_NAMED], *more])


def _verb(subjects: Sequence[object], singular: str, plural: str) -> str:
    return plural if len(subjects) > 1 else singular


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _tasks(count: int) -> str:
    return f"{count} {'task' if count == 1 else 'tasks'}"
