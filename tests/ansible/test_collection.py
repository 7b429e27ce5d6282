"""The modules and the filter of the collection, in plays of the real Ansible."""

import json
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.ansible

STACK = """\
services:
  web:
    image: nginx
    networks: [front]
    deploy:
      replicas: 4
      labels:
        com.docker.lb.hosts: shop.example.com  # the shop
        com.docker.lb.network: shop_front
        com.docker.lb.port: 80
  next:
    image: nginx
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: shop.example.com
        com.docker.lb.network: shop_front
        com.docker.lb.port: 80
networks:
  front:
    name: shop_front
"""
BAD = {"services": {"a": {"image": "i", "deploy": {"labels": {"com.docker.lb.prot": "80"}}}}}


@pytest.fixture(autouse=True)
def stack(tmp_path):
    path = tmp_path / "stack.yml"
    path.write_text(STACK)
    return path


def labels(**settings):
    return {"interlock.lint.interlock_labels": {"source": ["stack.yml"], **settings}}


def failing(task):
    return task | {"ignore_errors": True}


def check(**settings):
    return {"interlock.lint.interlock_check": settings}


def migrate(**settings):
    return {"interlock.lint.interlock_migrate": {"source": ["stack.yml"], "to": "vip", **settings}}


def test_check(results, tmp_path):
    (tmp_path / "broken.yml").write_text("services: [")
    good, bad, wrong, broken, missing = results(
        [
            check(source=["stack.yml"]),
            check(compose=BAD, fail_on="never"),
            failing(check(compose=BAD)),
            failing(check(source=["broken.yml"], fail_on="never")),
            failing(check(source=["stack.yml"], executable="/nowhere/interlock-lint")),
        ]
    )

    assert [] == [each for each in good["findings"] if each["severity"] != "info"]
    assert 2 == good["summary"]["services"]
    assert "misspelt-label" in [each["rule"] for each in bad["findings"]]
    assert wrong["msg"].startswith(
        "service a, label com.docker.lb.prot: error[misspelt-label] unknown"
    )
    assert broken["msg"].startswith("not judged: broken.yml: ")
    assert "on the host; install it there with `pip install interlock-lint`" in missing["msg"]


def test_a_stack_as_docker_stack_takes_it(results):
    """Of paths and mappings, which together are one stack."""
    port = {"com.docker.lb.port": "80\u00e9\U0001f600\x85", "{{ '{{' }}.Task.Slot}}": "${A}"}
    more = {"services": {"web": {"deploy": {"replicas": 7, "labels": port}}}}
    (found,) = results(
        [check(compose=["stack.yml", more, {"services": {"next": {}}}], fail_on="never")]
    )

    assert {("invalid-value", "compose[1]", "web")} == {
        (each["rule"], each["path"], each["service"])
        for each in found["findings"]
        if each["severity"] == "error"
    }
    assert (3, 2) == (found["summary"]["files"], found["summary"]["services"])


def test_labels_are_set_once(results, play, stack):
    task = labels(service=["web"], labels={"port": 8080, "org.example.team": "shop"}, backup=True)

    status, out = play([task], "--check", "--diff")
    assert (0, STACK) == (status, stack.read_text()), out
    assert "-web com.docker.lb.port=80\n" in out
    assert "+web com.docker.lb.port=8080\n" in out
    assert "changed=1" in out

    done, again = results([task, task])
    assert [True, False] == [done["changed"], again["changed"]]
    assert [80.0, 20.0] == [each["percent"] for each in done["routes_after"][0]["services"]]
    assert STACK == Path(done["backup_files"][0]).read_text()
    changed = STACK.replace("port: 80\n", "port: 8080\n        org.example.team: shop\n", 1)
    assert changed == stack.read_text()

    absent = labels(service=["web", "next"], labels={"org.example.team": None}, state="absent")
    done, again = results([absent, absent])
    assert [True, False] == [done["changed"], again["changed"]]
    assert STACK.replace("port: 80\n", "port: 8080\n", 1) == stack.read_text()


REFUSED = [
    {"labels": {"port": "ninety"}},
    {"labels": {"prot": "80"}},
    {"labels": {"port": None}},
    {"labels": {"com.example.a=b": "c"}},
    {"service": ["web=x"]},
    {"service": ["--write"]},
    {"service": []},
]


def test_what_is_refused_changes_nothing(results, stack):
    task = {"service": ["web"], "labels": {"com.example.a": "b"}}
    found = results(
        [
            *(failing(labels(**task | each)) for each in REFUSED),
            failing(migrate(max_share_shift=29.999999)),
        ]
    )

    assert all(each["failed"] for each in found)
    assert STACK == stack.read_text()
    # The advice of the program is given in parameters.
    assert found[0]["msg"].startswith("nothing is changed: web: ")
    assert "force=true applies the change anyway" in found[0]["msg"]
    assert "max_share_shift=30 allows it" in found[-1]["msg"]


