"""`plan`: what a deployment does to tasks, to the proxy and to the routes."""

import json
import re
from fractions import Fraction

import jsonschema
import pytest
from generated_stacks import stack_texts
from hypothesis import given, reject, settings
from support import BAD, GOOD, ROOT, WARNING, NoContents, require_git

from linter.model.vocabulary import load_schema
from linter.reading.deployed_reader import deployed
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.service_changes import Action
from linter.routing.stack_changes import Side, stack_change
from linter.syntax.composer import NotYaml
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

SCHEMA = load_schema("plan")
LOG_SCHEMA = load_schema("plan-log")
PORT = "        com.docker.lb.port: 8080\n"
VIP = PORT + "        com.docker.lb.backend_mode: vip\n"
IMAGE = ("example/web\n", "example/web:2\n")
ANSWERS = {"yes": True, "no": False}


@pytest.fixture(scope="module", autouse=True)
def _git():
    require_git()


@pytest.fixture
def plan(run):
    """The plan as JSON, its status and what it warns about."""

    def plan(*words, isolated=True):
        options = ["--isolated"] if isolated else []
        status, out, err = run("plan", *options, "-f", "json", *words)
        result = json.loads(out)
        jsonschema.validate(result, SCHEMA)
        return status, result, err

    return plan


@pytest.fixture
def between(plan, workspace):
    """The plan from one text to another."""

    def between(old, new, *words):
        workspace({"old.yml": old, "new.yml": new})
        return plan("old.yml", "new.yml", *words)

    return between


def services(result):
    return {each["name"]: each for stack in result["stacks"] for each in stack["services"]}


def actions(result):
    return {name: each["action"] for name, each in services(result).items()}


def changed(text, *replacements):
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


# -- The documented events ------------------------------------------------------------------------


def events():
    """The rows of the table in the documentation that are pairs of files."""
    text = (ROOT / "docs/plan.md").read_text(encoding="utf-8")
    row = r"^\| \[[^\]]+\]\(\.\./(tests/plan/[a-z-]+)\).* \| (yes|no) \| (yes|no) \| ([a-z]+) \|$"
    return re.findall(row, text, re.MULTILINE)


def test_each_pair_of_files_is_in_the_table():
    folders = [f"tests/plan/{path.name}" for path in (ROOT / "tests/plan").iterdir()]

    assert sorted(folders) == sorted(folder for folder, *_ in events())


@pytest.mark.parametrize(("folder", "task", "vip", "basis"), events())
@pytest.mark.parametrize("mode", ["task", "vip"])
def test_events(between, folder, task, vip, basis, mode):
    """In the mode of the service, and in the other one."""
    old, new = (
        (ROOT / folder / f"{name}.yml").read_text(encoding="utf-8") for name in ("old", "new")
    )
    if mode == "vip" and "backend_mode" not in old + new:
        old, new = old.replace(PORT, VIP), new.replace(PORT, VIP)
    _, result, _ = between(old, new)
    found = services(result).get("web")
    verdicts = found["reconfigures"] if found else {}
    answers = {name: each["reconfigured"] for name, each in verdicts.items()}
    now = verdicts.get(mode, {"times": {"least": 0, "most": 0}})["times"]

    if found:
        assert {"task": ANSWERS[task], "vip": ANSWERS[vip]} == answers
        assert basis == verdicts["vip"]["basis"]
    else:
        assert ("no", "no") == (task, vip)
    assert now == result["summary"]["now"]["times"]
    assert ({"task": task, "vip": vip}[mode] == "yes") == (now["least"] > 0)


# -- What is compared -----------------------------------------------------------------------------


def test_nothing_changes(run, workspace):
    workspace({"stack.yml": GOOD})

    assert (0, "no changes\n", "") == run("plan", "--isolated", "stack.yml", "stack.yml")


def test_the_last_commit_and_the_work_tree(repository, plan, workspace):
    repository({"stack.yml": GOOD})
    workspace({"stack.yml": changed(GOOD, IMAGE)})

    for words in (
        (),
        (".",),
        ("stack.yml",),
        ("git:HEAD",),
        ("git:HEAD:stack.yml",),
        ("git:main",),
    ):
        status, result, err = plan(*words)
        assert (0, "") == (status, err)
        assert {"web": "update"} == actions(result), words


def test_the_files_of_both_sides_are_shown_if_wanted(workspace, run):
    workspace({"old/stack.yml": GOOD, "new/stack.yml": GOOD})
    _, _, err = run("plan", "-v", "old", "new")

    assert "configuration: none\nreading old/stack.yml\n" in err
    assert "reading new/stack.yml\n" in err


