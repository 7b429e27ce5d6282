"""Stacks and services in tasks of Ansible, from the command line."""

import json
from textwrap import dedent, indent

import pytest

from linter.reading import bounds

STACK = """\
- name: Deploy the shop
  community.docker.docker_stack:
    name: shop
    compose:
      - version: "3.8"
        services:
          web:
            image: "{{ registry }}/web:{{ tag | default('1') }}"
            networks: [front]
            deploy:
              replicas: "{{ replicas }}"
              labels:
                com.docker.lb.hosts: "{{ host }}.example.com"
                com.docker.lb.port: 80800
                com.docker.lb.network: shop_front
        networks:
          front:
"""
SERVICE = """\
- docker_swarm_service:
    name: web
    image: example/web
    networks: [front]
    env:
      PASSWORD: hunter2
    labels:
      com.docker.lb.hosts: app.example.com
      com.docker.lb.port: 80800
"""


def findings(run, *words):
    status, out, err = run("check", "--isolated", "--format", "json", *words)
    report = json.loads(out)
    found = [
        (each["path"], each["span"]["start"]["line"], each["rule"])
        for each in report["diagnostics"]
        if each["severity"] != "info"
    ]
    return status, found, err


def test_a_stack_in_a_task(workspace, run):
    workspace({"roles/shop/tasks/main.yml": STACK})

    for source in ("roles/shop/tasks/main.yml", "."):
        assert (1, [("roles/shop/tasks/main.yml", 14, "invalid-value")], "") == findings(
            run, source
        )


@pytest.mark.parametrize("module", ["docker_stack", "community.general.docker_stack"])
@pytest.mark.parametrize(
    "place",
    [
        "- hosts: managers\n  tasks:\n{}",
        "- hosts: managers\n  pre_tasks:\n{}",
        "- hosts: managers\n  post_tasks:\n{}",
        "- hosts: managers\n  handlers:\n{}",
        "- when: deploying\n  block:\n    - debug:\n  rescue:\n{}",
        "- block:\n    - block:\n        - debug:\n      always:\n{}",
    ],
    ids=["tasks", "pre_tasks", "post_tasks", "handlers", "rescue", "always"],
)
def test_where_tasks_are(workspace, run, place, module):
    task = STACK.replace("community.docker.docker_stack", module)
    workspace({"site.yml": place.format(indent(task, "        "))})
    status, found, _ = findings(run, "site.yml")

    assert (1, ["invalid-value"]) == (status, [rule for *_, rule in found])


def test_the_name_of_the_stack_is_known(workspace, run):
    workspace({"site.yml": STACK.replace("shop_front", "front").replace("80800", "80")})
    _, out, _ = run("check", "--isolated", "--format", "concise", "site.yml")

    assert out.startswith("site.yml:15:40: warning[network-key-not-name] ")
    assert "`shop_front`" in out


def test_a_label_is_changed_where_it_is(workspace, run):
    folder = workspace({"site.yml": STACK})

    assert 0 == run("labels", "set", "--write", "site.yml", "web", "port=80", "ip_hash=true")[0]
    assert (folder / "site.yml").read_text() == STACK.replace("80800", "80").replace(
        "network: shop_front\n",
        'network: shop_front\n                com.docker.lb.ip_hash: "true"\n',
    )


def test_one_of_several_stacks_is_changed(workspace, run):
    other = STACK.replace("web:", "api:").replace("name: shop", "name: api")
    folder = workspace({"site.yml": STACK + other + SERVICE})

    assert 0 == run("labels", "set", "--write", "site.yml", "api", "port=80")[0]
    assert (folder / "site.yml").read_text() == STACK + other.replace("80800", "80") + SERVICE


def test_words_that_are_booleans_only_to_ansible(workspace, run):
    folder = workspace({"site.yml": STACK.replace("80800", "80\n" + " " * 16 + "team: yes")})

    assert [("site.yml", 15, "unquoted-boolean")] == findings(run, "site.yml")[1]
    assert 0 == run("fix", "--write", "site.yml")[0]
    assert 'team: "true"\n' in (folder / "site.yml").read_text()


def test_a_key_twice(workspace, run):
    twice = STACK.replace("port: 80800", "port: 80\n                com.docker.lb.port: 8080")
    workspace({"site.yml": twice})
    _, out, _ = run("check", "--isolated", "--verbose", "site.yml")

    assert "Ansible keeps only the last one, with a warning" in " ".join(out.split())


def test_comments_that_ignore(workspace, run):
    workspace(
        {
            "site.yml": STACK.replace(
                "80800", "80800  # interlock-lint: ignore[invalid-value] a test"
            )
            + SERVICE.replace("80800", "80800  # interlock-lint: ignore[invalid-value] another")
        }
    )

    assert (0, [], "") == findings(run, "site.yml")


