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


def check(**settings):
    return {"interlock.lint.interlock_check": settings}


def migrate(**settings):
    return {"interlock.lint.interlock_migrate": {"source": ["stack.yml"], "to": "vip", **settings}}


def test_check(results, play):
    good, bad = results([check(source=["stack.yml"]), check(compose=BAD, fail_on="never")])
    assert [] == [each for each in good["findings"] if each["severity"] != "info"]
    assert 2 == good["summary"]["services"]
    assert "misspelt-label" in [each["rule"] for each in bad["findings"]]

    status, out = play([check(compose=BAD)])
    assert 2 == status
    assert "service a, label com.docker.lb.prot: error[misspelt-label] unknown label" in out
    assert "did you mean `com.docker.lb.port`" in out


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


def test_what_cannot_be_judged_fails(play, tmp_path):
    (tmp_path / "broken.yml").write_text("services: [")

    status, out = play([check(source=["broken.yml"], fail_on="never")])

    assert 2 == status
    assert "not judged: broken.yml" in out


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


def test_routes_before_and_after(results):
    moved = labels(service=["next"], labels={"hosts": "next.example.com"})
    (done,) = results([moved])

    assert [["shop.example.com"]] == [each["hosts"] for each in done["routes_before"]]
    assert [["next.example.com"], ["shop.example.com"]] == sorted(
        each["hosts"] for each in done["routes_after"]
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"labels": {"port": "ninety"}},
        {"labels": {"prot": "80"}},
        {"labels": {"port": None}},
        {"labels": {"port": [80]}},
        {"labels": {"com.example.a=b": "c"}},
        {"labels": {}},
        {"labels": {"com.example.a": "b"}, "service": ["web=x"]},
        {"labels": {"com.example.a": "b"}, "service": ["--write"]},
        {"labels": {"com.example.a": "b"}, "service": []},
    ],
    ids=str,
)
def test_what_is_refused_changes_nothing(play, stack, settings):
    status, out = play([labels(**{"service": ["web"], **settings})])

    assert 2 == status, out
    assert STACK == stack.read_text()


def test_advice_names_parameters(play):
    status, out = play([labels(service=["web"], labels={"port": "ninety"})])
    assert 2 == status
    assert "nothing is changed" in out
    assert "force=true applies the change anyway" in out

    status, out = play([migrate()])
    assert 2 == status
    assert "max_share_shift=30 allows it" in out


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
    names = ["-a b.yml", "--write=x.yml", "\u00e9\U0001f600 '\".yml", "$HOMEless;#.yml"]
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
    done, again = results([task, task])

    assert [True, False] == [done["changed"], again["changed"]]
    assert [80.0, 20.0] == [each["percent"] for each in done["routes_before"][0]["services"]]
    assert [50.0, 50.0] == [each["percent"] for each in done["routes_after"][0]["services"]]
    assert 2 == stack.read_text().count("backend_mode: vip")


def test_a_migration_that_shifts_too_much_fails(play, stack):
    status, out = play([migrate(max_share_shift=29.999999)])

    assert 2 == status, out
    assert STACK == stack.read_text()


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


def test_a_missing_program_says_how_to_install_it(play):
    status, out = play([check(source=["stack.yml"], executable="/nowhere/interlock-lint")])

    assert 2 == status
    assert "not installed on the host; install it there with `pip install interlock-lint`" in out


def test_the_program_is_found_next_to_the_python_of_the_module(results, tmp_path):
    """So a virtual environment needs no PATH."""
    said = json.dumps({"diagnostics": [], "summary": {"files": 7}, "unjudged": []})
    (tmp_path / "python3").symlink_to(sys.executable)
    (tmp_path / "interlock-lint").write_text(f"#!/bin/sh\necho '{said}'\n")
    (tmp_path / "interlock-lint").chmod(0o755)
    (found,) = results([check(source=["stack.yml"])], python=tmp_path / "python3")

    assert {"files": 7} == found["summary"]