def test_without_a_repository_both_sides_must_be_named(workspace, run):
    workspace({"stack.yml": GOOD})
    status, _, err = run("plan", "stack.yml")

    assert 3 == status
    assert "not in a git repository; name OLD and NEW, as in `plan old.yml new.yml`\n" in err


def test_files_that_make_one_stack(repository, plan, workspace):
    override = "services: {web: {environment: {A: '1'}}}\n"
    repository({"base.yml": GOOD, "prod.yml": override})
    workspace({"prod.yml": override.replace("1", "2")})
    group = ("-c", "base.yml", "-c", "prod.yml")

    for words in ((*group,), (*group, "git:HEAD"), (*group, "git:HEAD", ".")):
        _, result, _ = plan(*words)
        assert ["A"] == services(result)["web"]["changes"][0]["changed"], words


def test_an_override_that_is_new(repository, plan, workspace):
    repository({"base.yml": GOOD})
    workspace({"prod.yml": "services: {web: {environment: {A: '1'}}}\n"})
    workspace({".interlock-lint.yaml": "stacks: [{name: shop, files: [base.yml, prod.yml]}]\n"})

    _, result, _ = plan("-c", "base.yml", "-c", "prod.yml")
    assert ["A"] == services(result)["web"]["changes"][0]["added"]
    _, result, _ = plan(isolated=False)
    assert ["A"] == services(result)["web"]["changes"][0]["added"]
    assert "shop (base.yml, prod.yml)" == result["stacks"][0]["title"]


def test_variables_of_each_side(repository, plan, workspace):
    text = changed(GOOD, ("example/web", "example/web:${TAG}"))
    repository({"stack.yml": text, "prod.env": "TAG=1\n"})
    workspace({"prod.env": "TAG=2\n"})
    _, result, _ = plan("--env-file", "prod.env")

    assert "example/web:1" == services(result)["web"]["changes"][0]["old"]
    assert [] == result["variables"]
    assert ["TAG"] == plan()[1]["variables"]


def test_a_file_that_is_new_or_gone(repository, plan, workspace):
    folder = repository({"a/stack.yml": GOOD})
    workspace({"b/stack.yml": changed(GOOD, ("web", "api"))})
    (folder / "a/stack.yml").unlink()

    assert {"web": "delete", "api": "create"} == actions(plan()[1])
    assert {"api": "create"} == actions(plan("b/stack.yml")[1])
    assert {"web": "delete"} == actions(plan("git:HEAD:a/stack.yml")[1])


def test_a_stack_that_loses_all_labels_is_not_deleted(repository, plan, workspace):
    plain = "services:\n  web:\n    image: example/web\n"
    repository({"a/stack.yml": GOOD, "b/stack.yml": plain.replace("web", "api")})
    workspace({"a/stack.yml": plain, "b/stack.yml": changed(GOOD, ("web", "api"))})

    assert {"web": "update", "api": "update"} == actions(plan()[1])


def test_what_cannot_be_read_is_not_deleted(repository, plan, workspace):
    repository({"a/stack.yml": GOOD, "b/stack.yml": changed(GOOD, ("web", "api"))})
    workspace(
        {
            "a/stack.yml": GOOD + "  : [",
            "b/stack.yml": changed(GOOD, ("web", "api"), ("8080", "80")),
        }
    )
    status, result, err = plan()

    assert 3 == status
    assert ["a/stack.yml"] == [each["path"] for each in result["unjudged"]]
    assert {"api": "update"} == actions(result)
    assert err


def test_two_folders(plan, workspace):
    workspace({"old/x/stack.yml": GOOD, "new/x/stack.yml": changed(GOOD, IMAGE)})
    workspace(
        {"old/stack.yml": GOOD.replace("web", "api"), "new/stack.yml": GOOD.replace("web", "api")}
    )

    assert {"web": "update"} == actions(plan("old", "new")[1])


@pytest.mark.parametrize("folder", ["swarm", "stacks"])
def test_a_folder_may_have_any_name(repository, plan, workspace, folder):
    repository({f"{folder}/stack.yml": GOOD})
    workspace({f"{folder}/stack.yml": GOOD.replace("8080", "8081")})
    _, result, _ = plan(".")

    assert [f"{folder}/stack.yml"] == [each["title"] for each in result["stacks"]]


