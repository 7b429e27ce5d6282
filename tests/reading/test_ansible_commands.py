"""Commands in the tasks of Ansible, which are read as those of scripts."""

import json

import pytest

CREATE = "docker service create --name web --network front {} nginx:1"


def labels_of(run, folder, text):
    (folder / "site.yml").write_text(text, encoding="utf-8")
    status, out, err = run("labels", "list", "site.yml", "--format", "json")
    assert 0 == status, err
    services = json.loads(out)["services"]
    return {
        each["service"]: {one["label"]: one["written"] for one in each["labels"]}
        for each in services
    }


@pytest.mark.parametrize(
    "task",
    [
        "- shell: COMMAND",
        "- command: 'COMMAND'",
        "- ansible.builtin.command:\n    cmd: COMMAND",
        "- name: x\n  block:\n    - ansible.builtin.shell: |\n        set -e\n        COMMAND",
        "- hosts: all\n  tasks:\n    - raw: >-\n        COMMAND",
        '- ansible.legacy.shell:\n    cmd: "COMMAND"\n    chdir: /srv',
    ],
)
def test_which_tasks_are_read(run, workspace, task):
    command = CREATE.format("--label com.docker.lb.hosts=a.example.com")
    found = labels_of(run, workspace({}), task.replace("COMMAND", command) + "\n")

    assert {"web": {"com.docker.lb.hosts": "a.example.com"}} == found


def test_tasks_follow_each_other(run, workspace):
    text = f"""\
- hosts: managers
  pre_tasks:
    - shell: {CREATE.format("--label com.docker.lb.port=80")}
  tasks:
    - name: Change it
      command: docker service update --label-add "com.docker.lb.port={{{{ port }}}}" web
"""
    assert {"web": {"com.docker.lb.port": "{{ port }}"}} == labels_of(run, workspace({}), text)


def test_a_finding_has_the_place_in_the_task(run, workspace):
    command = CREATE.format("\\\n      --label com.docker.lb.prot={{ port }}")
    workspace({"site.yml": f"- name: x\n  shell: |\n      {command}\n"})
    status, out, _ = run("check", "--format", "concise", "site.yml")

    assert 1 == status
    assert "site.yml:4:15: error[misspelt-label]" in out


def test_expressions_may_be_options(run, workspace):
    """So no label counts as missing."""
    workspace(
        {"site.yml": f"- shell: {CREATE.format('--label com.docker.lb.hosts=a.b {{ more }}')}\n"}
    )
    status, out, _ = run("check", "site.yml")

    assert (0, True) == (status, "no findings" in out or "missing" not in out)


def test_a_stack_in_a_heredoc_is_changed_in_place(run, workspace):
    text = """\
- shell: |
    docker stack deploy -c - shop <<'END'
    services:
      web:
        image: nginx
        deploy:
          labels:
            com.docker.lb.port: 80
    END
"""
    folder = workspace({"site.yml": text})
    assert 0 == run("labels", "set", "--write", "--force", "site.yml", "web", "port=81")[0]
    assert text.replace("port: 80\n", "port: 81\n") == (folder / "site.yml").read_text()


def test_other_tasks_and_broken_files_have_no_commands(run, workspace):
    command = CREATE.format("--label com.docker.lb.hosts=a")
    tasks = (
        f"- debug: {{msg: '{command}'}}\n- shell: !vault |\n    {command}\n- shell: [{command}]\n"
    )
    workspace({"site.yml": tasks})
    status, _, err = run("check", "site.yml")

    assert (3, True) == (status, "site.yml" in err)
