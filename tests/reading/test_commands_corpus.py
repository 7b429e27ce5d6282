"""Real scripts, if available: what each of them creates, and what is found in it."""

import json
import os
from pathlib import Path

import pytest
from support import component

CORPUS = os.environ.get("INTERLOCK_LINT_CORPUS")

# By eye: the services with the number of their labels, and the rules that report something.
FILES = {
    "labelled/111-*.sh": ({"demo": 2}, []),
    "labelled/116-*.sh": ({"tweet-to-us": 3}, ["reserved-network"]),
    "labelled/122-*.sh": ({"demo-path-routing": 4}, ["rewrite-redirects"]),
    "labelled/155-*.sh": ({"demo": 0}, []),  # an update removes the labels again
    "labelled/126-*.groovy": ({}, []),  # only `docker stack deploy`
    "labelled/129-*.groovy": ({}, []),
    "iac/TamirTian__*/upgrade-service.sh": ({}, []),
}


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
def test_real_scripts(run, name):
    component("corpus", CORPUS, "INTERLOCK_LINT_CORPUS names no folder of stack files")
    (path,) = Path(CORPUS).glob(name)
    services, rules = FILES[name]
    _, out, _ = run("check", "--isolated", "--allow-empty", "-f", "json", path)
    found = json.loads(out)

    assert found["unjudged"] == []
    assert rules == [each["rule"] for each in found["diagnostics"]]
    assert len(services) == found["summary"]["services"]
    if services:
        _, out, _ = run("labels", "list", "-f", "json", "--isolated", path)
        assert services == {
            each["service"]: len(each["labels"]) for each in json.loads(out)["services"]
        }