def test_stdin(run, workspace, monkeypatch):
    workspace({"stack.yml": GOOD})
    text = changed(GOOD, IMAGE)
    monkeypatch.setattr("linter.terminal.standard_input", text.encode)
    status, out, _ = run("plan", "--isolated", "stack.yml", "-")

    assert 0 == status
    assert "image: example/web:latest -> example/web:2" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("a", "b", "c"), "name OLD and NEW, or one of them"),
        (("-",), "name OLD too: `interlock-lint plan OLD -`"),
        (("-", "-"), "only one side can be stdin"),
        (("--log", "main"), "--log main: expected git:REVISION..REVISION"),
        (("--max-count", "0"), "--max-count: `0` is not a number of commits"),
    ],
)
def test_misuse(run, words, message):
    status, out, err = run("plan", *words)

    assert (2, "") == (status, out)
    assert message in err


@pytest.mark.parametrize(
    "words", [("git:none",), ("git:none", "."), ("git:HEAD:none.yml", "a.yml")]
)
def test_a_side_that_cannot_be_read(repository, plan, words):
    repository({"stack.yml": GOOD, "a.yml": GOOD})
    status, result, err = plan(*words)

    assert 3 == status
    assert 1 == len(result["unjudged"]) == err.count("not judged")
    assert [] == result["stacks"]


def test_a_file_outside_of_the_repository(repository, plan, tmp_path):
    repository({"stack.yml": GOOD})
    (tmp_path / "stack.yml").write_text(GOOD)
    status, result, err = plan(tmp_path / "stack.yml")

    assert (3, []) == (status, result["stacks"])
    assert "it is outside of the repository" in err


def test_variables_from_outside_of_the_repository(repository, plan, workspace, tmp_path):
    text = changed(GOOD, ("example/web", "example/web:${TAG}"))
    repository({"stack.yml": text})
    workspace({"stack.yml": text.replace("${TAG}", "2")})
    (tmp_path / "prod.env").write_text("TAG=1\n")
    _, result, _ = plan("--env-file", tmp_path / "prod.env")

    assert "example/web:1" == services(result)["web"]["changes"][0]["old"]


# -- What it says ---------------------------------------------------------------------------------


def test_a_rename_is_a_deletion_and_a_creation(between, run):
    _, result, _ = between(GOOD, changed(GOOD, ("  web:", "  shop:")))

    assert {"web": "delete", "shop": "create"} == actions(result)
    (route,) = result["routes"]
    shares = {each["name"]: (each["old"], each["new"]) for each in route["services"]}
    assert shares["web"][1] is None
    assert 100 == shares["shop"][1]["share"]["percent"]
    assert "--prune" in run("plan", "--isolated", "old.yml", "new.yml")[1]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("{replicas: 1}", "{mode: global}", "the mode of a service cannot change"),
        ("{mode: global}", "{}", "the mode of a service cannot change"),
        ("{}", "{endpoint_mode: dnsrr}", "cannot be used with `endpoint_mode: dnsrr`"),
    ],
)
def test_what_the_engine_refuses(between, old, new, reason):
    text = "services: {{web: {{image: i, ports: ['80'], deploy: {}}}}}\n"
    status, result, _ = between(text.format(old), text.format(new))

    assert 1 == status
    assert result["summary"]["refused"]
    assert reason in services(result)["web"]["refused"]
    assert 0 == result["summary"]["now"]["times"]["most"]


def test_new_content_under_the_same_name(repository, plan, workspace):
    text = GOOD + "configs: {c: {file: ./c.txt}}\n"
    repository({"stack.yml": text, "c.txt": "1"})
    workspace({"c.txt": "2"})
    status, result, _ = plan()

    assert 1 == status
    assert [("config-content", True, True)] == [
        (each["setting"], each["refused"], each["certain"])
        for each in result["stacks"][0]["objects"]
    ]
    assert {} == services(result)


def test_content_outside_of_the_repository_is_not_read(repository, plan, workspace):
    text = GOOD + "secrets: {c: {file: ../secret.txt}}\n"
    folder = repository({"stack.yml": text})
    (folder.parent / "secret.txt").write_text("secret")
    workspace({"stack.yml": changed(text, IMAGE)})
    _, result, _ = plan()

    assert 1 == result["unread"]
    assert [] == result["stacks"][0]["objects"]


def test_variables_in_a_file(repository, plan, workspace):
    text = changed(GOOD, ("    deploy:", "    env_file: web.env\n    deploy:"))
    repository({"stack.yml": text, "web.env": "# c\nA=1\nB\n"})
    workspace({"web.env": "A=2\nB\nC=3\n"})
    _, result, _ = plan()
    (change,) = services(result)["web"]["changes"]

    assert (["A"], ["C"]) == (change["changed"], change["added"])


