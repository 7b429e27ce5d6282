"""No output shows what may be secret, whatever the file, the command and the format."""

import contextlib
import io
from textwrap import indent

import pytest
import yaml
from planted import MARK, SECRETIVE, in_flow_style, in_one_line, planted, spoilt, with_labels
from support import WHOLE
from test_corpus import files

from linter import cli
from linter.files.decoding import Unreadable, read
from linter.report import changes, check
from linter.syntax.composer import NotYaml, compose
from linter.syntax.source import Source

CHECKS = [
    ["check", "--format", "text", "--verbose"],
    ["check", "--format", "json", "--env"],
    ["check", "--format", "sarif"],
    ["check", "--format", "rdjson"],
]
FORMATS = [["check", "--format", name] for name in check.NAMES]
"""Most of them show the same."""

CHANGES = [
    ["fix", "--unsafe"],
    ["migrate", "--to", "vip", "--drop-sticky", "--max-share-shift", "100"],
    ["migrate", "--to", "task", "--drop-sticky", "--max-share-shift", "100"],
    ["labels", "set", "--force", "*", "context_root=/x", "com.docker.lb.ip_hash=false"],
    ["labels", "set", "?*[!a]", "port=80800"],
    ["labels", "unset", "*", "hosts", "com.docker.lb.port"],
    ["labels", "unset", "?*[!p]", "hosts"],
]
OTHERS = [
    *(
        ["routes", "--what-if", "vip", "--format", name]
        for name in ("text", "json", "markdown", "html")
    ),
    ["routes", "--format", "mermaid"],
    *(["plan", "--format", name, "other.yml"] for name in ("text", "json", "markdown", "html")),
    ["labels", "get", "*", "hosts"],
    ["labels", "get", "--format", "json", "*", "port"],
]
COMMANDS = [
    *CHECKS,
    *([*words, "--format", name] for words in CHANGES for name in changes.NAMES),
    *OTHERS,
]
FEW = [CHECKS[0], CHANGES[0], [*CHANGES[3], "--format", "json"]]
"""For the many files without such labels."""


def outputs(commands):
    """What commands print about `stack.yml`, to both streams."""
    for words in commands:
        place = 2 if words[0] == "labels" else 1
        arguments = [*words[:place], "--isolated", *words[place:]]
        name_first = [word for word in arguments if word in ("*", "?*[!a]", "?*[!p]")]
        at = arguments.index(name_first[0]) if name_first else len(arguments)
        arguments.insert(at, "stack.yml")
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = cli.main(arguments)
        yield arguments, status, out.getvalue()


def leaks(text, commands=COMMANDS):
    """The lines that show the marker, with the command; the text is in `stack.yml` of a folder."""
    with open("stack.yml", "w", encoding="utf-8") as file:
        file.write(text)
    with open("other.yml", "w", encoding="utf-8") as file:
        file.write(text.replace(MARK, "other"))
    for arguments, _, shown in outputs(commands):
        assert "Traceback" not in shown
        assert "crashed" not in shown, (arguments, shown)
        for line in shown.splitlines():
            if MARK in line:
                yield " ".join(arguments), line[:300]


FORMS = {
    "as written": planted,
    "in flow style": lambda text: in_flow_style(planted(text)),
    "in one line": lambda text: planted(in_one_line(text)),
}


@pytest.mark.parametrize("spoil", [False, True], ids=["", "spoilt"])
@pytest.mark.parametrize("form", FORMS)
def test_nothing_secret_is_shown(workspace, form, spoil):
    workspace({})
    text = FORMS[form](SECRETIVE)

    assert text.count(MARK) > 20
    assert "hunter2" not in text
    assert [] == list(leaks(spoilt(text) if spoil else text, [*COMMANDS, *FORMATS]))


# Tasks of Ansible with secrets everywhere but in what belongs to the labels of a stack.
TASKS = f"""\
# {MARK}
- name: {MARK}
  {MARK}: {MARK}
  set_fact: {{token: {MARK}, labels: &shared {{com.docker.lb.port: 80, team: {MARK}}}}}
  no_log: true
- name: A stack
  community.docker.docker_stack:
    name: shop
    docker_host: tcp://{MARK}@host
    compose:
      - # {MARK}
STACK
  environment: {{TOKEN: {MARK}}}  # {MARK}
- docker_stack:
    compose: [{{services: {{web: {{image: i, deploy: {{labels: *shared}}}}}}}}]
- docker_stack: {{name: a, compose: "/{MARK}/{{{{ {MARK} }}}}"}}
- name: A service
  docker_swarm_service:
    name: web
    image: example/web
    tls_hostname: {MARK}
    command: [--password, {MARK}]
    env: {{PASSWORD: {MARK}, OTHER: "{{{{ {MARK} }}}}"}}  # {MARK}
    mounts: [{{source: {MARK}, target: /{MARK}}}]
    container_labels: {{com.docker.lb.hosts: a.example.com, team: {MARK}}}
    labels:
      com.docker.lb.hosts: a.example.com
      com.docker.lb.port: 80800  # {MARK}
      com.docker.lb.ip_hash: yes
      traefik.password: {MARK}
      "{{{{ {MARK} }}}}": {MARK}
      # {MARK}
  vars: {{PASSWORD: {MARK}}}
"""