def test_names_and_values_are_taken_as_they_are(results, tmp_path):
    """Paths with blanks and dashes, and values that Jinja, a shell or YAML would read."""
    odd = {
        "com.example.jinja": "{{ '{{' }} secret }}{% raw %}{% x %}{% endraw %}",
        "com.example.shell": "$$(id) `id` ; | & > '\"",
        "com.example.yaml": "a: b #c",
        "com.example.dash": "--write",
        "com.example.empty": "",
        "com.example.true": True,
        "com.example.fraction": 1.5,
        "com.example.\u00e9\U0001f600": "\u00e9\U0001f600",
    }
    names = ["-a \u00e9\U0001f600'\".yml", "--write=$HOMEless;#.yml"]
    for name in names:
        (tmp_path / name).write_text(STACK)
    task = {"service": ["web"], "labels": odd, "form": "stack", "backup": True}
    found = results([labels(**task, source=[name]) for name in names for _ in range(2)])

    for done, again in zip(found[::2], found[1::2], strict=True):
        assert [] == again["changes"]
        assert STACK == Path(done["backup_files"][0]).read_text()
        values = {each["label"]: each["after"]["value"] for each in done["changes"]}
        assert (
            odd
            | {
                "com.example.jinja": "{{ secret }}{% x %}",
                "com.example.shell": "$(id) `id` ; | & > '\"",
                "com.example.true": "true",
                "com.example.fraction": "1.5",
            }
            == values
        )


def test_files_of_one_stack(results, tmp_path, stack):
    override = tmp_path / "-over ride.yml"
    override.write_text("services:\n  web:\n    deploy:\n      replicas: 1\n")
    both = {"source": ["stack.yml", override.name], "one_stack": True}
    (done,) = results([labels(service=["web"], labels={"port": 81}, **both)])

    assert [50.0, 50.0] == [each["percent"] for each in done["routes_before"][0]["services"]]
    assert STACK.replace("port: 80\n", "port: 81\n", 1) == stack.read_text()


def test_variables_of_the_environment(results, stack):
    stack.write_text(STACK.replace("port: 80\n", "port: ${PORT}\n"))
    found = results(
        [check(source=["stack.yml"], env=env, fail_on="never") for env in (False, True)],
        PORT="eighty",
    )

    assert [False, True] == [
        "invalid-value" in [finding["rule"] for finding in each["findings"]] for each in found
    ]


def test_migrate(results, stack):
    task = migrate(max_share_shift=30)
    possible, done, again = results([{**task, "check_mode": True}, task, task])

    assert [True, True, False] == [each["changed"] for each in (possible, done, again)]
    assert done["routes_after"] == possible["routes_after"]
    assert [80.0, 20.0] == [each["percent"] for each in done["routes_before"][0]["services"]]
    assert [50.0, 50.0] == [each["percent"] for each in done["routes_after"][0]["services"]]
    assert 2 == stack.read_text().count("backend_mode: vip")


def test_services_that_cannot_be_switched_can_be_skipped(results, stack):
    sticky = "        com.docker.lb.sticky_session_cookie: s\n"
    port = "        com.docker.lb.port: 80\n"
    stack.write_text(
        STACK.replace("shop.example", "next.example", 1).replace(port, sticky + port, 1)
    )
    (done,) = results([migrate(skip_refused=True)])

    assert ["next"] == [each["service"] for each in done["changes"]]
    assert "drop_sticky=true removes these labels" in done["refused"][0]


def test_the_filter(play):
    question = "(stack | interlock.lint.interlock_findings(severity='error')) == []"
    task = {"ansible.builtin.assert": {"that": question}}

    # A value may itself come from another variable.
    nested = {"services": {"a": {"image": "i", "deploy": {"labels": "{{ inner }}"}}}}
    inner = {"com.docker.lb.prot": "80"}
    status, out = play([task | {"vars": {"stack": nested, "inner": inner}}])
    assert (2, True) == (status, "Assertion failed" in out), out
    status, out = play([task | {"vars": {"stack": STACK}}])
    assert 0 == status, out


def test_the_filter_fails_for_what_cannot_be_judged(play):
    question = "('services: [' | interlock.lint.interlock_findings) == []"
    status, out = play([{"ansible.builtin.assert": {"that": question}}])

    assert 2 == status
    assert "interlock_findings: not judged: <stdin>" in out


def test_the_program_is_found_next_to_the_python_of_the_module(results, tmp_path):
    """So a virtual environment needs no PATH."""
    said = json.dumps({"diagnostics": [], "summary": {"files": 7}, "unjudged": []})
    (tmp_path / "python3").symlink_to(sys.executable)
    (tmp_path / "interlock-lint").write_text(f"#!/bin/sh\necho '{said}'\n")
    (tmp_path / "interlock-lint").chmod(0o755)
    (found,) = results([check(source=["stack.yml"])], python=tmp_path / "python3")

    assert {"files": 7} == found["summary"]