def test_values_are_never_shown(run, workspace):
    text = "services:\n  web:\n    image: i\n    command: [a, {0}]\n    environment: {{A: {0}}}\n"
    text += "    labels: {{b: {0}}}\n    deploy: {{labels: {{c: {0}}}}}\n"
    workspace({"old.yml": text.format("old-password"), "new.yml": text.format("new-password")})

    for name in ("text", "json", "markdown", "html"):
        _, out, err = run("plan", "--isolated", "-f", name, "old.yml", "new.yml")
        assert "environment" in out
        assert "password" not in out + err


@pytest.mark.parametrize("place", ["environment: [{}]", "labels: [{}]", "deploy: {{labels: [{}]}}"])
def test_a_text_without_an_equals_sign_may_be_a_value(run, workspace, place):
    text = "services:\n  web:\n    image: i\n    " + place + "\n"
    workspace({"old.yml": text.format("K:old-password"), "new.yml": text.format("K:new-password")})

    for name in ("text", "json", "markdown", "html"):
        _, out, err = run("plan", "--isolated", "-f", name, "old.yml", "new.yml")
        assert "environment" in out or "label" in out
        assert "password" not in out + err


def test_sticky_sessions_are_lost(between, run):
    sticky = PORT + "        com.docker.lb.sticky_session_cookie: session\n"
    _, result, _ = between(
        changed(GOOD, (PORT, sticky)), changed(GOOD, (PORT, sticky + VIP[len(PORT) :]))
    )

    assert result["routes"][0]["services"][0]["loses_sessions"]
    assert "100%, sticky sessions lost" in run("plan", "--isolated", "old.yml", "new.yml")[1]


def test_findings_that_are_new_or_gone(between):
    _, result, _ = between(BAD, WARNING)

    assert ["missing-port"] == [each["rule"] for each in result["findings"]["new"]]
    assert ["invalid-value"] == [each["rule"] for each in result["findings"]["gone"]]


def test_findings_of_both_sides_are_not_shown(between):
    _, result, _ = between(WARNING, changed(WARNING, IMAGE))

    assert {"new": [], "gone": []} == result["findings"]


def test_a_host_that_moves_to_another_stack(plan, workspace):
    other = changed(GOOD, ("web", "shop"), ("app.example.com", "shop.example.com"))
    workspace({"old/a/stack.yml": GOOD, "old/b/stack.yml": other})
    workspace(
        {
            "new/a/stack.yml": changed(GOOD, ("app.", "x.")),
            "new/b/stack.yml": changed(other, ("shop.example", "app.example")),
        }
    )
    _, result, _ = plan("old", "new")
    (route,) = [each for each in result["routes"] if each["host"] == "app.example.com"]

    assert [("web", "a/stack.yml", False), ("shop", "b/stack.yml", True)] == [
        (each["name"], each["stack"], each["new"] is not None) for each in route["services"]
    ]


def test_what_restarts_the_proxies_anyway(between, workspace):
    workspace(
        {"config.toml": "[Extensions.default]\nServiceCluster = ''\nHitlessServiceUpdate = true\n"}
    )
    new = GOOD + "    networks: [back]\nnetworks: {back: }\n"
    words = ("--proxy-config", "config.toml")

    assert [] == between(GOOD, changed(GOOD, IMAGE), *words)[1]["restarts"]
    assert ["network `<stack>_back` added", "network `<stack>_default` removed"] == (
        between(GOOD, new, *words)[1]["restarts"]
    )
    assert [] == between(GOOD, new)[1]["restarts"]


@pytest.mark.parametrize(
    ("policy", "least", "most"),
    [
        ("", 4, 8),
        ("update_config: {parallelism: 2}", 2, 8),
        ("update_config: {parallelism: 0}", 1, 8),
        ("update_config: {order: start-first}", 2, 8),
        ("update_config: {order: start-first, delay: 3s}", 4, 8),
        ("update_config: {parallelism: 2, order: start-first}", 2, 8),
    ],
)
def test_how_often(between, policy, least, most):
    """As measured with 4 tasks: each transition, and what a reader sees every 3 seconds."""
    old = changed(GOOD, ("    deploy:\n", f"    deploy:\n      replicas: 4\n      {policy}\n"))
    _, result, _ = between(old, changed(old, IMAGE))

    assert {"least": least, "most": most} == result["summary"]["now"]["times"]


