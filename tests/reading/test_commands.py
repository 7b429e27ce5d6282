"""Service commands and heredocs in files of every kind, from the command line."""

import json
from textwrap import dedent

import pytest

SCRIPT = """\
#!/bin/sh
set -e  # don't stop here
docker service create \\
  --name web \\
  --network front --env PASSWORD=hush \\
  --label com.docker.lb.hosts="app.$DOMAIN" \\
  --label 'com.docker.lb.prot=8080' \\
  --publish mode=host,target=8080 "$REGISTRY/web:1"
"""

MAKEFILE = """\
deploy: build
\t@echo "it's deployed"
\t-@docker service create --name $(NAME) \\
\t  --label com.docker.lb.hosts=$$HOST.$(call domain,$(NAME)) \\
\t  --label com.docker.lb.prot=8080 $(IMAGE)
"""

JENKINSFILE = """\
// don't build
node {
  sh 'docker service create --name a --label com.docker.lb.prot=\\'1\\' image'
  sh(returnStdout: true, script: \"""
    docker service create --name "b" \\\\
      --label com.docker.lb.hosts=${HOST}.example.com --label com.docker.lb.prot=2 image
  \""".trim())
  bat '''
    cd C:\\\\it's
    docker service create --name c ^
      --label com.docker.lb.prot=3 %IMAGE%'''
  sh "docker service create --name d --label com.docker.lb.prot=4 " + image
  echo 'docker service create --name e --label com.docker.lb.prot=5 image'
}
"""

WORKFLOW = """\
on: push
jobs:
  deploy:
    steps:
      - run: |
          docker service create --name a --label com.docker.lb.prot=1 \\
            --label com.docker.lb.hosts=${{ vars.HOST }}.example.com image
      - run: "docker service update --label-add \\"com.docker.lb.prot=2\\" b"
      - run: 'docker service update --label-add ''com.docker.lb.prot=3'' c'
      - run: >
          docker service update
          --label-add com.docker.lb.prot=4
          d
      - name: docker service update --label-add com.docker.lb.prot=5 e
"""

GITLAB = """\
stages: [deploy]
deploy:
  before_script: docker service update --label-add com.docker.lb.prot=1 a
  script:
    - docker service update --label-add com.docker.lb.prot=2 $CI_NAME
    - |
      docker service update \\
        --label-add com.docker.lb.prot=3 c
"""

MARKDOWN = """\
- Run this:

  ```console
  $ docker service create --name web \\
  > --label com.docker.lb.prot=1 <image>
  overall progress: it's done
  # docker service update --label-add com.docker.lb.prot=2 web
  $ sudo docker --context prod service update --label-add com.docker.lb.prot=3 other
  ```

Or, in prose, `docker service update --label-add com.docker.lb.prot=4 x`.

    docker service update --label-add com.docker.lb.prot=5 web

```python
docker service update --label-add com.docker.lb.prot=6 web
```
"""

