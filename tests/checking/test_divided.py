"""Stacks that several processes judge: whatever they have in common, nothing is lost or new."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import CONFIG, new_checker

from linter.checking import divided
from linter.checking.affected import affected
from linter.editing.appearing import appearing, compared
from linter.editing.changeable import judge
from linter.editing.loaded import Loaded
from linter.files import workers
from linter.files.forms import stacks_in
from linter.files.request import Job
from linter.model.proxy import parse
from linter.report import Style
from linter.report.check import reporter
from linter.routing.links import connected, links_of
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

FIXTURES = sorted((Path(__file__).parent.parent / "rules").glob("*.yml"))

HOSTS = (
    *("a.example.com", "b.example.com", "c.example.com", "*.example.com", ".example.com", "~^b"),
    *("${HOST}", "${NAME}.example.com", "A.EXAMPLE.COM"),
)
PLAIN = ("http://a.example.com", "http://b.example.com", "http://c.example.com", "http://${HOST}")


@pytest.fixture(autouse=True, scope="module")
def _no_processes():
    """What each process would do is done here: how results travel is tested elsewhere."""

    def run(tasks, _shared, _most, tick):
        return [task(tick) for task in tasks]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "run", run)
        yield


def jobs_of(texts):
    """A job for each stack in each text."""
    environment = Environment()
    return [
        Job(sources, CONFIG, environment, None)
        for name, text in texts.items()
        for sources in stacks_in(Source(name, text))
    ]


def reading(job):
    try:
        return job.read(), []
    except NotYaml:
        return None, []


def together(jobs, judged):
    """The report of one process."""
    one = new_checker()
    for number, job in enumerate(jobs):
        stack, _ = reading(job)
        if stack is not None:
            (one.judge if judged[number] else one.compare)(stack, job.settings)
    return one.finish()


def apart(jobs, judged, processes):
    """The report of several."""
    one = new_checker()
    divided.judge(one, divided.Stacks(jobs, judged, reading), processes)
    return one.finish()


def text_of(report):
    return reporter("json")(report, Style(verbose=True))


@st.composite
def services(draw):
    """A service with hosts and redirects of which others may have some too."""
    few = st.lists(st.sampled_from(HOSTS), max_size=2)
    labels = {"port": "8080", "hosts": ",".join(draw(few))}
    if pairs := draw(st.lists(st.tuples(*[st.sampled_from(PLAIN)] * 2), max_size=2)):
        labels["redirects"] = ";".join(map(",".join, pairs))
    for name in ("default_backend", "ssl_passthrough"):
        if draw(st.integers(0, 5)) == 0:
            labels[name] = "true"
    if draw(st.booleans()):
        labels["backend_mode"] = draw(st.sampled_from(["vip", "task"]))
    if draw(st.integers(0, 5)) == 0:
        labels["service_cluster"] = "blue"
    lines = "".join(f"        com.docker.lb.{key}: '{value}'\n" for key, value in labels.items())
    replicas = draw(st.integers(0, 3))
    return f"    image: i\n    deploy:\n      replicas: {replicas}\n      labels:\n{lines}"


@st.composite
def stacks(draw):
    """A stack file, or a template with services that cannot be seen."""
    found = draw(st.lists(services(), min_size=1, max_size=2))
    text = "services:\n" + "".join(f"  s{number}:\n{each}" for number, each in enumerate(found))
    comment = draw(
        st.sampled_from(["", "", "# interlock-lint: ignore-file [host-in-two-stacks]\n"])
    )
    if draw(st.integers(0, 5)) == 0:
        return (
            ".yml.j2",
            comment + text + "  {{ more }}\n",
        )
    return ".yml", comment + text


@given(st.lists(stacks(), min_size=2, max_size=6), st.integers(2, 4), st.data())
@settings(max_examples=60)
@pytest.mark.fuzz
def test_stacks_that_share_hosts_or_redirects_are_judged_together(found, processes, data):
    jobs = jobs_of({f"{number}{kind}": text for number, (kind, text) in enumerate(found)})
    judged = data.draw(
        st.just([True] * len(jobs))
        | st.lists(st.booleans(), min_size=len(jobs), max_size=len(jobs))
    )

    assert text_of(together(jobs, judged)) == text_of(apart(jobs, judged, processes))


@pytest.mark.parametrize("seed", range(3))
def test_the_fixtures_of_all_rules_in_any_order(seed):
    chance = random.Random(seed)
    paths = chance.sample(FIXTURES, 40)
    jobs = jobs_of({path.name: path.read_text(encoding="utf-8") for path in paths})
    judged = [True] * len(jobs)

    assert text_of(together(jobs, judged)) == text_of(apart(jobs, judged, 2 + seed))


def stack(hosts, redirects="", more=""):
    """A stack with a service that has these hosts."""
    if redirects:
        more += f"\n        com.docker.lb.redirects: {redirects}"
    return (
        "services:\n  web:\n    image: i\n    deploy:\n      labels:\n"
        f"        com.docker.lb.port: 8080\n        com.docker.lb.hosts: '{hosts}'{more}\n"
    )


DEFAULT = "\n        com.docker.lb.default_backend: 'true'"
LOOP = stack("a.example", "http://a.example,http://b.example")
BACK = stack("b.example", "http://b.example,http://a.example")
MISSING = stack("a.example", "http://x.example,http://a.example")
UNKNOWN = stack("a.test", "http://${X}.example,http://a.test")
OPEN = stack("b.example") + "  {{ more }}\n"


@pytest.mark.parametrize(
    "texts",
    [
        {"0.yml": stack("a.example"), "1.yml": stack("A.example")},
        {"0.yml": stack("a.example", more=DEFAULT), "1.yml": stack("b.example", more=DEFAULT)},
        {"0.yml": LOOP, "1.yml": BACK},
        {"0.yml": MISSING, "1.yml": stack("x.example")},
        {"0.yml": MISSING, "1.yml": stack("*.example")},
        {"0.yml": UNKNOWN, "1.yml": stack("b.example")},
        {"0.yml": MISSING, "1.yml.j2": OPEN},
    ],
    ids=["host", "default", "loop", "source", "pattern", "variable", "unseen"],
)
def test_whatever_connects_two_stacks_is_seen(texts):
    jobs = jobs_of(texts)
    both = text_of(together(jobs, [True, True]))
    alone = [together([job], [True]).diagnostics for job in jobs]

    assert len(json.loads(both)["diagnostics"]) != sum(map(len, alone)), "they are connected"
    assert both == text_of(apart(jobs, [True, True], 2))


def linked(*texts):
    """The groups that stacks are in because of their labels."""
    jobs = jobs_of({f"{number}.yml": each for number, each in enumerate(texts)})
    return connected([[links_of(reading(job)[0])] for job in jobs])


def test_stacks_with_nothing_in_common_stay_apart():
    """Also if both redirect to the same host, or have patterns, or variables."""
    to_login = stack("a.example", "http://a.example,https://login.example")
    other = stack("b.example", "http://b.example,https://login.example")

    assert [[0], [1], [2], [3]] == linked(to_login, other, stack("*.example"), stack("${HOST}"))
    assert [[0], [1]] == linked(stack("${HOST}"), stack("${HOST}"))


# -- The same, of a change -------------------------------------------------------------------------


def read_all(jobs):
    return [Loaded(job, job.read()) for job in jobs]


def changed(jobs, number, text):
    """The stacks before and after one of the files has another text."""
    before = read_all(jobs)
    job = jobs[number]._replace(sources=(jobs[number].sources[0].changed(text),))
    return before, [*before[:number], *read_all([job]), *before[number + 1 :]]


@given(st.lists(services(), min_size=2, max_size=6), services())
@settings(max_examples=60)
@pytest.mark.fuzz
def test_what_a_change_brings_is_found_where_it_matters(found, new):
    texts = [f"services:\n  s:\n{each}" for each in (*found, new)]
    jobs = jobs_of({f"{number}.yml": each for number, each in enumerate(texts[:-1])})
    before, after = changed(jobs, 0, texts[-1])

    assert appearing(judge(before), judge(after)) == appearing(*compared(judge, before, after))


def test_a_change_matters_to_stacks_that_are_linked_before_or_after():
    texts = [stack(f"{each}.example") for each in "abacd"]
    jobs = jobs_of({f"{number}.yml": each for number, each in enumerate(texts)})
    stacks = [[each.stack for each in loaded] for loaded in changed(jobs, 0, stack("b.example"))]

    assert [0, 1, 2] == affected(jobs, *stacks)
    assert [] == affected(jobs, stacks[0], stacks[0])


def test_a_change_matters_to_stacks_with_a_configuration_of_interlock():
    proxy = parse("[Extensions.a]\n", "a.toml")
    jobs = jobs_of({f"{each}.yml": stack(f"{each}.example") for each in "abc"})
    jobs[2] = jobs[2]._replace(settings=CONFIG._replace(proxy=proxy))
    stacks = [[each.stack for each in loaded] for loaded in changed(jobs, 0, stack("x.example"))]

    assert [0, 2] == affected(jobs, *stacks)