def test_how_often_is_not_known(between):
    old = changed(GOOD, ("    deploy:\n", "    deploy:\n      mode: global\n"))
    _, result, _ = between(old, changed(old, IMAGE))

    assert {"least": 1, "most": None} == result["summary"]["now"]["times"]


@pytest.mark.parametrize(
    ("old", "new", "certain"),
    [
        ("example/web:1", "example/web:${TAG}", False),
        ("example/web:1", "other/web:${TAG}", True),
        ("example/web:${TAG}", "example/web:${TAG}", None),
        ("example/web:1", "example/web:1@sha256:0", False),
    ],
)
def test_unknown_values_are_no_certainty(between, old, new, certain):
    _, result, _ = between(changed(GOOD, ("example/web", old)), changed(GOOD, ("example/web", new)))
    found = services(result).get("web")

    assert (found is None) == (certain is None)
    if found:
        assert (True if certain else None) == found["reconfigures"]["task"]["reconfigured"]
        assert ("all" if certain else "unknown") == found["tasks"]


def test_services_that_are_not_routed(between):
    text = "services: {db: {image: 'i:1'}}\n"
    status, result, _ = between(text, text.replace("1", "2"), "--exit-code")

    assert 0 == status
    assert not services(result)["db"]["routed"]
    assert 0 == result["summary"]["now"]["reconfiguring"]


def test_exit_code(between):
    assert 1 == between(GOOD, changed(GOOD, IMAGE), "--exit-code")[0]
    assert 0 == between(GOOD, changed(GOOD, IMAGE))[0]
    vip = changed(GOOD, (PORT, VIP))
    assert 0 == between(vip, changed(vip, IMAGE), "--exit-code")[0]


def test_the_comment_has_a_marker_and_fits(run, workspace):
    one = GOOD.partition("\n")[2]
    old = "services:\n" + "".join(one.replace("web", f"web{number}") for number in range(1500))
    workspace({"old.yml": old, "new.yml": old.replace("8080", "8081")})
    _, out, _ = run("plan", "--isolated", "-f", "markdown", "old.yml", "new.yml")

    assert out.startswith("<!-- interlock-lint plan -->\n")
    assert len(out) < 60_000
    assert "too long for a comment" in out
    assert "1,500 services change" in out


# -- Properties -----------------------------------------------------------------------------------


def side(text):
    options = ReadOptions(Environment())
    try:
        stack = read([Source("stack.yml", text)], options)
    except NotYaml:
        reject()
    return Side(stack, deployed(stack, options.environment, NoContents()))


@given(text=stack_texts())
@settings(max_examples=20)
def test_a_stack_does_not_differ_from_itself(text):
    assert not stack_change("stack", side(text), side(text))


MIRRORED = {
    Action.CREATE: Action.DELETE,
    Action.DELETE: Action.CREATE,
    Action.UPDATE: Action.UPDATE,
}


@given(one=stack_texts(), other=stack_texts())
@settings(max_examples=40)
def test_a_plan_is_the_mirror_of_the_one_back(one, other):
    there, back = side(one), side(other)
    forth = stack_change("stack", there, back)
    again = {each.name: each for each in stack_change("stack", back, there).services}

    assert again.keys() == {each.name for each in forth.services}
    for each in forth.services:
        mirror = again[each.name]
        assert MIRRORED[each.action] is mirror.action
        assert (each.appeared, each.vanished) == (mirror.vanished, mirror.appeared)
        assert [(d.setting, d.certain) for d in each.differences] == [
            (d.setting, d.certain) for d in mirror.differences
        ]


@given(one=stack_texts(), other=stack_texts())
@settings(max_examples=40)
def test_every_service_that_differs_is_named(one, other):
    old, new = side(one), side(other)
    then, now = ({name: each.deployed for name, each in s.versions.items()} for s in (old, new))
    named = {each.name for each in stack_change("stack", old, new).services}

    assert named == {name for name in {**then, **now} if then.get(name) != now.get(name)}


# -- Commits --------------------------------------------------------------------------------------

STEPS = [
    GOOD,
    changed(GOOD, IMAGE),  # 1 task replaced
    changed(GOOD, IMAGE) + "# a comment\n",
    changed(GOOD, IMAGE, (PORT, VIP)),
    changed(GOOD, ("example/web\n", "example/web:3\n"), (PORT, VIP)),
    changed(GOOD, ("example/web\n", "example/web:3\n"), (PORT, VIP), ("app.", "www.")),
    changed(GOOD, ("example/web\n", "example/web:3\n"), (PORT, VIP), ("  web:", "  shop:")),
]


