"""
Measures shares: a real nginx divides requests as the program computes.

`make measure` runs this. The upstreams are written from the modes and tasks of a stack file, one
line for each task or one for the virtual IP, and from nothing that the program has worked out.
"""

from fractions import Fraction
from math import lcm

import nginx
import pytest
from support import ROOT

from linter.model.words import percent
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.routes import Fleet
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

LEAST = 200
"""Requests per host; with round robin, a multiple of the servers gives exact counts."""


def service(name, hosts, tasks, mode, form="map"):
    labels = {"hosts": hosts, "port": 8080, "backend_mode": mode}
    separator, dash = (": ", "") if form == "map" else ("=", "- ")
    lines = "".join(
        f"        {dash}com.docker.lb.{key}{separator}{value}\n" for key, value in labels.items()
    )
    return f"  {name}:\n    image: i\n    deploy:\n      replicas: {tasks}\n      labels:\n{lines}"


DEFAULT = """\
  sorry:
    image: i
    deploy:
      replicas: 2
      labels: {com.docker.lb.default_backend: "true", com.docker.lb.port: 8080}
"""

# What docs/routing.md shows as measured: the services, and each one's share by host.
SCENARIOS = {
    "stable task 4, canary task 1": (
        [("stable", "a", 4, "task"), ("canary", "a", 1, "task")],
        {"a": {"stable": (4, 5), "canary": (1, 5)}},
    ),
    "stable VIP 4, canary VIP 1": (
        [("stable", "a", 4, "vip"), ("canary", "a", 1, "vip")],
        {"a": {"stable": (1, 2), "canary": (1, 2)}},
    ),
    "stable VIP 9, canary VIP 1": (
        [("stable", "a", 9, "vip"), ("canary", "a", 1, "vip")],
        {"a": {"stable": (1, 2), "canary": (1, 2)}},
    ),
    "stable task 4, canary VIP 3": (
        [("stable", "a", 4, "task"), ("canary", "a", 3, "vip")],
        {"a": {"stable": (4, 5), "canary": (1, 5)}},
    ),
    "stable VIP 4, canary task 1": (
        [("stable", "a", 4, "vip"), ("canary", "a", 1, "task")],
        {"a": {"stable": (1, 2), "canary": (1, 2)}},
    ),
    "stable VIP 4, canary task 4": (
        [("stable", "a", 4, "vip"), ("canary", "a", 4, "task")],
        {"a": {"stable": (1, 5), "canary": (4, 5)}},
    ),
    "three services, task 5, 3 and 2": (
        [("one", "a", 5, "task"), ("two", "a", 3, "task"), ("three", "a", 2, "task")],
        {"a": {"one": (1, 2), "two": (3, 10), "three": (1, 5)}},
    ),
    "three services, VIP 5, 3 and 2": (
        [("one", "a", 5, "vip"), ("two", "a", 3, "vip"), ("three", "a", 2, "vip")],
        {"a": {"one": (1, 3), "two": (1, 3), "three": (1, 3)}},
    ),
    "three services, task 2, VIP 3, VIP 1": (
        [("one", "a", 2, "task"), ("two", "a", 3, "vip"), ("three", "a", 1, "vip")],
        {"a": {"one": (1, 2), "two": (1, 4), "three": (1, 4)}},
    ),
    "stable task 4 on a and b, canary task 1 on b": (
        [("stable", "a,b", 4, "task"), ("canary", "b", 1, "task")],
        {"a": {"stable": (1, 1)}, "b": {"stable": (4, 5), "canary": (1, 5)}},
    ),
    "stable VIP 4 on a and b, canary VIP 1 on b": (
        [("stable", "a,b", 4, "vip"), ("canary", "b", 1, "vip")],
        {"a": {"stable": (1, 1)}, "b": {"stable": (1, 2), "canary": (1, 2)}},
    ),
    "stable task 0, canary task 1": (
        [("stable", "a", 0, "task"), ("canary", "a", 1, "task")],
        {"a": {"stable": (0, 1), "canary": (1, 1)}},
    ),
}


def routes(text):
    fleet = Fleet()
    fleet.add(read([Source("stack.yml", "services:\n" + text)], ReadOptions(Environment())))
    return fleet.routes


def predicted(found):
    """The computed share of each service, by host."""
    return {
        str(host): dict(zip((each.name for each in route.backends), route.requests(), strict=True))
        for route in found
        for host in route.hosts
    }


def measured(folder, text, found):
    """The share of each service with a real nginx, by host."""
    servers = lcm(*(sum(each.servers for each in route.backends) for route in found))
    requests = servers * -(-LEAST // servers)
    with nginx.running(folder, "services:\n" + text) as proxy:
        return {
            str(host): {
                name: Fraction(number, requests)
                for name, number in proxy.counts(str(host), requests).items()
            }
            for route in found
            for host in route.hosts
        }


def served(shares):
    """Shares without services that get nothing, which cannot be measured."""
    return {
        host: {name: share for name, share in parts.items() if share}
        for host, parts in shares.items()
    }


def row(title, expected):
    """A row of the table in docs/routing.md."""
    hosts = [
        " : ".join(percent(Fraction(*share)) for share in parts.values())
        for parts in expected.values()
    ]
    return f"| {title} | {'; '.join(hosts)} |"


@pytest.mark.nginx
@pytest.mark.parametrize("form", ["map", "list"])
@pytest.mark.parametrize("title", SCENARIOS)
def test_nginx_divides_requests_as_predicted(tmp_path, title, form):
    nginx.require()
    services, expected = SCENARIOS[title]
    text = "".join(service(*each, form) for each in services)
    found = routes(text)
    shares = {
        host: {name: Fraction(*share) for name, share in parts.items()}
        for host, parts in expected.items()
    }

    assert shares == predicted(found)
    assert served(shares) == measured(tmp_path, text, found)


@pytest.mark.nginx
def test_the_default_backend_gets_what_nobody_else_has(tmp_path):
    nginx.require()
    text = "services:\n" + service("web", "a", 2, "task") + DEFAULT
    with nginx.running(tmp_path, text) as proxy:
        assert {"web": 20} == proxy.counts("a", 20)
        assert {"sorry": 20} == proxy.counts("elsewhere.example.com", 20)


def test_the_document_shows_what_is_measured():
    """Needs no nginx: it compares the rows above, which the other tests measure."""
    text = (ROOT / "docs" / "routing.md").read_text(encoding="utf-8")

    assert [] == [
        line for line in (row(title, e) for title, (_, e) in SCENARIOS.items()) if line not in text
    ]
