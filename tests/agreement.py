"""Findings about a stack in its file, and about the same stack while it runs."""

import json

ONLY_IN_FILES = {"ignored-by-swarm", "network-not-attached", "network-key-not-name"}
ONLY_LIVE = {"network-missing-in-swarm", "secret-missing-in-swarm", "tasks-not-running"}
MORE_LIVE = {"interrupted-update"}
"""An engine has a number of tasks for each service; in a file, one that is not set is no fault."""


def found(run, *arguments):
    """The findings: rule, services and label."""
    _, out, _ = run("check", *arguments, "--format", "json")
    return {
        (each["rule"], tuple(each["services"]), each["label"])
        for each in json.loads(out)["diagnostics"]
        if each["rule"] not in ONLY_IN_FILES | ONLY_LIVE
    }


def disagreement(of_file, live):
    """What is found on one side only, though both can see it."""
    # What is wrong with the value of a variable is said of the variable, if there is one.
    variables = {each[1:] for each in of_file if each[0] == "unset-variable"}
    return {
        each
        for each in of_file ^ live
        if each[1:] not in variables and not (each in live and each[0] in MORE_LIVE)
    }