FILES = {
    "deploy.sh": (SCRIPT, ["7:12"]),
    "deploy": (SCRIPT, ["7:12"]),
    "Makefile": (MAKEFILE, ["5:12"]),
    "rules.mk": (MAKEFILE, ["5:12"]),
    "Jenkinsfile": (JENKINSFILE, ["3:46", "6:63", "11:15"]),
    "vars/deploy.groovy": (JENKINSFILE, ["3:46", "6:63", "11:15"]),
    "workflow.yml": (WORKFLOW, ["6:50", "8:51", "9:51", "12:23"]),
    ".gitlab-ci.yml": (GITLAB, ["3:52", "5:41", "8:21"]),
    "README.md": (MARKDOWN, ["8:59", "13:39"]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_label_is_found_where_it_is_written(workspace, run, name):
    text, places = FILES[name]
    workspace({name: text})

    for source in (name, "."):
        status, out, err = run("check", "--select", "misspelt-label", "-f", "concise", source)
        assert (1, "") == (status, err)
        found = [line.partition(": ")[0] for line in out.splitlines()]
        assert [f"{name}:{place}" for place in places] == found


def test_values_are_those_that_docker_gets(workspace, run):
    workspace({"deploy.sh": SCRIPT, "Makefile": MAKEFILE, "Jenkinsfile": JENKINSFILE})
    services = []
    for name in ("deploy.sh", "Makefile", "Jenkinsfile"):
        _, out, _ = run("labels", "list", "-f", "json", name)
        services += json.loads(out)["services"]

    assert {
        "web": {"com.docker.lb.hosts": "app.$DOMAIN", "com.docker.lb.prot": "8080"},
        "$(NAME)": {
            "com.docker.lb.hosts": "$$HOST.$(call domain,$(NAME))",
            "com.docker.lb.prot": "8080",
        },
        "a": {"com.docker.lb.prot": "1"},
        "b": {"com.docker.lb.hosts": "${HOST}.example.com", "com.docker.lb.prot": "2"},
        "c": {"com.docker.lb.prot": "3"},
    } == {
        each["service"]: {label["label"]: label["written"] for label in each["labels"]}
        for each in services
    }


def check(run, *words):
    _, out, err = run("check", "-f", "concise", *words)
    assert "crashed" not in err
    return [line.partition("[")[2].partition("]")[0] for line in out.splitlines()]


def script(text):
    return {"x.sh": dedent(text).replace("LB.", "com.docker.lb.")}


def test_what_an_update_does_not_show_is_unknown(workspace, run):
    workspace(
        script("""\
        docker service update --label-add LB.hosts=a.example.com web
        docker service update --label-add LB.network=x --label-add LB.port=80 --publish-add 80 api
        docker service update --label-add LB.backend_mode=vip other
        """)
    )

    assert [] == check(run, "x.sh")


def test_what_a_variable_may_hold_is_unknown(workspace, run):
    workspace(
        script("""\
        docker service create $OPTIONS --label LB.hosts=a.example.com image
        docker service create --label "$LABEL" --label LB.hosts=b.example.com image
        docker service create "$@" --label LB.hosts=c.example.com image
        docker service create --name d --label LB.hosts=d.example.com ... image
        """)
    )

    assert [] == check(run, "x.sh")


def test_what_a_created_service_has_is_all_there_is(workspace, run):
    workspace(script("docker service create --name web --label LB.hosts=a.example.com image\n"))

    assert ["missing-port", "no-usable-network"] == sorted(check(run, "x.sh"))


def test_updates_follow_the_command_that_creates(workspace, run):
    workspace(
        script("""\
        docker service create --name web --network front --label LB.hosts=a.example.com image
        docker service update --label-add LB.port=80800 web
        docker service update web --label-add LB.port=8080 --label-add LB.network=back
        docker service update --label-rm LB.network web
        """)
    )

    assert [] == check(run, "x.sh")


def test_a_service_that_is_created_twice_has_two_ways_to_be(workspace, run):
    workspace(
        script("""\
        if [ "$1" = vip ]; then
          docker service create --name web --network n --label LB.hosts=a.example.com \\
            --label LB.port=80 --label LB.backend_mode=vip image
        else
          docker service create --name web --network n --label LB.hosts=a.example.com \\
            --label LB.port=80 image
        fi
        """)
    )

    assert [] == check(run, "x.sh")


def test_services_of_one_script_share_hosts(workspace, run):
    workspace(
        script("""\
        docker service create --name a --network n --label LB.hosts=a.example.com \\
          --label LB.port=80 --replicas 4 image
        docker service create --name b --network n --label LB.hosts=a.example.com \\
          --label LB.port=80 --label LB.backend_mode=vip image
        """)
    )

    assert ["mixed-backend-modes"] == check(run, "x.sh", "--select", "mixed-backend-modes")


def test_examples_in_one_file_do_not_run_together(workspace, run):
    block = """\
```sh
docker service create --name NAME --network n --label com.docker.lb.hosts=a.example.com \\
  --label com.docker.lb.port=80 --label com.docker.lb.context_root=/NAME image
```
"""
    stack = """\
```yaml
services:
  web:
    image: image
    deploy:
      labels:
        com.docker.lb.hosts: a.example.com
        com.docker.lb.port: 80
        com.docker.lb.backend_mode: MODE
```
"""
    workspace(
        {
            "a.md": block.replace("NAME", "a") + stack.replace("MODE", "task"),
            "b.md": stack.replace("MODE", "vip"),
        }
    )

    assert [] == check(run, "a.md", "b.md")


@pytest.mark.parametrize(
    "command",
    [
        "echo docker service create --label LB.prot=80 x",
        "ssh host docker service create --label LB.prot=80 x",
        "cat names | xargs docker service update --label-add LB.prot=80",
        "docker node update --label-add LB.prot=80 x",
        "docker run --label LB.prot=80 x",
        "docker service ls --filter label=LB.prot=80",
        "docker service create --env X=--label=LB.prot=80 x",
        "docker service create x --label LB.prot=80",
        "# docker service create --label LB.prot=80 x",
        "docker service update --label-rm LB.prot x",
        "echo 'docker service create --label LB.prot=80 x",
    ],
)
def test_what_is_no_label_of_a_service(workspace, run, command):
    workspace(script(f"{command}\n"))

    assert [] == check(run, "x.sh", "--select", "misspelt-label")


@pytest.mark.parametrize(
    "command",
    [
        "sudo -E docker service create --label LB.prot=80 x",
        "docker -H tcp://x:2376 --tlsverify --context y service create --label LB.prot=80 x",
        "X=1 exec /usr/bin/docker service create -dl LB.prot=80 x",
        "while ! docker service create -l=LB.prot=80 x; do sleep 1; done",
        "ID=$(docker service create --label=LB.prot=80 x)",
        "${SUDO} docker service create --label LB.prot=80 x",
        "true && { docker service create --label LB.prot=80 x; } 2>&1 | tee log",
        "docker service create --label LB.prot=80\\\n\\\n x",
    ],
)
def test_what_is_one(workspace, run, command):
    workspace(script(f"{command}\n"))

    assert ["misspelt-label"] == check(run, "x.sh", "--select", "misspelt-label")


STACK = """\
services:
  web:
    image: image:$TAG
    deploy:
      labels:
        com.docker.lb.hosts: a.example.com
        com.docker.lb.prot: 80
"""


def heredoc(start, stack=STACK, end="EOF"):
    return f"#!/bin/sh\n{start}\n{stack}{end}\necho done\n"


@pytest.mark.parametrize(
    "text",
    [
        heredoc("docker stack deploy -c - shop <<EOF"),
        heredoc("cat > stack.yml <<'EOF'"),
        heredoc('cat <<"EOF" >stack.yml'),
        heredoc("cat <<-EOF | docker stack deploy -c - shop", end="\tEOF"),
        heredoc("sudo tee stack.yml >/dev/null << \\EOF"),
    ],
)
def test_a_stack_file_in_a_heredoc(workspace, run, text):
    workspace({"deploy.sh": text})
    status, out, _ = run("check", "--select", "misspelt-label", "-f", "concise", ".")

    assert (1, "deploy.sh:9:9: error[misspelt-label]") == (status, out.partition(" unknown")[0])


def test_what_the_shell_replaces_in_a_heredoc_is_unknown(workspace, run):
    text = STACK.replace("a.example.com", "\\${HOST}.$(domain).com").replace("prot", "port")
    workspace({"deploy.sh": heredoc("docker stack deploy -c - shop <<EOF", text)})
    status, out, _ = run("labels", "get", "deploy.sh", "web", "hosts")

    assert (0, "\\${HOST}.$(domain).com\n") == (status, out)
    assert [] == check(run, "deploy.sh")


def test_a_quoted_heredoc_is_changed_where_it_is(workspace, run):
    text = heredoc("cat > stack.yml <<'EOF'")
    folder = workspace({"deploy.sh": text})

    assert 0 == run("labels", "set", "deploy.sh", "web", "port=80", "--write", "--force")[0]
    assert (folder / "deploy.sh").read_text() == text.replace(
        "prot: 80\n", "prot: 80\n        com.docker.lb.port: 80\n"
    )


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (script("docker service create --name web --label LB.hosts=a image\n"), "commands are not"),
        ({"x.sh": heredoc("cat <<EOF")}, "the shell replaces variables"),
        ({"x.sh": heredoc("cat <<-'EOF'")}, "each line begins with something"),
    ],
)
def test_what_is_not_changed_says_why(workspace, run, files, reason):
    folder = workspace(files)
    status, out, _ = run("labels", "set", "x.sh", "web", "port=80", "--write", "--force")

    assert 1 == status
    assert reason in out
    assert (folder / "x.sh").read_text() == files["x.sh"]


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (
            "create --name web --network n --label LB.hosts=a.example.com --label LB.port=80 x",
            "--label com.docker.lb.backend_mode=vip",
        ),
    ],
)
def test_a_migration_says_which_option_to_add(workspace, run, command, option):
    workspace(script(f"docker service {command}\n"))
    status, out, _ = run("migrate", "--to", "vip", "x.sh")

    assert (1, True) == (status, option in " ".join(out.split()))