@pytest.mark.parametrize("spoil", [False, True], ids=["", "spoilt"])
def test_nothing_secret_of_tasks_is_shown(workspace, spoil):
    workspace({})
    stack = planted(SECRETIVE)
    stack = indent(spoilt(stack) if spoil else stack, " " * 8)

    assert [] == list(leaks(TASKS.replace("STACK\n", stack)))


SERVICE = "services:\n  web:\n    image: i\n    environment:\n      PASSWORD: {}\n"
LABELS = "services:\n  web:\n    image: i\n    deploy:\n      labels:\n{}\n"
BROKEN = {
    "an alias": SERVICE.format(f"*{MARK}"),
    "an alias of itself": SERVICE.format("&a [*a, {MARK}]"),
    "an anchor": SERVICE.format(f"&{MARK}"),
    "a tag": SERVICE.format(f"!{MARK} x"),
    "a tag handle": SERVICE.format(f"!{MARK}! x"),
    "a tag with a wrong value": SERVICE.format(f"!!int {MARK}"),
    "a directive": f"%{MARK} x\n---\n" + SERVICE.format("x"),
    "an open quote": SERVICE.format(f"'{MARK}"),
    "an open bracket": SERVICE.format(f"[{MARK}"),
    "a wrong escape": SERVICE.format(f'"\\{MARK}"'),
    "a reserved sign": SERVICE.format(f"@{MARK}"),
    "a colon": SERVICE.format(f"a: {MARK}"),
    "a control character": SERVICE.format(f"'{MARK}\x01'"),
    "a key twice": SERVICE.format(f"{MARK}\n      PASSWORD: {MARK}"),
    "a pair as a key twice": SERVICE.format(f"x\n      A={MARK}:\n      A={MARK}:"),
    "a list as a key": SERVICE.format(f"x\n      ? [{MARK}]\n      : {MARK}"),
    "text after the document": SERVICE.format("x") + f"---\n{MARK}: [{MARK}\n",
    "text at the top": f"{MARK}\n",
    "no mapping": f"services: {MARK}\n",
    "a service that is text": f"services: {{web: {MARK}}}\n",
    "a merge of text": f"services: {{web: {{<<: {MARK}}}}}\n",
    "deploy as text": f"services: {{web: {{deploy: {MARK}}}}}\n",
    "labels as text": f"services: {{web: {{deploy: {{labels: {MARK}}}}}}}\n",
    "a label that is no text": LABELS.format(f"        team: [{MARK}]"),
    "a label with a wrong tag": LABELS.format(f"        team: !!float {MARK}"),
    "a label that is not base64": LABELS.format(f"        team: !!binary {MARK}!"),
    "a label twice": LABELS.format(f"        - team={MARK}\n        - team={MARK}"),
    "a label twice with other values": LABELS.format(f"        - a={MARK}\n        - a={MARK}2"),
    "a label with a colon": LABELS.format(f"        - team: {MARK}"),
    "a rule with a colon": LABELS.format(f"        - team=Host: {MARK}"),
    "a label with a dollar": LABELS.format(f"        team: $${MARK}$1"),
    "a required variable": LABELS.format(f"        team: ${{A:?{MARK}}}"),
    "a required variable in a list": LABELS.format(f"        - team={MARK}${{A:?}}"),
    "a list of anything": LABELS.format(f"        - [{MARK}]\n        - {{a: {MARK}, b: {MARK}}}"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_no_error_quotes_what_it_is_about(workspace, text):
    workspace({})

    assert [] == list(leaks(text, [*CHECKS, ["check", "--env"], *CHANGES[:2], CHANGES[3]]))


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_nor_does_one_of_the_parser_without_libyaml(text):
    try:
        compose(Source("x", text), libyaml=False)
        reason = ""
    except NotYaml as error:
        reason = error.reason

    assert MARK not in reason


def test_labels_that_the_user_names_are_shown(workspace, run):
    workspace({"stack.yml": planted(SECRETIVE)})
    words = ("labels", "set", "--isolated", "stack.yml", "shop", "com.example.token=new")
    _, out, err = run(*words)

    assert f"com.example.token  {MARK} -> new" in out
    assert f"-        com.example.token: {MARK}\n+        com.example.token: new\n" in out
    assert "no patch" not in err


EVERY = 1 if WHOLE else 4
"""Of so many real files, one is tried."""


@pytest.mark.corpus
def test_nothing_secret_of_real_files_is_shown(workspace):
    workspace({})
    found = {}
    for path in files()[::EVERY]:
        try:
            text = planted(read(str(path)).text)
            data = yaml.safe_load(text)
        except (Unreadable, NotYaml, yaml.YAMLError, ValueError):
            continue
        if not (isinstance(data, dict) and isinstance(data.get("services"), dict)):
            continue
        if "com.docker." in text:
            texts = [text, spoilt(text), planted(in_one_line(text)), spoilt(in_one_line(text))]
            leaked = [leak for each in texts for leak in leaks(each)]
        else:
            leaked = list(leaks(with_labels(text), FEW))
        if leaked:
            found[str(path)] = leaked[:3]

    assert {} == found
