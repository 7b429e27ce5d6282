"""The first use cases: sticky sessions in VIP mode, and targets."""

import pytest
from support import judge, rules_of

from linter.model import targets

RULE = "sticky-session-in-vip-mode"
HEAD = "services:\n  web:\n    image: i\n    deploy:\n"
MAP = """\
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 80
        com.docker.lb.sticky_session_cookie: session
        com.docker.lb.backend_mode: vip
"""
LIST = """\
      labels:
        - com.docker.lb.hosts=app.example.com
        - com.docker.lb.port=80
        - com.docker.lb.sticky_session_cookie=session
        - com.docker.lb.backend_mode=vip
"""
ALIAS = "x-l: &l\n" + MAP.partition("\n")[2].replace("        ", "  ") + HEAD + "      labels: *l\n"
MERGE = (
    "x-l: &l {com.docker.lb.backend_mode: vip}\n"
    + HEAD
    + MAP.replace("com.docker.lb.backend_mode: vip", "<<: *l")
)
DEPLOY = "x-d: &d\n" + MAP.replace("      ", "  ", 1) + HEAD + "      <<: *d\n"
VIP = HEAD + "      labels: {com.docker.lb.backend_mode: vip}\n"
TASK = HEAD + "      labels: [com.docker.lb.backend_mode=task]\n"
COOKIE = HEAD + MAP.replace("        com.docker.lb.backend_mode: vip\n", "")

by_form = pytest.mark.parametrize(
    "texts",
    [(HEAD + MAP,), (HEAD + LIST,), (ALIAS,), (MERGE,), (DEPLOY,), (COOKIE, VIP), (VIP, COOKIE)],
    ids=["map", "list", "alias", "merge", "merge-into-deploy", "vip-on-top", "cookie-on-top"],
)


@by_form
def test_vip_mode_with_a_sticky_cookie(texts):
    """The finding is at the cookie label, and its note is at the backend mode."""
    report = judge(*texts)
    (diagnostic,) = report.diagnostics
    finding = diagnostic.finding

    assert RULE == diagnostic.rule
    assert ("web",) == diagnostic.services
    assert "com.docker.lb.sticky_session_cookie" == diagnostic.label
    assert finding.span.text.startswith("com.docker.lb.sticky_session_cookie")
    assert finding.span.text.endswith("session")
    assert "vip" == finding.notes[0].span.text


@pytest.mark.parametrize(
    ("texts", "cookie", "mode"),
    [((COOKIE, VIP), "0.yml", "1.yml"), ((VIP, COOKIE), "1.yml", "0.yml")],
    ids=["vip-on-top", "cookie-on-top"],
)
def test_each_span_is_in_the_file_that_sets_the_value(texts, cookie, mode):
    (diagnostic,) = judge(*texts).diagnostics

    assert cookie == diagnostic.finding.span.source.path
    assert mode == diagnostic.finding.notes[0].span.source.path


def test_a_note_points_at_the_service_that_inherits_the_label():
    (diagnostic,) = judge(ALIAS).diagnostics
    last = diagnostic.finding.notes[-1]

    assert ("*l", "service `web` inherits it here") == (last.span.text, last.message)


@pytest.mark.parametrize(
    "texts",
    [(COOKIE,), (HEAD + MAP.replace("vip", "task"),), (HEAD + MAP, TASK), (VIP, COOKIE, TASK)],
    ids=["absent", "task", "task-on-top", "task-on-top-of-three"],
)
def test_task_mode_is_the_default_and_keeps_sessions(texts):
    assert [] == rules_of(judge(*texts))


@pytest.mark.parametrize(
    ("target", "supported"),
    [
        ("ucp-3.0.2", False),
        ("ucp-3.1.1", False),
        ("ucp-3.0.8", True),
        ("ucp-3.1.2", True),
        ("ucp-3.2.5", True),
        ("mke-3.8.16", True),
    ],
)
def test_vip_mode_and_targets(target, supported):
    text = HEAD + MAP.replace("sticky_session_cookie: session", "context_root: /app")
    report = judge(text, target=targets.parse(target))

    assert ([] if supported else ["mode-unsupported-by-target"]) == rules_of(report)


def test_a_target_names_all_services_that_share_the_mode():
    text = ALIAS.replace("sticky_session_cookie: session", "context_root: /app")
    text += "  api:\n    image: i\n    deploy:\n      labels: *l\n"
    (diagnostic,) = judge(text, target=targets.parse("ucp-3.1.1")).diagnostics

    assert "mode-unsupported-by-target" == diagnostic.rule
    assert ("web", "api") == diagnostic.services


def test_one_cause_is_one_finding():
    """A bad value in an anchor is reported once, with the five services that use it."""
    names = ["a", "b", "c", "d", "e"]
    text = "x-l: &l {com.docker.lb.port: 80800}\nservices:\n"
    for name in names:
        text += (
            f"  {name}:\n    image: i\n    deploy:\n      labels:\n        <<: *l\n"
            f"        com.docker.lb.hosts: {name}.example.com\n"
        )
    (diagnostic,) = judge(text).diagnostics

    assert "invalid-value" == diagnostic.rule
    assert tuple(names) == diagnostic.services
    assert [f"service `{name}` inherits it here" for name in names] == [
        note.message for note in diagnostic.finding.notes
    ]
