"""What may be shown of a stack file, character by character."""

import pytest
from generated_stacks import stack_texts
from hypothesis import given

from linter.editing.public import public
from linter.syntax.composer import NotYaml, compose
from linter.syntax.source import Source, View

FILES = {
    "names, settings and Docker's labels": (
        """\
# hunter2
version: "3.8"  # hunter2
services:
  web:
    image: i
    environment:
      PASSWORD: hunter2
    command: [run, hunter2]
    networks: [front]
    ports: ["80:80"]
    deploy:
      replicas: 2
      labels:
        com.docker.lb.hosts: a.example.com  # hunter2
        com.docker.lb.port: 80 # interlock-lint: ignore[x] a reason
        com.dokcer.lb.port: 80
        com.docker.ucp.mesh.http: a
        interlock.port: "80"
        team: hunter2
        team.on: "true"
secrets: {cert: {file: ./cert.pem}}
configs: {c: {content: hunter2}}
""",
        """\
…
version: "3.8"  …
services:
  web:
    image: i
    environment:
      …
    command: […]
    networks: [front]
    ports: ["80:80"]
    deploy:
      replicas: 2
      labels:
        com.docker.lb.hosts: a.example.com  …
        com.docker.lb.port: 80 # interlock-lint: ignore[x] a reason
        com.dokcer.lb.port: 80
        com.docker.ucp.mesh.http: a
        interlock.port: "80"
        team: …
        team.on: "true"
secrets: {cert: {file: ./cert.pem}}
configs: {c: {content: …}}
""",
    ),
    "items of a list": (
        """\
services:
  web:
    labels:
    - com.docker.lb.port=80
    - com.docker.lb.port:80
    - "com.docker.lb.port = 80"  # hunter2 # interlock-lint: ignore
    - team=hunter2
    - "team=hunter2"
    - "te\\x3dhunter2=hunter2"
    - ${hunter2:-a}=hunter2
    - hunter2
    - com.docker.lb.port: 80
    - team: hunter2
    - team.on=true
    - team=
    - team=hunter2: hunter2
""",
        """\
services:
  web:
    labels:
    - com.docker.lb.port=80
    - com.docker.lb.port:80
    - "com.docker.lb.port = 80"  …# interlock-lint: ignore
    - team=…
    - "team=…
    - …
    - …
    - …
    - com.docker.lb.port: 80
    - team: …
    - team.on=true
    - team=
    - …
""",
    ),
    "flow style": (
        """\
services: {web: {environment: {A: hunter2, B: [hunter2]}, deploy: {labels: {
  com.docker.lb.port: 80, team: hunter2}}, x: hunter2}}
""",
        """\
services: {web: {environment: {…, B: […]}, deploy: {labels: {
  com.docker.lb.port: 80, team: …}}, x: …}}
""",
    ),
    "labels in wrong places, and what is no label": (
        """\
services:
  web:
    com.docker.lb.port: 80
    Labels: {com.docker.lb.port: 80}
    environment: {com.docker.lb.port: hunter2}
    deploy:
      com.docker.lb.port: [80, 81]
      labels: hunter2
      labls: {com.docker.lb.port: 80}
""",
        """\
services:
  web:
    com.docker.lb.port: 80
    Labels: {com.docker.lb.port: 80}
    environment: {…}
    deploy:
      com.docker.lb.port: [80, 81]
      labels: …
      labls: {com.docker.lb.port: 80}
""",
    ),
    "anchors, aliases, merges and tags": (
        """\
x-env: &env {A: hunter2}
x-deploy: &deploy {replicas: 2, labels: &l {com.docker.lb.port: 80, team: hunter2}}
x-list: [hunter2, com.docker.lb.port=80]
services:
  web:
    environment: *env
    deploy: *deploy
  api:
    deploy: {<<: *deploy, labels: {<<: [*l], com.docker.lb.port: !!str 80, team: !hunter2 a}}
    user: &hunter2 hunter2
""",
        """\
x-env: &env {…}
x-deploy: &deploy {replicas: 2, labels: &l {com.docker.lb.port: 80, team: …}}
x-list: […, com.docker.lb.port=80]
services:
  web:
    environment: *env
    deploy: *deploy
  api:
    deploy: {<<: *deploy, labels: {<<: [*l], com.docker.lb.port: !!str 80, team: …}}
    user: …
""",
    ),
    "text on several lines": (
        """\
services:
  web:
    command: |  # hunter2
      com.docker.lb.port: hunter2

      hunter2
    deploy:
      labels:
        com.docker.lb.port: |  # hunter2
          80
        com.docker.lb.hosts: "a.example.com,
          b.example.com"
        team: "hunter2,
          hunter2"
""",
        """\
services:
  web:
    command: …
    deploy:
      labels:
        com.docker.lb.port: |  …
          80
        com.docker.lb.hosts: "a.example.com,
          b.example.com"
        team: …
""",
    ),
    "later documents, of which Docker reads none": (
        "services: {}\n---\nservices: {web: {environment: {A: hunter2}}}\n--- [hunter2\n",
        "services: {}\n---\nservices: {web: {environment: {…}}}\n--- […\n",
    ),
}


def shown(text, named=()):
    """A text with a sign for each part that may not be shown."""
    found = public(Source("x", text), frozenset(named)).pieces(0, len(text))
    return "".join("…" if each.hidden else text[each.start : each.end] for each in found)


@pytest.mark.parametrize(("text", "expected"), FILES.values(), ids=FILES)
def test_parts_that_may_be_shown(text, expected):
    assert expected == shown(text)


def test_labels_that_the_user_names_may_be_shown():
    text = FILES["items of a list"][0]

    assert "- team=hunter2\n" in shown(text, {"team"})
    assert "hunter2=hunter2" not in shown(text, {"team"})


def test_of_a_text_that_is_no_yaml_nothing_may_be_shown():
    assert "…" == shown("services: [hunter2")


def test_of_a_configuration_the_keys_may_be_shown():
    text = """\
# hunter2
"Docker URL" = "hunter2"  # hunter2
[Extensions]
  [Extensions.'a b'] # hunter2
    Args = ["hunter2", # hunter2
      "x = hunter2"]
    Config.Weight = 1
  [[many]]
    text = '''
hunter2 = 1
'''
"""
    pieces = public(Source("x", text, view=View("toml"))).pieces(0, len(text))
    expected = """\
…
"Docker URL" = …
[Extensions]
  [Extensions.'a b'] …
    Args = …
    Config.Weight = 1
  [[many]]
    text = …
"""

    assert expected == "".join(
        "…" if each.hidden else text[each.start : each.end] for each in pieces
    )


@pytest.mark.fuzz
@given(stack_texts())
def test_lines_may_be_shown_if_all_of_their_parts_may(text):
    source = Source("x", text)
    try:
        compose(source)
    except NotYaml:
        assert "…" == shown(text)
        return
    lines = public(source).lines
    for number in range(source.position(len(text)).line):
        line = source.line_span(number + 1)
        pieces = list(public(source).pieces(line.start, line.end))

        assert (number in lines) == (not any(each.hidden for each in pieces)), line.text
        if number in lines:
            assert "hunter2" not in line.text
