"""Services in the files of Terraform, from the command line."""

import json

import pytest
from hcl2.api import parses_to_tree
from test_corpus import files

from linter.reading import hcl
from linter.reading.hcl_tokens import NotHcl

SERVICE = """\
resource "docker_network" "front" {
  name   = "front"
  driver = "overlay"
}

resource "docker_service" "web" {
  name = "web"

  labels {
    label = "com.docker.lb.hosts"
    value = "${var.host}.example.com"
  }
  labels {
    # the port of the container
    label = "com.docker.lb.port"
    value = 80800
  }

  task_spec {
    container_spec {
      image = "example/web:${local.version}"
      env   = { PASSWORD = "hunter2" }
    }
    networks_advanced {
      name = docker_network.front.id
    }
  }

  mode {
    replicated {
      replicas = 2
    }
  }
}
"""


@pytest.fixture
def check(workspace, run):
    def check(text, *words):
        workspace({"main.tf": text})
        status, out, err = run("check", "--isolated", "-f", "json", *words, "main.tf")
        report = json.loads(out)
        found = [(each["rule"], each["span"]["start"]["line"]) for each in report["diagnostics"]]
        assert status == 3 or not err
        return status, found, report

    return check


def rules(found):
    return sorted(rule for rule, _ in found[1])


def test_a_service(check):
    assert (1, [("invalid-value", 16)]) == check(SERVICE)[:2]


def test_a_folder_is_searched(workspace, run):
    workspace({"a/main.tf": SERVICE, "b/main.tf": 'output "x" { value = "com.docker.lb.port" }\n'})
    status, out, _ = run("check", "--isolated", "-f", "concise", ".")

    assert 1 == status
    assert out.startswith("a/main.tf:16:13: error[invalid-value]")
    assert 1 == len(out.splitlines())


def test_comments_that_ignore(check):
    comment = "80800 # interlock-lint: ignore[invalid-value] a test"

    assert (0, []) == check(SERVICE.replace("80800", comment))[:2]


def test_networks(check):
    def found(name, network="docker_network.front.id"):
        label = (
            f'  labels {{\n    label = "com.docker.lb.network"\n    value = {name}\n  }}\n  mode {{'
        )
        text = SERVICE.replace("80800", "80").replace("  mode {", label)
        return rules(check(text.replace("docker_network.front.id", network)))

    assert [] == found('"front"')
    assert ["network-not-attached"] == found('"other"')
    assert [] == found('"other"', "var.network")
    assert [] == found("docker_network.front.name")
    assert ["network-not-attached"] == found('"other"', '"front"')

    nothing = SERVICE.replace("80800", "80").replace("networks_advanced", "something_else")

    assert ["no-usable-network"] == rules(check(nothing))


DYNAMIC = """\
  dynamic "labels" {
    for_each = FOR
    content {
      label = labels.key
      value = labels.value
    }
  }
"""
LOCALS = """\
locals {
  port   = 80800
  more   = { "com.docker.lb.port" = local.port }
  labels = merge(local.more, { team = "a" })
}
variable "labels" {
  default = { "com.docker.lb.port" : "80800" }
}
variable "others" {
  type = map(string)
}
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{ "com.docker.lb.port" = "80800" }', ["invalid-value"]),
        ('{\n  "com.docker.lb.port" = 80800\n  team = "a"\n}', ["invalid-value"]),
        ("local.more", ["invalid-value"]),
        ("local.labels", ["invalid-value"]),
        ("var.labels", ["invalid-value"]),
        ("merge(local.labels, var.others)", []),
        ("var.others", []),
        ("{ for key, value in local.more : key => value }", []),
        ("local.more == {} ? {} : local.more", []),
    ],
)
def test_labels_from_elsewhere(check, value, expected):
    """If some labels are not known, the others are not judged."""
    first, last = SERVICE.index("  labels {\n    # the"), SERVICE.index("  task_spec")
    text = SERVICE[:first] + DYNAMIC.replace("FOR", value) + SERVICE[last:] + LOCALS

    assert expected == rules(check(text))


def test_a_label_of_containers(check):
    first, last = SERVICE.index("  labels {"), SERVICE.index("  task_spec")
    text = SERVICE[:first] + SERVICE[last:]
    label = 'labels {\n label = "com.docker.lb.hosts"\n value = "a.example.com"\n }\n image'

    assert "container-label" in rules(check(text.replace("image", label)))


def test_settings(check):
    ports = "endpoint_spec {\n ports {\n target_port = 80\n published_port = 8080\n }\n }\n mode {"
    text = SERVICE.replace("80800", "8080").replace("mode {", ports)

    assert "published-port-as-target" in rules(check(text))

    endpoint = 'endpoint_spec {\n mode = "dnsrr"\n }\n mode {'
    text = SERVICE.replace("com.docker.lb.port", "com.docker.lb.backend_mode")
    text = text.replace("80800", '"vip"').replace("mode {", endpoint, 1)

    assert "vip-without-virtual-ip" in rules(check(text))


def test_routes(workspace, run):
    workspace({"main.tf": SERVICE.replace("80800", "80")})
    _, out, _ = run("routes", "--isolated", "-f", "json", "main.tf")
    (route,) = json.loads(out)["routes"]

    assert ["${var.host}.example.com"] == route["hosts"]
    assert [2] == [each["tasks"] for each in route["services"]]

    workspace({"main.tf": SERVICE.replace("replicas = 2", "replicas = var.n")})
    _, out, _ = run("routes", "--isolated", "-f", "json", "main.tf")

    assert [None] == [each["tasks"] for each in json.loads(out)["routes"][0]["services"]]


def test_it_is_changed_by_hand(workspace, run):
    workspace({"main.tf": SERVICE})
    status, out, _ = run("labels", "set", "--write", "main.tf", "web", "port=80")

    assert 1 == status
    assert "set `com.docker.lb.port` to `80`" in out


SECRETS = (
    SERVICE
    + """\