def test_mappings_of_one_stack_override_each_other(workspace, run):
    base = STACK.replace("80800", "80")
    top = """\
      - version: "3.8"
        services:
          web:
            deploy:
              labels:
                com.docker.lb.port: 80800
"""
    folder = workspace({"site.yml": base + top})

    assert [("site.yml", 23, "invalid-value")] == findings(run, "site.yml")[1]
    assert 0 == run("labels", "set", "--write", "site.yml", "web", "port=8080")[0]
    assert (folder / "site.yml").read_text() == base + top.replace("80800", "8080")


def test_anchors_from_elsewhere(workspace, run):
    anchored = "- set_fact:\n    labels: &labels\n      com.docker.lb.port: 80800\n"
    used = STACK.replace("com.docker.lb.port: 80800", "<<: *labels")
    workspace({"site.yml": anchored + used})

    assert [("site.yml", 3, "invalid-value")] == findings(run, "site.yml")[1]

    status, out, _ = run("labels", "set", "site.yml", "web", "port=80")

    assert 1 == status
    assert "it uses anchors from elsewhere in the file" in out


# -- Files that a task names ----------------------------------------------------------------------

FILE = STACK.partition("compose:\n")[2].replace("      - version", "        version")
FILE = dedent(FILE).replace("\"{{ registry }}/web:{{ tag | default('1') }}\"", "example/web")
FILE = FILE.replace('"{{ replicas }}"', "2").replace("{{ host }}", "app")
TASK = "- docker_stack:\n    name: shop\n    compose: [{}]\n"


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("roles/shop/files/shop.yml", "shop.yml"),
        ("roles/shop/files/shop.yml", '"{{ role_path }}/files/shop.yml"'),
        ("roles/shop/shop.yml", "shop.yml"),
        ("roles/shop/tasks/shop.yml", "shop.yml"),
        ("files/shop.yml", "shop.yml"),
        ("stacks/shop.yml", '"{{ playbook_dir }}/stacks/shop.yml"'),
    ],
)
def test_a_file_that_a_task_names(workspace, run, path, written):
    workspace({"roles/shop/tasks/main.yml": TASK.format(written), path: FILE})

    assert [(path, 10, "invalid-value")] == findings(run, "roles/shop/tasks/main.yml")[1]
    assert [(path, 10, "invalid-value")] == findings(run, ".")[1]  # once


def test_a_file_that_another_task_copies(workspace, run):
    copy = "- ansible.builtin.copy:\n    src: shop.yml\n    dest: /opt/shop.yml\n"
    workspace(
        {
            "roles/shop/tasks/main.yml": copy + TASK.format("/opt/shop.yml"),
            "roles/shop/files/shop.yml": FILE,
        }
    )

    assert [("roles/shop/files/shop.yml", 10, "invalid-value")] == findings(
        run, "roles/shop/tasks/main.yml"
    )[1]


def test_a_file_and_a_mapping_make_one_stack(workspace, run):
    top = "{version: '3.8', services: {web: {deploy: {labels: {com.docker.lb.port: 8080}}}}}"
    workspace({"site.yml": TASK.format(f"shop.yml, {top}"), "shop.yml": FILE})

    assert (0, []) == findings(run, "site.yml")[:2]


@pytest.mark.parametrize("written", ['"{{ stack }}"', "/opt/shop.yml", "../../../etc/passwd"])
def test_a_file_that_is_not_known(workspace, run, written):
    workspace({"a/site.yml": TASK.format(written)})
    status, found, err = findings(run, "a/site.yml")

    assert (0, []) == (status, found)
    assert err.startswith("warning: a/site.yml:3: ")


def test_a_mapping_over_a_file_that_is_not_known(workspace, run):
    top = "{services: {web: {deploy: {labels: {com.docker.lb.port: 80800}}}}}"
    workspace({"site.yml": TASK.format(f'"{{{{ stack }}}}", {top}')})
    status, found, err = findings(run, "site.yml")

    assert (3, []) == (status, found)
    assert "so the rest cannot be judged" in err


# -- One service ----------------------------------------------------------------------------------


def test_a_service(workspace, run):
    workspace({"site.yml": SERVICE})

    assert (1, [("site.yml", 9, "invalid-value")], "") == findings(run, "site.yml")


def test_a_service_is_changed_by_hand(workspace, run):
    workspace({"site.yml": SERVICE})
    status, out, _ = run("labels", "set", "site.yml", "web", "port=80")

    assert 1 == status
    assert "set `com.docker.lb.port` to `80`" in out
    assert 0 == run("labels", "set", "site.yml", "web", "port=80800")[0]