def test_what_may_be_secret_is_not_shown(workspace, run):
    workspace({"x.sh": SCRIPT.replace(" \\\n", "")})
    _, out, _ = run("check", "x.sh")

    assert "hush" not in out
    assert "com.docker.lb.prot" in out


def test_a_part_of_a_stack_file_lacks_nothing(workspace, run):
    text = """\
```yaml
services:
  web:
    ...
    deploy:
      labels:
        # ...
        com.docker.lb.hosts: a.example.com
        com.docker.lb.backend_mode: vpi
```

```yaml
    deploy:
      labels:
        com.docker.lb.prot: 80
```
"""
    workspace({"README.md": text})

    assert ["invalid-value"] == check(run, "README.md")


def test_too_many_stacks_in_one_file(workspace, run):
    block = (
        "```yaml\nservices:\n  web: {image: x, deploy: {labels: {com.docker.lb.prot: 80}}}\n```\n"
    )
    workspace({"README.md": block * 101})
    status, out, err = run("check", "--select", "misspelt-label", "-f", "concise", "README.md")

    assert (3, 100) == (status, len(out.splitlines()))
    assert "only the first 100 stacks" in err


@pytest.mark.parametrize(
    ("language", "content", "status"),
    [
        ("yaml", "services:\n  web: [com.docker.lb.port\n", 3),
        ("yaml", "services:\n  web: {{ web }}\n  x: [\n", 0),
        ("", "services: that have com.docker.lb.port: 80\n  - and so on\n", 0),
        ("text", "services:\n  web: [com.docker.lb.port\n", 0),
        ("yaml", "# com.docker.lb.port\nservices:\n  web: {image: x}\n", 0),
    ],
)
def test_an_example_that_is_not_yaml(workspace, run, language, content, status):
    workspace({"README.md": f"```{language}\n{content}```\n"})

    assert status == run("check", "--allow-empty", "README.md")[0]


