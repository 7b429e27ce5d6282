"""One mistake hides no others: after everything is fixed, nothing new is found."""

import pytest
from generated_faults import faulty_stacks
from hypothesis import given, settings
from support import CONFIG, ROOT, Options, judge, new_checker, rules_of
from test_corpus import files

from linter.editing.fixing import apply_fixes
from linter.editing.loaded import Loaded
from linter.files.decoding import Unreadable, read
from linter.files.forms import first
from linter.files.request import Job
from linter.model.vocabulary import PREFIX, meant
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

FIXTURES = sorted((ROOT / "tests" / "rules").glob("*.yml"))


def report_of(stacks):
    checker = new_checker()
    for each in stacks:
        checker.judge(each.stack, CONFIG)
    return checker.finish()


def said(report):
    """What is said, about which service and which label, by the names that were meant."""
    assert report.unjudged == []
    return {
        (each.rule, service, "" if each.rule in SOMEWHERE else name(each.label))
        for each in report.diagnostics
        for service in each.services or ("",)
    }


# Which of the labels or services these are at does not matter.
SOMEWHERE = {
    "container-label",
    "label-outside-labels",
    "missing-network",
    "not-routed",
}


def name(label):
    right = label and meant(label)
    return PREFIX + right if right else label and label.strip(" “”\"'")


def load(source):
    stack_name = Options.of(source.text).stack_name
    job = Job((first(source)[0],), CONFIG, Environment(), stack_name)
    return Loaded(job, job.read())


def new_after_fixing(source):
    """What is said about a file with all fixes applied, but not about the file as it is."""
    loaded = load(source)
    first = report_of([loaded])
    result = apply_fixes([loaded], report_of, first, unsafe=True)

    assert result.faults == ()
    return said(result.report) - said(first)


@settings(deadline=None)
@given(faulty_stacks())
def test_nothing_new_after_everything_is_fixed(text):
    assert set() == new_after_fixing(Source("stack.yml", text))


@pytest.mark.parametrize("path", FIXTURES, ids=[path.stem for path in FIXTURES])
def test_nothing_new_in_the_fixtures(path):
    assert set() == new_after_fixing(Source(path.name, path.read_text(encoding="utf-8")))


@pytest.mark.corpus
def test_nothing_new_in_real_files():
    new = {}
    for path in files():
        try:
            if found := new_after_fixing(read(str(path))):
                new[path] = found
        except (Unreadable, NotYaml):
            continue

    assert {} == new


MISTAKES = {
    "misspelled": "      labels:\n        com.docker.lb.prot: 80800\n",
    "another prefix": "      labels:\n        com.docker.ucp.lb.port: 80800\n",
    "a colon": "      labels:\n        - com.docker.lb.port:80800\n",
    "spaces": "      labels:\n        - com.docker.lb.port = 80800\n",
    "quotes": "      labels:\n        - com.docker.lb.port='80800'\n",
    "typographic quotes": "      labels:\n        - “com.docker.lb.port=80800”\n",
    "a mapping in a list": "      labels:\n        - com.docker.lb.port: 80800\n",
    "several in an item": "      labels:\n        - com.docker.lb.port: 80800\n          team: a\n",
    "a list as the value": "      labels:\n        com.docker.lb.port: [80800]\n",
    "a dollar": "      labels:\n        - com.docker.lb.port=80800$\n",
    "label": "      label:\n        com.docker.lb.port: 80800\n",
    "lables": "      lables:\n        com.docker.lb.port: 80800\n",
    "nested": "      labels:\n        labels:\n          com.docker.lb.port: 80800\n",
    "under deploy": "      com.docker.lb.port: 80800\n",
    "under deploy, misspelled": "      com.docker.lb.prot: 80800\n",
    "under deploy, another prefix": "      com.docker.interlock.port: 80800\n",
}
DEPLOY = "services:\n  web:\n    image: i\n    deploy:\n"
CONTAINERS = "services:\n  web:\n    image: i\n    labels:\n      com.docker.lb.prot: 80800\n"


@pytest.mark.parametrize("lines", MISTAKES.values(), ids=MISTAKES)
def test_a_label_with_a_mistake_is_judged_as_it_was_meant(lines):
    found = rules_of(judge(DEPLOY + lines))

    assert "invalid-value" in found
    assert found.index("invalid-value") > 0, "the mistake itself comes first"
    assert "unknown-label" not in found


def test_a_label_of_the_containers_too():
    assert {"container-label", "misspelt-label", "invalid-value"} <= {*rules_of(judge(CONTAINERS))}


def test_a_label_in_the_right_place_wins():
    text = DEPLOY + (
        "      labels:\n        com.docker.lb.hosts: a.example.com\n"
        "        com.docker.lb.port: 8080\n        com.docker.lb.prot: 80800\n"
        "    labels:\n      com.docker.lb.port: 80800\n"
    )

    assert ["misspelt-label"] == rules_of(judge(text))


def test_docker_deploys_what_is_written():
    """What the other commands show and change are the labels as they are."""
    stack = load(Source("stack.yml", DEPLOY + MISTAKES["under deploy, misspelled"])).stack
    [service], [meant] = stack.services, stack.as_meant.services

    assert {} == service.routing
    assert ["port"] == list(meant.routing)
    assert meant.routing["port"].as_written.key.value == "com.docker.lb.prot"
