"""The Python interface, and that its page lists what is promised."""

import inspect
import json
import re

import pytest
from support import BAD, GOOD, ROOT, STICKY

from linter import api


def test_check(workspace):
    workspace({"stack.yml": BAD})

    report = api.check("stack.yml")

    assert ["stack.yml"] == list({each.path for each in report.diagnostics})
    assert api.check("-", options=api.Options(text=GOOD)).diagnostics == []
    rules = {each.rule for each in report.diagnostics}
    assert [] == api.check("stack.yml", options=api.Options(ignore=rules)).diagnostics


def test_check_leaves_out_what_the_baseline_of_the_configuration_knows(workspace, run):
    workspace({"stack.yml": BAD, ".interlock-lint.yaml": "baseline: known.json"})
    run("check", "--write-baseline", "known.json", "stack.yml")

    report = api.check("stack.yml")

    assert ([], 1) == (report.diagnostics, report.known)


def test_each_call_reads_the_configurations_there_are(workspace):
    """A program may run for longer than these stay the same."""
    folder = workspace({"base/stack.yml": BAD})
    path = folder / ".interlock-lint.yaml"

    assert api.check("base").diagnostics

    path.write_text('rules: {invalid-value: "off"}')

    assert not api.check("base").diagnostics

    (folder / "base" / ".git").mkdir()

    assert api.check("base").diagnostics

    path.rename(folder / "base" / path.name)

    assert not api.check("base").diagnostics


def test_wrong_options_are_usage_errors(workspace):
    workspace({"stack.yml": GOOD})

    for options in (
        api.Options(select=["no-such-rule"]),
        api.Options(target="mke-1"),
        api.Options(config="nowhere.yaml"),
    ):
        with pytest.raises(api.UsageError):
            api.check("stack.yml", options=options)
    with pytest.raises(api.UsageError):
        api.routes("stack.yml", what_if="both")
    with pytest.raises(api.UsageError):
        api.labels("nowhere.yml")


SHARED = """\
services:
  old:
    image: i
    deploy:
      replicas: 4
      labels: {com.docker.lb.hosts: a.example.com, com.docker.lb.port: 80}
  new:
    image: i
    deploy:
      labels: {com.docker.lb.hosts: a.example.com, com.docker.lb.port: 80}
"""


def test_routes(workspace):
    workspace({"stack.yml": SHARED})

    def shares(**options):
        (route,) = api.routes("stack.yml", **options).routes
        return [(each.backend.name, float(each.requests)) for each in route.shares()]

    assert [("old", 0.8), ("new", 0.2)] == shares()
    assert [("old", 0.5), ("new", 0.5)] == shares(what_if="vip")


def test_routes_of_a_template_are_those_of_the_command(workspace, run):
    """An alternative that only repeats others is left out."""
    template = SHARED.replace("replicas: 4", "{% if big %}\n      replicas: 4\n{% endif %}")
    workspace({"stack.yml.j2": template})
    _, out, _ = run("routes", "--format", "json", "stack.yml.j2")

    assert len(json.loads(out)["routes"]) == len(api.routes("stack.yml.j2").routes) > 0


def test_plan(workspace):
    workspace({"old.yml": SHARED, "new.yml": SHARED.replace("replicas: 4", "replicas: 2")})

    found = api.plan("old.yml", "new.yml")

    assert ["old"] == [each.name for each in found.services]
    assert found.total().reconfiguring == 1


def test_labels(workspace):
    workspace({"stack.yml": SHARED})

    wanted = {"com.docker.lb.hosts": "a.example.com", "com.docker.lb.port": "80"}
    assert [("stack.yml", "old", wanted), ("stack.yml", "new", wanted)] == list(
        map(tuple, api.labels("stack.yml"))
    )


def test_fix(workspace):
    folder = workspace({"stack.yml": STICKY})
    safe, unsafe = api.fix("stack.yml"), api.fix("stack.yml", unsafe=True)

    assert {} == safe.texts
    assert "ip_hash" not in unsafe.texts["stack.yml"]
    assert "\n-        com.docker.lb.ip_hash: 'true'\n" in unsafe.diff
    assert ["sticky-session-in-vip-mode"] == [each.rule for each in unsafe.outcome.fixed]
    assert {} == api.fix("stack.yml", unsafe=True, options=api.Options(select=["hrm-label"])).texts
    assert STICKY == (folder / "stack.yml").read_text()


def test_migrate(workspace):
    folder = workspace({"stack.yml": SHARED, "broken.yml": "a: [b"})
    refused = api.migrate("stack.yml", to="vip")
    switched = api.migrate("stack.yml", to="vip", max_share_shift=30)

    assert {} == refused.texts
    assert [True, True] == [each.blocked for each in refused.outcome.not_done]
    assert 2 == switched.texts["stack.yml"].count("com.docker.lb.backend_mode: vip")
    assert ["broken.yml"] == [each.path for each in api.migrate("broken.yml", to="vip").unjudged]
    assert SHARED == (folder / "stack.yml").read_text()
    for wrong in ({"to": "both"}, {"to": "vip", "max_share_shift": 101}):
        with pytest.raises(api.UsageError):
            api.migrate("stack.yml", **wrong)


def test_html(workspace, run):
    """Pages are those of the command line; a part is what another page can show of them."""
    workspace({"stack.yml": SHARED, "new.yml": SHARED.replace("4", "2"), "other.yml": STICKY})
    pages = {
        ("check", "other.yml"): api.check("other.yml"),
        ("routes", "other.yml", "stack.yml"): api.routes("other.yml", "stack.yml"),
        ("plan", "stack.yml", "new.yml"): api.plan("stack.yml", "new.yml"),
        ("fix", "--unsafe", "other.yml"): api.fix("other.yml", unsafe=True),
        ("migrate", "--to", "vip", "stack.yml"): api.migrate("stack.yml", to="vip"),
    }
    for words, found in pages.items():
        _, out, _ = run(words[0], "--format", "html", *words[1:])
        part = api.html(found, part=True)

        assert out == api.html(found)
        assert api.style().strip() in out
        assert "<html" not in part
        assert part.startswith('<div class="answer')
        assert part.partition("</h2>")[0].rpartition(">")[2] in out


def test_the_page_lists_what_is_promised():
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")

    assert set(api.__all__) <= set(re.findall(r"`(\w+)`", page))
    for kind, name in re.findall(r"^\| `([A-Z]\w+)` \| `(\w+)` \|", page, flags=re.MULTILINE):
        promised = getattr(api, kind)
        has_it = hasattr(promised, name) or f"self.{name}" in inspect.getsource(promised)
        assert has_it, f"{kind}.{name}"
