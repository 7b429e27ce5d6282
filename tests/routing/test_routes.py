"""Routes: which services share a host, and how its requests are divided among them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import routes, service

from linter.model.proxy import parse
from linter.model.targets import parse as target
from linter.model.words import percent
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.routes import Fleet, Mode
from linter.syntax.source import Source


def summary(found):
    """Hosts and services of each route."""
    return {
        ",".join(map(str, route.hosts)): [backend.name for backend in route.backends]
        for route in found
    }


def shares(*services):
    """The shares of the requests and of the tasks for services on one host."""
    (route,) = routes("".join(services))
    return [(share.requests, share.tasks) for share in route.shares()]


WEB = {"hosts": "app.example.com"}
VIP = {**WEB, "backend_mode": "vip"}


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ([service("a", WEB, replicas=4), service("b", WEB)], [(4, 5), (1, 5)]),
        ([service("a", VIP, replicas=4), service("b", VIP)], [(1, 2), (1, 2)]),
        ([service("a", WEB, replicas=4), service("b", VIP)], [(4, 5), (1, 5)]),
        ([service("a", VIP, replicas=9), service("b", WEB, replicas=4)], [(1, 5), (4, 5)]),
        ([service("a", VIP, replicas=0), service("b", VIP)], [(0, 1), (1, 1)]),
        ([service("a", WEB, replicas=0), service("b", VIP, replicas=3)], [(0, 1), (1, 1)]),
        ([service(n, VIP, replicas=r) for n, r in (("a", 5), ("b", 2), ("c", 1))], [(1, 3)] * 3),
    ],
    ids=["task", "vip", "canary-vip", "stable-vip", "retired", "retired-task", "three"],
)
def test_shares(services, expected):
    """Tasks count in task mode, services in VIP mode."""
    assert [Fraction(*pair) for pair in expected] == [share for share, _ in shares(*services)]


@pytest.mark.parametrize(("number", "end"), [(4, "`h4`"), (5, "`h5`"), (6, "`h5` and 1 more")])
def test_a_title_names_the_first_hosts(number, end):
    hosts = ",".join(f"h{each}" for each in range(1, number + 1))
    (route,) = routes(service("a", {"hosts": hosts}))

    assert route.title.startswith("`h1`, `h2`, `h3`, ")
    assert route.title.rpartition(", ")[2] == end


def test_shares_of_the_tasks():
    found = shares(service("a", VIP, replicas=4), service("b", VIP))

    assert [Fraction(4, 5), Fraction(1, 5)] == [tasks for _, tasks in found]


@pytest.mark.parametrize(
    "services",
    [
        [service("a", WEB, replicas="${N}"), service("b", WEB)],
        [service("a", WEB, mode="global"), service("b", WEB)],
        [service("a", {**WEB, "backend_mode": "${MODE}"}), service("b", WEB)],
        [service("a", {**WEB, "backend_mode": "vipp"}), service("b", WEB)],
        [service("a", WEB, replicas=0), service("b", VIP, replicas=0)],
    ],
    ids=["replicas", "global", "mode", "invalid-mode", "none"],
)
def test_unknown_numbers_give_no_shares(services):
    assert [] == shares(*services)


def test_shares_of_requests_are_known_if_the_servers_are():
    """A service in VIP mode counts once, no matter how many tasks it has, if it has any."""
    (route,) = routes(service("a", VIP, replicas="${N}") + service("b", VIP, mode="global"))

    assert (Fraction(1, 2), Fraction(1, 2)) == route.requests()
    assert () == route.shares()


@pytest.mark.parametrize(
    "only",
    [
        service("a", WEB, replicas="${N}"),
        service("a", WEB, mode="global"),
        service("a", {**WEB, "backend_mode": "${MODE}"}),
        service("a", {**WEB, "ssl_passthrough": "true"}),
    ],
)
def test_a_service_alone_on_a_route_gets_all_requests(only):
    (route,) = routes(only + service("b", WEB, replicas=0))

    assert (1, 0) == route.requests()


def test_without_tasks_no_service_gets_requests():
    (route,) = routes(service("a", WEB, replicas=0) + service("b", VIP, replicas=0))

    assert (0, 0) == route.requests()


PASSED = {**WEB, "ssl_passthrough": "true"}
LAST = {"default_backend": "true"}


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ([service("a", PASSED), service("b", PASSED)], "first-service-only"),
        ([service("a", PASSED), service("b", WEB)], "conflicting-passthrough"),
        ([service("a", PASSED), service("b", WEB, replicas=0)], None),
        ([service("a", LAST), service("b", LAST)], "several-default-backends"),
        ([service("a", LAST)], None),
        ([service("a", WEB), service("b", VIP)], None),
    ],
)
def test_undivided_requests_have_no_shares(services, expected):
    (route,) = routes("".join(services))

    assert expected == route.undivided
    assert bool(expected) == (route.requests() == ())
    assert not expected or (() == route.in_mode(Mode.TASK) == route.in_mode(Mode.VIP))


def test_a_changed_route_has_the_shares_of_the_new_stack():
    (route,) = routes(service("a", WEB, replicas=4) + service("b", WEB))
    in_vip_mode = route.changed(lambda each: each._replace(mode=Mode.VIP))
    more = route.changed(lambda each: each._replace(tasks=4))

    assert (Fraction(4, 5), Fraction(1, 5)) == route.requests()
    assert (Fraction(1, 2), Fraction(1, 2)) == in_vip_mode.requests() == more.requests()
    assert route.hosts == in_vip_mode.hosts


@pytest.mark.parametrize(
    ("services", "names"),
    [
        ([service("a", VIP, replicas=4), service("b", VIP)], ["a", "b"]),
        (
            [service("a", VIP, replicas=4), service("b", VIP), service("c", VIP, replicas=0)],
            ["a", "b"],
        ),
        ([service("a", WEB, replicas=4), service("b", WEB)], []),
        ([service("a", VIP, replicas=2), service("b", VIP, replicas=2)], []),
        ([service("a", VIP, replicas=51), service("b", VIP, replicas=49)], []),
        ([service("a", VIP, replicas=4), service("b", VIP, replicas="${N}")], []),
        ([service("a", VIP, replicas=4)], []),
    ],
)
def test_a_share_is_surprising_if_the_tasks_suggest_another(services, names):
    (route,) = routes("".join(services))

    assert names == [share.backend.name for share in route.surprising()]


def test_the_case_of_hosts_does_not_matter():
    found = routes(
        service("a", {"hosts": "App.example.com, b.example.com"})
        + service("b", {"hosts": "app.EXAMPLE.com"}, form="list")
    )

    assert {"app.example.com": ["a", "b"], "b.example.com": ["a"]} == summary(found)


def test_the_case_of_a_regular_expression_matters():
    found = routes(service("a", {"hosts": r"~^\S+\.x"}), service("b", {"hosts": r"~^\s+\.x"}))

    assert {r"~^\S+\.x": ["a"], r"~^\s+\.x": ["b"]} == summary(found)


def test_hosts_with_the_same_services_are_one_route():
    both = {"hosts": "a.example.com,b.example.com"}

    assert {"a.example.com,b.example.com": ["x", "y"]} == summary(
        routes(service("x", both) + service("y", both))
    )


def test_a_host_that_is_listed_twice_counts_once():
    assert {"a.example.com": ["x"]} == summary(
        routes(service("x", {"hosts": "a.example.com,A.example.com"}))
    )


def test_service_clusters_are_separate():
    found = routes(service("a", WEB) + service("b", {**WEB, "service_cluster": "east"}))

    assert [["a"], ["b"]] == [[each.name for each in route.backends] for route in found]


def test_the_default_backend_is_a_route_without_hosts():
    found = routes(service("a", {"default_backend": "true"}) + service("b", WEB))

    assert {"": ["a"], "app.example.com": ["b"]} == summary(found)


def test_a_service_without_a_host_is_on_no_route():
    assert [] == routes(service("a", {"port": "80"}) + service("b", {"hosts": ""}))


def test_a_variable_has_the_same_value_only_within_a_stack():
    text = service("a", {"hosts": "${HOST}"}) + service("b", {"hosts": "${HOST}"})

    assert [["a", "b"], ["a", "b"]] == [
        [each.name for each in route.backends] for route in routes(text, text)
    ]
    assert 1 == len(routes(service("a", WEB), service("b", WEB)))


def test_a_default_backend_of_an_unknown_cluster_is_alone_in_its_stack():
    text = service("a", {"default_backend": "true", "service_cluster": "${C}"})

    assert [["a"], ["a"]] == [
        [each.name for each in route.backends] for route in routes(text, text)
    ]


def test_different_targets_or_proxies_are_different_swarms():
    fleet = Fleet()
    contexts = [
        ReadOptions(target=target("mke-3.8")),
        ReadOptions(target=target("mke-3.9")),
        ReadOptions(proxy=parse("[Extensions.a]\nPublishMode = 'host'", "a.toml")),
    ]
    for number, context in enumerate(contexts):
        text = "services:\n" + service("a", WEB)
        fleet.add(read([Source(f"{number}.yml", text)], context))

    assert [1, 1, 1] == [len(route.backends) for route in fleet.routes]


def test_modes():
    text = "".join(
        service(name, {**WEB, **mode})
        for name, mode in (
            ("a", {}),
            ("b", {"backend_mode": "task"}),
            ("c", {"backend_mode": "vip"}),
            ("d", {"backend_mode": ""}),
            ("e", {"backend_mode": "VIP"}),
            ("f", {"backend_mode": "${MODE}"}),
        )
    )
    (route,) = routes(text)

    assert [Mode.TASK, Mode.TASK, Mode.VIP, Mode.TASK, None, None] == [
        each.mode for each in route.backends
    ]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ((1, 5), "20%"),
        ((1, 3), "33.3%"),
        ((2, 3), "66.7%"),
        ((1, 1), "100%"),
        ((0, 1), "0%"),
        ((1, 10000), "<0.1%"),
        ((9999, 10000), ">99.9%"),
        ((1, 1000), "0.1%"),
    ],
)
def test_percent(share, text):
    assert text == percent(Fraction(*share))


# -- Properties ---------------------------------------------------------------------------------

NAMES = ["a", "b", "c", "d"]
HOSTS = ["x.example.com", "y.example.com", "z.example.com"]


@st.composite
def service_texts(draw):
    """Services with random hosts, modes and tasks, with labels as a map or a list."""
    return [
        service(
            name,
            {
                "hosts": ",".join(draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3))),
                "backend_mode": draw(st.sampled_from(["task", "vip"])),
            },
            replicas=draw(st.integers(0, 6)),
            form=draw(st.sampled_from(["map", "list"])),
        )
        for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    ]


def by_host(found):
    """The shares of each host, by service."""
    return {
        str(host): {share.backend.name: share.requests for share in route.shares()}
        for route in found
        for host in route.hosts
    }


def relabeled(texts, random):
    """The same services with their labels in a different order."""
    for text in texts:
        head, labels = text.split("      labels:\n")
        lines = labels.splitlines()
        random.shuffle(lines)
        yield "\n".join([head + "      labels:", *lines, ""])


@given(service_texts(), st.randoms(use_true_random=False))
def test_the_order_of_labels_does_not_matter(texts, random):
    assert by_host(routes("".join(texts))) == by_host(routes("".join(relabeled(texts, random))))


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3),
            st.sampled_from(["task", "vip"]),
            st.integers(0, 6),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_map_and_list_form_give_the_same(services):
    def in_form(form):
        return by_host(
            routes(
                "".join(
                    service(
                        name,
                        {"hosts": ",".join(hosts), "backend_mode": mode},
                        replicas=replicas,
                        form=form,
                    )
                    for name, (hosts, mode, replicas) in zip(NAMES, services, strict=False)
                )
            )
        )

    assert in_form("map") == in_form("list")


@given(service_texts())
def test_switching_to_the_current_mode_changes_nothing(texts):
    """For routes on which all services have the same mode."""
    for route in routes("".join(texts)):
        for mode in Mode:
            changed = route.changed(lambda each, mode=mode: each._replace(mode=mode))
            again = changed.changed(lambda each, mode=mode: each._replace(mode=mode))

            assert changed.requests() == again.requests()
            assert sum(changed.requests()) in (0, 1)


@given(service_texts())
def test_the_shares_of_a_host_add_up_to_one(texts):
    assert all(sum(parts.values()) in (0, 1) for parts in by_host(routes("".join(texts))).values())


@given(service_texts(), st.randoms(use_true_random=False))
def test_the_order_of_services_and_files_does_not_matter(texts, random):
    expected = by_host(routes("".join(texts)))
    random.shuffle(texts)

    assert expected == by_host(routes("".join(texts)))
    assert expected == by_host(routes(*texts))


@given(service_texts(), st.integers(0, 5))
def test_a_service_on_another_host_changes_nothing(texts, replicas):
    before = by_host(routes("".join(texts)))
    other = service("other", {"hosts": "other.example.com"}, replicas=replicas)
    after = by_host(routes("".join([*texts, other])))

    assert before == {host: parts for host, parts in after.items() if host != "other.example.com"}


@given(service_texts(), st.integers(1, 9))
def test_scaling_a_service_in_vip_mode_moves_no_traffic(texts, replicas):
    def with_tasks(count):
        return by_host(
            routes(
                "".join([*texts, service("vip", VIP | {"hosts": ",".join(HOSTS)}, replicas=count)])
            )
        )

    assert with_tasks(1) == with_tasks(replicas)