@pytest.mark.parametrize(
    "text", ["", "Just com.docker.lb.port in prose.\n", "\U00100000 com.docker.lb.x\n"]
)
def test_a_text_without_a_stack(workspace, run, text):
    workspace({"README.md": text, "x.sh": text, "Makefile": text, "Jenkinsfile": text})

    names = "README.md", "x.sh", "Makefile", "Jenkinsfile"

    assert (0, "") == run("check", "--allow-empty", *names)[::2]
    assert 3 == run("check", *names)[0]


def test_comments_ignore_findings(workspace, run):
    workspace(
        script(
            """\
        # interlock-lint: ignore[misspelt-label] not ours
        docker service create --name a --label LB.prot=1 --network n x
        docker service create --name b --label LB.prot=2 x # IGNORE[misspelt-label] b
        docker service create --name a \\
          --label LB.prot=3 x
        docker --context x service update --label-add LB.prot=4 a # IGNORE[misspelt-label] c
        """.replace("IGNORE", "interlock-lint: ignore")
        )
    )
    _, out, _ = run("check", "-f", "concise", "x.sh")

    assert ["x.sh:5:11"] == [
        line.partition(": ")[0] for line in out.splitlines() if "misspelt-label" in line
    ]
    assert "unused-ignore" not in out


def test_what_to_add_depends_on_the_command(workspace, run):
    workspace(
        script(
            """\
        docker service create --name a --network n --label LB.hosts=a.example.com \\
          --label LB.port=80 x
        docker service update --image y --label-add LB.hosts=a.example.com b
        """
        )
    )
    _, out, _ = run("migrate", "--to", "vip", "x.sh")

    assert "add `--label com.docker.lb.backend_mode=vip`" in out
    assert "add `--label-add com.docker.lb.backend_mode=vip`" in out
    assert "there may be more" in run("labels", "list", "x.sh")[1]
