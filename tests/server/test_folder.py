"""What an editor learns of its folders: stacks of several files, configurations, other files."""

import pytest
from support import BAD, GOOD

from linter.server.editor import Editor
from linter.server.protocol import uri_of

BASE = """\
services:
  web:
    image: example/web
    deploy:
      labels:
        com.docker.lb.hosts: app.example.com
"""
PROD = """\
services:
  web:
    deploy:
      labels:
        com.docker.lb.port: 80800
"""
STACKS = "stacks: [{name: shop, files: [base.yml, prod.yml]}]\n"
PROXY = """\
[Extensions.default]
Image = "nginx"
[Extensions.east]
Image = "nginx"
ServiceCluster = "east"
"""


class Opened:
    """An editor with one folder, in whose files something is changed."""

    def __init__(self, folder):
        self.folder = folder
        self.editor = Editor([str(folder)])
        self.editor.look()

    def document(self, name):
        uri = name if ":" in name else uri_of(str(self.folder / name))
        return {"textDocument": {"uri": uri}}

    def open(self, name, text=None):
        document = self.document(name)
        text = (self.folder / name).read_text() if text is None else text
        document["textDocument"]["text"] = text
        self.editor.opened(document)
        self.editor.settle()

    def write(self, name, text):
        self.editor.changed({**self.document(name), "contentChanges": [{"text": text}]})
        self.editor.settle()

    @property
    def rules(self):
        """What has been found since the last time, by the names of files."""
        found, self.editor.found = self.editor.found, {}
        return {
            path.rpartition("/")[2]: [each.rule for each in judged.diagnostics]
            for path, judged in found.items()
        }

    def problems(self):
        return [each.problem for each in self.editor.found.values() if each.problem]

    def ask(self, question, name, text, marked, inside=0):
        """What is answered at a place in the text of a file."""
        before = text[: text.index(marked) + inside]
        line = before.rpartition("\n")[2]
        place = {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}
        return getattr(self.editor, question)(
            {**self.document(name), "position": place, "range": {"start": place, "end": place}}
        )


@pytest.fixture
def opened(workspace):
    return lambda files: Opened(workspace(files))


def test_all_files_of_a_stack_are_judged_together(opened):
    found = opened({"base.yml": BASE, "prod.yml": PROD, ".interlock-lint.yaml": STACKS})

    assert {"base.yml": [], "prod.yml": ["invalid-value"]} == found.rules
    found.open("prod.yml")
    found.write("prod.yml", PROD.replace("        com.docker.lb.port: 80800\n", "        {}\n"))
    assert {"base.yml": ["missing-port"], "prod.yml": []} == found.rules


def test_a_configuration_is_read_again(opened):
    found = opened({"stack.yml": BAD})
    assert {"stack.yml": ["invalid-value"]} == found.rules

    config = found.folder / ".interlock-lint.yaml"
    for text, expected in (
        ('rules: {invalid-value: "off"}\n', []),
        ("rules: {}\n", ["invalid-value"]),
    ):
        config.write_text(text)
        found.editor.saved({})
        assert expected == found.rules["stack.yml"]
    config.unlink()
    found.editor.saved({})
    assert ["invalid-value"] == found.rules["stack.yml"]


def test_a_configuration_that_is_wrong_is_said_in_open_files(opened):
    found = opened({"stack.yml": BAD})
    found.open("stack.yml")
    (found.folder / ".interlock-lint.yaml").write_text("rulez: {}\n")
    found.editor.saved({})

    (problem,) = found.problems()
    assert "unknown key `rulez`" in problem


def test_a_host_in_another_file_is_known(opened):
    found = opened({"one.stack.yml": GOOD, "two.stack.yml": GOOD.replace("web", "other")})
    found.open("one.stack.yml")

    (hint,) = found.editor.hints(
        {
            **found.document("one.stack.yml"),
            "range": {"start": {"line": 0}, "end": {"line": 99}},
        }
    )
    assert "50% of app.example.com" == hint["label"]


def test_other_yaml_is_not_judged(opened):
    deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
    config = ".interlock-lint.yaml"
    files = {"web.yml": deployment, "vendor/stack.yml": BAD, config: "exclude: [vendor/**]\n"}
    found = opened(files)
    for name in files:
        found.open(name)

    assert [[], [], []] == list(found.rules.values())


def test_a_text_that_is_in_no_file(opened):
    found = opened({})
    found.open("untitled:Untitled-1", BAD)

    assert {"untitled:Untitled-1": ["invalid-value"]} == found.rules


def test_other_forms_are_read_as_they_are_written(opened):
    """Also while they differ from what is on the disk."""
    page = f"# Title\n\n```yaml\n{BAD}```\n"
    found = opened({"page.md": page})
    found.open("page.md")
    found.write("page.md", page.replace("# Title", "# 🚀 Title\n\nMore.\n"))
    (judged,) = found.editor.found.values()

    assert ["80800"] == [each.finding.span.text for each in judged.diagnostics]
    assert "80800" == judged.diagnostics[0].finding.span.text


def test_folders_come_and_go(opened, tmp_path):
    found = opened({"stack.yml": BAD})
    other = tmp_path / "other"
    other.mkdir()
    (other / "other.stack.yml").write_text(BAD)
    added, removed = ({"uri": uri_of(str(each))} for each in (other, found.folder))
    found.editor.found = {}
    found.editor.moved({"event": {"added": [added], "removed": [removed]}})

    assert {"stack.yml": [], "other.stack.yml": ["invalid-value"]} == found.rules