def test_a_role_is_migrated_where_that_is_exact(workspace, run):
    """The stack in a task is changed; of the task for a service, the output says what to do."""
    service = SERVICE.replace("name: web", "name: api").replace("80800", "80")
    folder = workspace({"roles/shop/tasks/main.yml": STACK.replace("80800", "80") + service})
    status, out, _ = run("migrate", "--to", "vip", "--write", "roles")
    text = (folder / "roles/shop/tasks/main.yml").read_text()

    assert 1 == status
    assert 1 == text.count("com.docker.lb.backend_mode: vip")
    assert text.endswith(service)
    assert "set `com.docker.lb.backend_mode` to `vip`" in out


def test_settings_of_a_service(workspace, run):
    workspace(
        {
            "site.yml": SERVICE.replace("80800", "8080")
            + "    replicas: 3\n    publish:\n"
            + "      - {target_port: 80, published_port: 8080}\n"
        }
    )

    assert [("site.yml", 9, "published-port-as-target")] == findings(run, "site.yml")[1]

    _, out, _ = run("routes", "--isolated", "--format", "json", "site.yml")
    (route,) = json.loads(out)["routes"]

    assert [3] == [each["tasks"] for each in route["services"]]


def test_networks_of_a_service(workspace, run):
    def rules(networks, label="front"):
        text = SERVICE.replace("80800", f"80\n      com.docker.lb.network: {label}")
        workspace({"site.yml": text.replace("    networks: [front]\n", networks)})
        return [rule for *_, rule in findings(run, "site.yml")[1]]

    assert [] == rules("    networks: [front]\n")
    assert [] == rules("    networks:\n      - name: front\n")
    assert [] == rules('    networks: ["{{ network }}"]\n')
    assert [] == rules('    networks: "{{ networks }}"\n')
    assert ["network-not-attached"] == rules("    networks: [back]\n")
    assert ["no-usable-network"] == rules("")


def test_labels_of_a_service_that_are_not_known(workspace, run):
    labels = SERVICE.partition("    labels:\n")[0]
    workspace({"site.yml": labels + '    labels: "{{ labels }}"\n'})

    assert (0, [], "") == findings(run, "site.yml")


def test_a_routing_label_on_the_containers(workspace, run):
    workspace({"site.yml": SERVICE.replace("labels:", "container_labels:").replace("80800", "80")})
    _, out, _ = run("check", "--isolated", "--format", "json", "site.yml")
    (found,) = json.loads(out)["diagnostics"]

    assert "container-label" == found["rule"]
    assert found["help"].startswith("move all routing labels to `labels`")
    assert None is found["fix"]


# -- What is no stack -----------------------------------------------------------------------------

PASSED_OVER = {
    "another module": "- debug:\n    msg: com.docker.lb.port\n  when: a\n",
    "a stack that is removed": STACK.replace("name: shop", "state: absent\n    name: shop"),
    "a file of a vault": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
    "a list of something else": "- com.docker.lb.port\n",
}


@pytest.mark.parametrize("text", PASSED_OVER.values(), ids=PASSED_OVER)
def test_what_is_passed_over(workspace, run, text):
    workspace({"tasks/main.yml": text, "stack.yml": FILE.replace("80800", "80")})

    assert (0, [], "") == findings(run, ".")


def test_values_from_a_vault_are_not_known(workspace, run):
    vault = "!vault |\n" + " " * 18 + "$ANSIBLE_VAULT;1.1;AES256\n" + " " * 18 + "6162"
    workspace({"site.yml": STACK.replace("80800", vault)})

    assert (0, [], "") == findings(run, "site.yml")


def test_more_tasks_than_are_read(workspace, run):
    workspace({"site.yml": SERVICE * (bounds.MAX_STACKS + 1)})
    status, found, err = findings(run, "site.yml")

    assert (3, bounds.MAX_STACKS) == (status, len(found))
    assert "only the first 100 stacks in a file are read" in err


def test_a_repository_is_checked_at_a_revision(repository, run):
    repository({"tasks/main.yml": STACK})

    assert [("git:HEAD:tasks/main.yml", 14, "invalid-value")] == findings(run, "git:HEAD:.")[1]


def test_more_parts_of_a_stack_than_are_read(workspace, run):
    """Each would be looked for in the whole file, with the anchors in it."""
    parts = "".join(f"      - x-{n}: *a\n" for n in range(bounds.MAX_STACKS))
    text = STACK.replace("    compose:\n", f"    compose:\n{parts}")
    workspace({"site.yml": f"- set_fact: &a {{}}\n{text}"})

    assert text != STACK
    assert (3, []) == findings(run, "site.yml")[:2]


def test_a_large_file_of_many_stacks_is_not_read_over_and_over(workspace, run, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_CHARACTERS", 2_500)
    workspace({"site.yml": SERVICE * 3 + "#" * (1_000 - 3 * len(SERVICE))})
    status, found, err = findings(run, "site.yml")

    assert (3, 2) == (status, len(found))
    assert "only the first 2 stacks in a file are read" in err