variable "secret" {
  default   = "hunter2" # hunter2
  sensitive = true
}
resource "docker_service" "other" {
  name   = "other"
  labels {
    label = "com.docker.lb.port"
    value = var.secret
  }
  labels {
    label = "team"
    value = "hunter2"
  }
  auth {
    password = "hunter2"
  }
  task_spec {
    container_spec {
      labels {
        label = "com.docker.lb.hosts"
        value = "x.example.com" // hunter2
      }
      image   = "x"
      command = ["--password", "hunter2"]
    }
    networks_advanced {
      name = sha256("hunter2")
    }
  }
}
"""
)


def test_nothing_secret_is_shown(workspace, run):
    workspace({"main.tf": SECRETS})
    for words in (
        ["check", "--verbose"],
        ["check", "-f", "json"],
        ["routes"],
        ["fix", "--unsafe"],
        ["migrate", "--to", "vip"],
        ["labels", "set", "--force", "main.tf", "*", "port=x"],
    ):
        _, out, err = run(*words, *([] if "main.tf" in words else ["main.tf"]))

        assert out + err
        assert "hunter2" not in out + err, words


@pytest.mark.parametrize(
    "text",
    [
        SERVICE.removesuffix("}\n"),
        SERVICE + "}",
        SERVICE.replace('name = "web"', 'name = "web'),
        SERVICE.replace('name = "web"', "name = <<EOF\nweb"),
        SERVICE.replace('name = "web"', 'name = "${web"'),
        SERVICE.replace('name = "web"', f"name = {'[' * 1000}"),
        SERVICE + "a {\n" * 200 + "}\n" * 200,
        SERVICE + "/*",
    ],
)
def test_what_is_no_terraform_file_is_not_judged(check, text):
    status, found, report = check(text)

    assert (3, []) == (status, found)
    assert "not a Terraform file" in report["unjudged"][0]["reason"]


def test_characters_that_stand_for_templates(check):
    status, found, report = check(SERVICE + "# \U00100000\n")

    assert (3, []) == (status, found)
    assert "U+100000" in report["unjudged"][0]["reason"]


def test_what_has_no_service_is_passed_over(workspace, run):
    workspace({"main.tf": 'resource "docker_network" "a" {\n  name = "com.docker.lb.port"\n}\n'})

    assert (0, "") == run("check", "--isolated", "-f", "concise", "--allow-empty", ".")[:2]


# -- Another parser -------------------------------------------------------------------------------

TEXTS = [
    SERVICE + LOCALS + DYNAMIC,
    SECRETS,
    'a "b" c {}\nd = e.f[0].g\nh = [for i in j : upper(i) if i != ""]\n',
    'a = <<-EOT\n  ${b}\n  "c" {\n  EOT\nd = f(1, [2, {x = 3}], "${g("h")}")\n',
    'a = b ? "c" : {\n  d = e\n  "f" : g\n  (h) = i\n}\nj { k = 1 }\n',
    'a = "$${b} %%{c} \\"${d ? "e" : "f"}\\" %{ if g }h%{ endif }"\n',
    "a = -1 + (2 *\n 3) /* b\n */ // c\n# d\ne = !f && g.*.h || i[*].j\n",
]


def places(block):
    for each in block.attributes:
        yield "attribute", each.start
    for each in block.blocks:
        yield "block", each.start
        yield from places(each)


def theirs(text):
    return sorted(
        (each.data, each.meta.start_pos)
        for each in parses_to_tree(text).iter_subtrees()
        if each.data in ("attribute", "block")
    )


@pytest.mark.parametrize("text", TEXTS)
def test_another_parser_finds_the_same(text):
    assert theirs(text) == sorted(places(hcl.parse(text).body))


@pytest.mark.corpus
def test_another_parser_finds_the_same_in_real_files():
    for path in files():
        if path.suffix != ".tf":
            continue
        text = path.read_text(encoding="utf-8")
        try:
            expected = theirs(text)
        except Exception:  # noqa: BLE001 - it is lark's
            with pytest.raises(NotHcl):
                hcl.parse(text)
        else:
            assert expected == sorted(places(hcl.parse(text).body)), path