ANCHORED = """\
services:
  web:
    image: example/web
    deploy: &deploy
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 8080
  api:
    image: example/api
    deploy: *deploy
"""


def test_an_alias_shows_the_labels_that_come_from_it(opened):
    found = opened({"stack.yml": ANCHORED})
    shown = found.ask("hover", "stack.yml", ANCHORED, "*deploy", 2)["contents"]["value"]

    assert "`&deploy`, line 5" in shown
    assert "- `com.docker.lb.hosts`: `app.example.com`" in shown
    assert "Labels for `web` and `api`" in shown
    shown = found.ask("hover", "stack.yml", ANCHORED, "lb.port", 2)["contents"]["value"]
    assert "Services `web`, `api` get it from here" in shown


def test_the_outline_has_services_with_their_routes(opened):
    found = opened({"stack.yml": GOOD, "two.stack.yml": GOOD.replace("web", "other")})
    (service,) = found.editor.symbols(found.document("stack.yml"))

    assert ("web", 1, 6) == (
        service["name"],
        service["range"]["start"]["line"],
        service["range"]["end"]["line"],
    )
    assert [("app.example.com", "50%")] == [
        (each["name"], each["detail"]) for each in service["children"]
    ]


SECURE = """\
services:
  web:
    image: example/web
    networks: [front]
    deploy:
      labels:
        - com.docker.lb.hosts=app.example.com
        - com.docker.lb.ssl_cert=
        - com.docker.lb.service_cluster=
        - com.docker.lb.network=
        - com.docker.lb.
secrets:
  cert: {name: shop_cert, external: true}
networks:
  front: {name: shop_front}
"""


NAMED = SECURE.replace("ssl_cert=", "ssl_cert=shop_cert").replace("network=", "network=shop_front")


@pytest.mark.parametrize(
    ("marked", "declared", "lines"),
    [
        ("[front]", 14, [3, 9, 14]),
        ("network=shop", 14, [3, 9, 14]),
        ("  front:", 14, [3, 9, 14]),
        ("ssl_cert=shop", 12, [7, 12]),
        ("  cert:", 12, [7, 12]),
    ],
)
def test_networks_and_secrets_lead_to_each_other(opened, marked, declared, lines):
    text = NAMED.replace("        - com.docker.lb.\n", "        - com.docker.lb.port=80\n")
    found = opened({})
    found.open("stack.yml", text)

    def places(question):
        places = found.ask(question, "stack.yml", text, marked, len(marked) - 2)
        return sorted(each["range"]["start"]["line"] for each in places)

    assert [declared] == places("definitions")
    assert lines == places("references")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ssl_cert=", "shop_cert"),
        ("service_cluster=", "east"),
        ("lb.network=", "shop_front"),
        ("- com.docker.lb.\n", "com.docker.lb.port"),
    ],
)
def test_completion_knows_what_the_stack_and_the_proxy_have(opened, line, expected):
    config = "proxy-config: interlock.toml\n"
    found = opened({"interlock.toml": PROXY, ".interlock-lint.yaml": config})
    found.open("stack.yml", SECURE)
    answer = found.ask("complete", "stack.yml", SECURE, line, len(line.rstrip("\n")))

    assert expected in [each["label"] for each in answer]


@pytest.mark.parametrize(
    ("labels", "marked", "expected"),
    [
        ("{com.docker.lb.hosts: a, }", "a, ", "com.docker.lb.port"),
        ("{com.docker.lb.hosts: a, com.docker.lb.po}", "lb.po", "com.docker.lb.port"),
        ("{com.docker.lb.backend_mode: , com.docker.lb.port: 80}", "_mode: ", "vip"),
        ("[com.docker.lb.backend_mode=, com.docker.lb.port=80]", "_mode=", "task"),
    ],
)
def test_completion_in_flow_style(opened, labels, marked, expected):
    text = f"services:\n  web:\n    image: i\n    deploy:\n      labels: {labels}\n"
    found = opened({})
    found.open("stack.yml", text)
    answer = found.ask("complete", "stack.yml", text, marked, len(marked))

    assert expected in [each["label"] for each in answer]


def test_actions_of_the_kinds_that_are_asked_for(opened):
    found = opened({"stack.yml": BAD})
    line = {"line": 6, "character": 30}
    params = {**found.document("stack.yml"), "range": {"start": line, "end": line}}

    def titles(**context):
        return [each["title"] for each in found.editor.actions({**params, "context": context})]

    ignore, switch = "Ignore invalid-value here; state the reason", "Switch service web to VIP mode"
    assert [ignore, switch] == titles()
    assert [ignore] == titles(only=["quickfix"])
    assert [switch] == titles(only=["refactor"])
    assert [] == titles(only=["source.fixAll"])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_ignore_comment_ignores_the_finding(opened, newline):
    found = opened({})
    text = BAD.replace("\n", newline)
    found.open("stack.yml", text)
    line = {"line": 6, "character": 30}
    params = {**found.document("stack.yml"), "range": {"start": line, "end": line}}
    (edits,) = found.editor.actions(params)[0]["edit"]["changes"].values()
    (edit,) = edits
    lines = text.splitlines(keepends=True)
    assert {"line": 6, "character": 0} == edit["range"]["start"] == edit["range"]["end"]
    assert edit["newText"].endswith(newline)
    found.editor.found = {}
    found.write("stack.yml", "".join([*lines[:6], edit["newText"], *lines[6:]]))

    assert {"stack.yml": []} == found.rules
