"""Pairs of stacks that were deployed to a real engine: we say of each what the engine did."""

import re
from itertools import pairwise

import pytest
from recorded_changes import cases
from support import component
from test_corpus import files

from linter.files.decoding import Unreadable
from linter.files.decoding import read as read_file
from linter.reading.deployed_reader import deployed
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.events import Tasks
from linter.routing.service_changes import Action
from linter.routing.stack_changes import Side, stack_change
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

VIP = "        com.docker.lb.backend_mode: vip\n"
LABEL = "        com.docker.lb.port: '8080'\n"

# What the engine did for reasons that are not in the files.
BY_ITSELF = {
    "constraint-added-unsatisfied": "no node satisfies the constraint, so all tasks stop",
    "credential_spec-config": "new tasks cannot start, because only Windows has credential specs",
    "x-healthcheck-same-seconds-other-spelling": "the first tasks had not started yet",
    "three-service-removed-no-prune": "a removed service stays without `--prune`",
}


class Files:
    """The files that the stacks name: each has its own content."""

    def variables(self, path):
        return {"E": path.strip("./").removeprefix("e").removesuffix(".env")}

    def digest(self, path):
        return path


def changed(case, *, vip=False):
    sides = []
    for text, variables in (("before", "env_before"), ("after", "env_after")):
        environment = Environment(case.get(variables, {}), complete=True)
        options = ReadOptions(environment, stack_name="shop")
        source = case[text].replace(LABEL, LABEL + VIP) if vip else case[text]
        stack = read([Source("stack.yml", source)], options)
        sides.append(Side(stack, deployed(stack, environment, Files())))
    return stack_change("shop", *sides)


def replaced(change):
    """What the engine is to do, in the words of the recorded cases."""
    if change.action is not Action.UPDATE:
        return "only added" if change.action is Action.CREATE else "only removed"
    old, new = change.old.service.tasks, change.new.service.tasks
    scaled = "only added" if (new or 0) > (old or 0) else "only removed"
    return scaled if change.tasks is Tasks.SOME else str(change.tasks)


def outcomes(case, *, vip=False):
    """What we say, and what was recorded, for each service that is not left alone."""
    change = changed(case, vip=vip)
    ours = {each.name: replaced(each) for each in change.services}
    if any(each.is_refused for each in change.objects):
        ours = dict.fromkeys(case["services"], "refused")
    recorded = {name: each["replaced"] for name, each in case["services"].items()}
    wanted = {name: word for name, word in recorded.items() if word != "none"}
    said = {name: word for name, word in ours.items() if word not in ("none", "unknown")}
    return said, wanted


@pytest.fixture(scope="module")
def recorded():
    found = cases()
    component("changes", found, "INTERLOCK_LINT_CHANGES names no file of recorded changes")
    return found


@pytest.mark.parametrize("vip", [False, True], ids=["task", "vip"])
def test_which_tasks_are_replaced(recorded, vip):
    wrong = {}
    for case in recorded:
        said, wanted = outcomes(case, vip=vip)
        if said != wanted:
            wrong[case["id"]] = (said, wanted)

    assert {} == {name: each for name, each in wrong.items() if name not in BY_ITSELF}
    assert set(BY_ITSELF) == set(wrong)


def _bare(network):
    """The name of a network without that of the stack, which had a number when it was recorded."""
    return re.sub(r"^shop_|_shop$|_c0[0-9]+$", "", network)


def test_which_virtual_ips_appear_and_vanish(recorded):
    wrong = {}
    for case in recorded:
        changes = {each.name: each for each in changed(case).services}
        for name, each in case["services"].items():
            change = changes.get(name)
            for word in ("appeared", "vanished"):
                wanted = {_bare(net) for net, what in each["vip"].items() if what == word}
                ours = set(map(_bare, getattr(change, word))) if change else set()
                if ours != wanted:
                    wrong[case["id"]] = (ours, wanted)

    assert set(wrong) == {"three-service-removed-no-prune"}


def test_where_nothing_is_replaced_and_no_label_differs_nothing_is_reported(recorded):
    silent = ("nothing", "order", "ignored")
    wrong = {}
    for case in recorded:
        change = changed(case)
        quiet = all(each["replaced"] == "none" for each in case["services"].values())
        if case["group"] in silent and quiet and change:
            wrong[case["id"]] = change

    assert {} == wrong


@pytest.mark.corpus
def test_real_files_and_their_other_versions():
    """Neighbors in the corpus are often versions of one file; any two of them can be compared."""
    sides = []
    for path in files():
        try:
            options = ReadOptions(Environment())
            stack = read([read_file(str(path))], options)
        except (Unreadable, NotYaml):
            continue
        sides.append(Side(stack, deployed(stack, options.environment, Files())))
    for old, new in pairwise(sides):
        there, back = stack_change("x", old, new), stack_change("x", new, old)
        assert {each.name for each in there.services} == {each.name for each in back.services}
        assert not stack_change("x", old, old)
        assert not stack_change("x", old, Side(*old))
