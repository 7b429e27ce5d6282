"""Answers that no engine gives: too large, from elsewhere, or of another form."""

import gzip
import json
import threading

import pytest
from fake_engine import answering
from spoiled import spoiled

from linter.model.swarm import NoSwarm
from linter.model.vocabulary import PREFIX
from linter.swarm.changing import Wanted, apply
from linter.swarm.finder import finder
from linter.syntax.composer import compose

LABELS = {"hosts": "a.example.com", "port": "80", "network": "front"}


def service(name):
    return {
        "ID": name,
        "Version": {"Index": 1},
        "Spec": {
            "Name": name,
            "Labels": {f"{PREFIX}{key}": value for key, value in LABELS.items()},
            "TaskTemplate": {
                "ContainerSpec": {
                    "Image": "i",
                    "Env": ["A=b"],
                    "Init": True,
                    "Configs": [{"ConfigID": "c", "ConfigName": "c", "File": {"Mode": 292}}],
                },
                "Networks": [{"Target": "n"}],
                "RestartPolicy": {"Delay": 1, "MaxAttempts": 3},
            },
            "Mode": {"Replicated": {"Replicas": 2}},
        },
    }


SWARM = {
    "services": [service("ucp-interlock")],
    "networks": [{"Id": "n", "Name": "front", "Scope": "swarm"}],
    "secrets": [{"ID": "s", "Spec": {"Name": "cert"}}],
    "tasks": [{"ServiceID": "a", "NodeID": "m", "Status": {"State": "running"}}],
    "configs": [{"ID": "c", "Spec": {"Name": "c", "Data": "YQ=="}}],
}
OK = {name: (200, data) for name, data in SWARM.items()}


@pytest.fixture
def said(monkeypatch):
    """What is said about an engine with these answers."""

    def said(answers, **more):
        with answering(answers, **more) as host:
            monkeypatch.setenv("DOCKER_HOST", host)
            with pytest.raises(NoSwarm) as failure:
                finder(5)("swarm:")
            return str(failure.value).replace(host, "HOST")

    return said


@pytest.mark.parametrize("version", ["1.4\u00b2", "1." + "9" * 5000, "1.41\r\nX: y", None, 1.41])
def test_a_version_that_is_none(said, version):
    assert "what answers at HOST is not a Docker engine" == said(OK, version=version)


def test_requests_are_sent_to_the_engine_alone(said):
    asked = threading.Event()
    with answering(OK, asked=("services", 1, asked)) as other:
        there = {"Location": other.replace("tcp:", "http:") + "/services"}
        line = said({**OK, "services": (307, {}, there)})

    assert "what answers at HOST sends requests elsewhere; name that address" == line
    assert not asked.is_set()


@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_has_a_size_limit_also_when_it_is_packed(said, monkeypatch, status):
    monkeypatch.setattr("linter.swarm.connections.MAX_ANSWER_BYTES", 2 * 1024**2)
    packed = gzip.compress(b" " * (2 * 1024**2 + 1), 1)
    answer = (status, packed, {"Content-Encoding": "gzip"})

    assert "an answer of HOST is larger than 2 MiB" == said({**OK, "services": answer})


def test_what_an_engine_says_is_cut(said):
    assert len(said({"services": (500, {"message": "a " * 100_000})})) < 1_200


# -- Answers of another form ----------------------------------------------------------------------

ODD = [None, 0, 1.5, True, "", "x", "a\n    b: [", [], [None], [[]], {}, {"a": {}}, "\ud800"]


class Answering:
    """An engine with these answers, without a connection."""

    def __init__(self, answers):
        self.answers = answers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Nothing is open."""

    def __getattr__(self, name):
        def answer(identifier=None):
            if identifier is None:
                return self.answers[name]
            return next(iter(self.answers[f"{name}s"]), {})

        return answer


def odd_swarms():
    """The answers with an odd value in each place, once for each such value, or without it."""
    for name, entries in SWARM.items():
        for changed in spoiled(entries[0], ODD):
            yield {**SWARM, name: [changed]}


def test_no_answer_is_a_fault_of_the_program_or_hides_another_service(monkeypatch):
    for answers in odd_swarms():
        answers["services"] = [*answers["services"], service("other")]
        monkeypatch.setattr(
            "linter.swarm.running.Engine", lambda *_, given=answers: Answering(given)
        )
        found = finder(1, contents=True)("swarm:")
        paths = [source.path for stack in found.stacks for source in stack.sources]

        assert "swarm/other" in paths
        assert 2 == len(paths) + len(found.unjudged)
        for stack in found.stacks:
            for source in stack.sources:
                assert compose(source).root


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        (("ID",), None),
        (("Spec",), "x"),
        (("Spec", "Name"), 5),
        (("Spec", "Labels"), ["com.docker.lb.port=80"]),
        (("Spec", "Labels", f"{PREFIX}port"), 80),
        (("Spec", "TaskTemplate"), None),
    ],
)
def test_a_service_of_another_form_is_not_judged_and_others_are(
    run, monkeypatch, workspace, path, odd
):
    workspace({})
    entry = service("web")
    parent = entry
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = odd
    monkeypatch.setattr(
        "linter.swarm.running.Engine",
        lambda *_: Answering({**SWARM, "services": [entry, service("other")]}),
    )
    status, out, _ = run("check", "--format", "json", "swarm:")
    report = json.loads(out)

    assert (3, 1) == (status, report["summary"]["services"])
    assert ["the engine describes it in an unknown form"] == [
        each["reason"] for each in report["unjudged"]
    ]


@pytest.mark.parametrize("name", ["networks", "secrets", "tasks"])
def test_what_has_another_form_is_only_not_known(run, monkeypatch, workspace, name):
    workspace({})
    given = {**SWARM, "services": [service("web")], name: [{"ID": 5, "Spec": None}]}
    monkeypatch.setattr("linter.swarm.running.Engine", lambda *_: Answering(given))
    (line,) = run("check", "swarm:")[2].splitlines()

    assert line.endswith(f"{name} are not known: the engine describes them in an unknown form")


def test_a_label_may_have_a_long_name(run, monkeypatch, workspace):
    workspace({})
    entry = service("web")
    entry["Spec"]["Labels"]["x" * 2_000 + ".a"] = "y"
    given = {**SWARM, "services": [entry]}
    monkeypatch.setattr("linter.swarm.running.Engine", lambda *_: Answering(given))

    assert (0, "y\n", "") == run("labels", "get", "swarm:", "web", "x" * 2_000 + ".a")


class Changing:
    """An engine that describes a service in another form, before it is changed or after that."""

    def __init__(self, before, after):
        self.found = [before, after]

    def service(self, identifier):
        del identifier
        return self.found.pop(0)

    def update_labels(self, stored, labels):
        """The engine says that it did."""


@pytest.mark.parametrize("odd", [{}, {"Spec": None}, {"Spec": []}, {"Spec": {"Labels": "abc"}}])
def test_a_service_of_another_form_ends_the_changes_and_is_named(odd):
    wanted = Wanted("web", {f"{PREFIX}port": "80"}, {f"{PREFIX}port": "81"})
    for before, after, certain in ((odd, odd, True), (service("web"), odd, False)):
        failure = apply(Changing(before, after), [wanted]).failure

        assert failure is not None
        assert ("web", "the engine describes it in an unknown form", certain) == (
            failure.service,
            failure.reason,
            failure.certain,
        )
