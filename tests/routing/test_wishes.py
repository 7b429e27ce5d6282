"""How many tasks give a service the share of requests you want."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import routes, service

from linter.routing.routes import Mode
from linter.routing.wishes import answer, apportioned

WEB = {"hosts": "app.example.com"}


def ask(share, *services):
    """How to give the first service a share; each service is given as mode and tasks."""
    (route,) = routes(
        "".join(
            service(f"s{number}", {**WEB, "backend_mode": mode}, replicas=tasks)
            for number, (mode, tasks) in enumerate(services)
        )
    )
    return answer(route, route.backends[0], Fraction(*share))


def tasks(mix):
    """The tasks of a combination and its share, or None."""
    return mix and ([count for _, count in mix.tasks], (mix.share.numerator, mix.share.denominator))


@pytest.mark.parametrize(
    ("share", "services", "exact", "near", "kept"),
    [
        # 10%: nine tasks of the other service for each task.
        ((1, 10), [("task", 1), ("task", 4)], ([1, 9], (1, 10)), None, ([1], (1, 5))),
        ((1, 10), [("task", 1), ("task", 9)], ([1, 9], (1, 10)), None, ([1], (1, 10))),
        ((1, 2), [("task", 1), ("task", 4)], ([1, 1], (1, 2)), None, ([4], (1, 2))),
        ((1, 3), [("task", 0), ("task", 4)], ([1, 2], (1, 3)), None, ([2], (1, 3))),
        # The others keep their ratio of two to one if that gives whole numbers, or come close.
        ((1, 10), [("task", 1), ("task", 4), ("task", 2)], ([1, 6, 3], (1, 10)), None, 0),
        ((1, 5), [("task", 1), ("task", 4), ("task", 2)], ([1, 3, 1], (1, 5)), None, 0),
        # Each of the others keeps at least one task.
        (
            (9, 10),
            [("task", 1), *[("task", 1)] * 3],
            ([27, 1, 1, 1], (9, 10)),
            None,
            0,
        ),
        # Many tasks for an odd share: far fewer come close.
        ((333, 1000), [("task", 1), ("task", 4)], ([333, 667], (333, 1000)), ([1, 2], (1, 3)), 0),
        ((1, 2), [("task", 1), *[("vip", 1)] * 21], ([21], (1, 2)), None, 0),
        # In VIP mode, tasks make no difference.
        ((1, 2), [("vip", 1), ("vip", 4)], ([], (1, 2)), None, None),
        ((1, 10), [("vip", 1), ("vip", 4)], None, ([], (1, 2)), None),
        # One side is in VIP mode: only the other can be scaled.
        ((1, 5), [("vip", 1), ("task", 1)], ([4], (1, 5)), None, None),
        ((2, 5), [("vip", 1), ("task", 1)], None, ([2], (1, 3)), None),
        ((3, 4), [("vip", 1), ("task", 4)], None, ([1], (1, 2)), None),
        ((2, 3), [("task", 1), ("vip", 4)], ([2], (2, 3)), None, ([2], (2, 3))),
        ((1, 10), [("task", 4), ("vip", 4)], None, ([1], (1, 2)), ([1], (1, 2))),
        # Off by half, in either direction, is not close.
        ((99, 100), [("task", 1), ("vip", 1)], ([99], (99, 100)), None, 0),
        ((1, 100), [("vip", 1), ("task", 1)], ([99], (1, 100)), None, None),
        ((1, 100), [("task", 1), ("task", 4)], ([1, 99], (1, 100)), None, 0),
        ((3, 200), [("task", 1), ("task", 4)], ([3, 197], (3, 200)), ([1, 63], (1, 64)), 0),
        ((1, 5), [("task", 1), ("task", 3), ("vip", 9)], ([1, 3], (1, 5)), None, ([1], (1, 5))),
        # No other service has tasks.
        ((1, 5), [("task", 1)], None, None, None),
        ((1, 5), [("task", 1), ("task", 0)], None, None, None),
    ],
)
def test_answers(share, services, exact, near, kept):
    found = ask(share, *services)

    assert exact == tasks(found.exact)
    assert near == tasks(found.near)
    assert kept in (0, tasks(found.kept))  # 0: checked elsewhere


def test_unknown_tasks_of_the_others_are_not_kept():
    (route,) = routes(service("a", WEB) + service("b", WEB, replicas="${N}"))
    found = answer(route, route.backends[0], Fraction(1, 4))

    assert ([1, 3], (1, 4)) == tasks(found.exact)
    assert found.kept is None


def ask_global(share, nodes, *services):
    """The same, but services may be `global`, with this number of nodes."""
    text = "".join(
        service(
            f"s{number}",
            {**WEB, "backend_mode": "vip" if mode == "vip" else "task"},
            replicas=None if mode == "global" else tasks,
            mode="global" if mode == "global" else None,
        )
        for number, (mode, tasks) in enumerate(services)
    )
    (route,) = routes(text)
    settled = route.changed(lambda each: each._replace(tasks=nodes) if each.is_global else each)
    return answer(settled, settled.backends[0], Fraction(*share))


@pytest.mark.parametrize(
    ("share", "nodes", "services", "exact", "near", "kept"),
    [
        # The number of nodes is fixed; the other services are scaled.
        ((1, 5), 3, [("task", 1), ("task", 1), ("global", 0)], ([1, 1], (1, 5)), None, ([1], 0)),
        ((1, 2), 3, [("task", 1), ("task", 1), ("global", 0)], ([4, 1], (1, 2)), None, ([4], 0)),
        ((1, 5), 7, [("task", 1), ("vip", 1), ("global", 0)], ([2], (1, 5)), None, ([2], 0)),
        ((1, 5), 3, [("task", 1), ("global", 0)], None, ([1], (1, 4)), ([1], 0)),
        ((1, 5), 3, [("vip", 1), ("global", 0)], None, ([], (1, 4)), None),
        ((1, 4), 3, [("vip", 1), ("global", 0)], ([], (1, 4)), None, None),
        ((1, 5), 3, [("vip", 1), ("global", 0), ("task", 9)], ([1], (1, 5)), None, None),
        ((1, 5), 4, [("vip", 1), ("global", 0), ("task", 9)], None, ([1], (1, 6)), None),
        # The wanted service is global itself.
        ((1, 5), 3, [("global", 0), ("task", 4)], ([12], (1, 5)), None, None),
        ((2, 5), 3, [("global", 0), ("task", 4)], None, ([5], (3, 8)), None),
        ((2, 5), 3, [("global", 0), ("vip", 4)], None, ([], (3, 4)), None),
        ((1, 2), 3, [("global", 0), ("global", 0)], ([], (1, 2)), None, None),
        ((3, 100), 3, [("global", 0), ("task", 1)], ([97], (3, 100)), None, None),
        # No node runs it.
        ((1, 5), 0, [("global", 0), ("task", 4)], None, None, None),
        ((1, 5), 0, [("task", 1), ("task", 4), ("global", 0)], ([1, 4], (1, 5)), None, ([1], 0)),
    ],
)
def test_a_global_service_has_as_many_tasks_as_nodes(share, nodes, services, exact, near, kept):
    found = ask_global(share, nodes, *services)

    assert exact == tasks(found.exact)
    assert near == tasks(found.near)
    assert (kept and kept[0]) == (found.kept and [count for _, count in found.kept.tasks])
    assert () == found.depends_on


@pytest.mark.parametrize(
    ("services", "depends_on"),
    [
        ([("task", 1), ("task", 4), ("global", 0)], ["s2"]),
        ([("global", 0), ("task", 4), ("global", 0)], ["s0", "s2"]),
        ([("vip", 1), ("global", 0)], ["s1"]),
    ],
)
def test_without_the_number_of_nodes_nothing_is_made_up(services, depends_on):
    found = ask_global((1, 5), None, *services)

    assert depends_on == [each.name for each in found.depends_on]
    assert (None, None, None) == (found.exact, found.near, found.kept)


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [(9, [2, 1], [6, 3]), (9, [4, 1], [7, 2]), (3, [100, 1, 1], [1, 1, 1]), (0, [], [])],
)
def test_apportioned(total, weights, expected):
    assert expected == apportioned(total, weights)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 9))
def test_a_possible_ratio_is_kept(weights, times):
    assert [weight * times for weight in weights] == apportioned(sum(weights) * times, weights)


@given(
    st.fractions(0, 1, max_denominator=1000).filter(lambda share: 0 < share < 1),
    st.sampled_from(["task", "vip"]),
    st.lists(st.sampled_from(["task", "vip"]), min_size=1, max_size=25),
)
def test_every_combination_gives_the_share_it_states(share, own, others):
    services = [(own, 1), *((mode, 2) for mode in others)]
    found = ask((share.numerator, share.denominator), *services)
    (route,) = routes(
        "".join(
            service(f"s{number}", {**WEB, "backend_mode": mode}, replicas=count)
            for number, (mode, count) in enumerate(services)
        )
    )
    for mix in filter(None, (found.exact, found.near, found.kept)):
        wanted = {backend.name: count for backend, count in mix.tasks}

        def after(backend, wanted=wanted):
            return backend._replace(tasks=wanted.get(backend.name, backend.tasks))

        assert route.changed(after).requests()[0] == mix.share
        assert all(wanted.values())
    assert found.exact is None or found.exact.share == share
    if found.exact and found.near:
        difference = abs(found.near.share - share)
        assert difference <= Fraction(1, 200)
        assert difference * 20 <= min(share, 1 - share)
        assert found.near.total * 2 <= found.exact.total


MODES = st.sampled_from(["task", "vip"])


@given(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(n + 1, 7))),
    MODES,
    st.lists(MODES, min_size=1, max_size=2),
)
def test_the_exact_combination_is_the_smallest(share, own, others):
    """Compared with all combinations of up to seven servers per service."""
    services = [(own, 1), *((mode, 2) for mode in others)]
    found = ask(share, *services).exact
    counts = [range(1, 8) if mode == "task" else (1,) for mode, _ in services]
    fitting = [
        sum(each) for each in product(*counts) if Fraction(each[0], sum(each)) == Fraction(*share)
    ]

    if fitting:
        in_vip_mode = sum(mode == "vip" for mode, _ in services)
        assert found is not None
        assert min(fitting) == found.total + in_vip_mode
    if found:
        (route,) = routes(
            "".join(
                service(f"s{number}", {**WEB, "backend_mode": mode}, replicas=count)
                for number, (mode, count) in enumerate(services)
            )
        )
        wanted = {backend.name: count for backend, count in found.tasks}
        after = route.changed(lambda each: each._replace(tasks=wanted.get(each.name, each.tasks)))
        assert Fraction(*share) == after.requests()[0] == found.share


def test_only_services_in_task_mode_get_tasks():
    found = ask((1, 5), ("task", 1), ("task", 3), ("vip", 9))

    assert {Mode.TASK} == {backend.mode for backend, _ in found.exact.tasks}