@pytest.fixture
def commits(repository):
    for text in STEPS:
        repository({"stack.yml": text})
    return repository


@pytest.mark.usefixtures("commits")
def test_between_any_two_commits(plan):
    last = len(STEPS) - 1
    for old in range(len(STEPS)):
        for new in range(old % 2, len(STEPS), 2):
            _, result, _ = plan(f"git:main~{last - old}", f"git:main~{last - new}")
            expected = stack_change("stack", side(STEPS[old]), side(STEPS[new]))
            assert actions(result) == {each.name: each.action for each in expected.services}


def logged(run, *words):
    status, out, err = run("plan", "--isolated", "-f", "json", *words)
    result = json.loads(out)
    jsonschema.validate(result, LOG_SCHEMA)
    return status, result, err


@pytest.mark.usefixtures("commits")
def test_the_log_adds_up(run):
    status, result, err = logged(run, "--log", "git:main")
    web, shop = result["services"]

    assert (0, "") == (status, err)
    assert (6, 5) == (result["summary"]["commits"], result["summary"]["changing"])
    assert ("web", 5) == (web["name"], web["changes"])
    # An image in task mode, the mode, an image in VIP mode, a host, and the deletion.
    assert {"least": 4, "most": 5} == web["now"]
    assert {"least": 5, "most": 7} == web["task"]
    assert {"least": 3, "most": 3} == web["vip"]
    assert ("shop", {"least": 1, "most": 1}) == (shop["name"], shop["now"])


@pytest.mark.usefixtures("commits")
def test_a_revision_without_its_prefix(run):
    _, _, err = run("plan", "--isolated", "main~1", "gone.yml")

    assert (
        "main~1: not judged: cannot be read: no such file or directory; write `git:main~1`" in err
    )
    assert "write `git:gone.yml`" not in err


@pytest.mark.usefixtures("commits")
def test_a_file_that_is_on_neither_side(run):
    status, _, err = run("plan", "--isolated", "-c", "none.yml", "-c", "stack.yml", "git:main~2")

    assert 3 == status
    assert "none.yml: not judged: cannot be read: no such file on either side\n" == err
    assert 0 == run("plan", "--isolated", "-c", "stack.yml", "git:main~2")[0]


@pytest.mark.usefixtures("commits")
def test_files_at_a_revision_are_not_looked_up_on_both_sides(run):
    status, out, err = run("plan", "-c", "git:main:stack.yml", "git:main~2")

    assert (2, "") == (status, out)
    assert "error: -c: name files only; they are looked up in OLD and NEW\n" == err


@pytest.mark.usefixtures("commits")
def test_the_exit_code_of_the_log(run):
    assert 1 == logged(run, "--log", "git:main", "--exit-code")[0]
    assert 0 == logged(run, "--log", "git:main..main", "--exit-code")[0]


def test_a_range_of_the_log(commits, run):
    commits.git("tag", "v1", "main~3")

    assert 3 == logged(run, "--log", "git:v1..main")[1]["summary"]["commits"]
    _, result, _ = logged(run, "--log", "git:main", "--max-count", "2")
    assert (2, True) == (result["summary"]["commits"], result["summary"]["cut"])
    assert 6 == logged(run, "--log", "git:main", "stack.yml")[1]["summary"]["commits"]
    assert 0 == logged(run, "--log", "git:main", "none.yml")[1]["summary"]["changing"]


@pytest.mark.usefixtures("commits")
@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_the_log_as_text(run, name):
    status, out, err = run("plan", "--isolated", "--log", "git:main", "-f", name)

    assert (0, "") == (status, err)
    assert "6 commits; 5 of them change services; the proxy is reconfigured 5 to 6 times" in out


@pytest.mark.usefixtures("commits")
def test_an_unknown_range(run):
    status, _, err = run("plan", "--log", "git:none..main")

    assert 2 == status
    assert "--log git:none..main: unknown revision `none`" in err


def test_the_share_of_a_canary(between):
    canary = GOOD.partition("\n")[2].replace("web", "canary")
    _, result, _ = between(GOOD, GOOD + canary)
    (route,) = result["routes"]
    shares = [each["new"]["share"] for each in route["services"]]

    assert [Fraction(1, 2)] * 2 == [Fraction(s["numerator"], s["denominator"]) for s in shares]
