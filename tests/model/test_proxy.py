"""Interlock's own configuration: what is read from it, and how mistakes are reported."""

import pytest
from support import GOOD, judge

from linter.model.names import STACK_NAME
from linter.model.proxy import BrokenProxyConfiguration, Cluster, parse

CONFIGURATION = """\
ListenAddr = ":8080"
DockerURL = "unix:///var/run/docker.sock"
PollInterval = "3s"
[Extensions]
  [Extensions.default]
    Image = "docker/ucp-interlock-extension:3.2.5"
    Args = []
    ServiceName = "ucp-interlock-extension"
    ProxyImage = "docker/ucp-interlock-proxy:3.2.5"
    ProxyReplicas = 2
    PublishMode = "ingress"
    PublishedPort = 8080
    [Extensions.default.Settings]
      SSLProtocols = "TLSv1.2"
  [Extensions.east]
    ServiceCluster = "us-east"
    PublishMode = "host"
    Networks = ["east-front", "east-back"]
    Template = "/etc/nginx/own.tmpl"
"""


def test_clusters_are_read():
    proxy = parse(CONFIGURATION, "config.toml")

    assert (
        Cluster(),
        Cluster("us-east", ("east-front", "east-back"), "host", template=True),
    ) == proxy.clusters
    assert "us-east" == proxy.cluster("us-east").name
    assert proxy.cluster("east") is None


@pytest.mark.parametrize(
    "line",
    [
        'Image = "interlockpreview/interlock-extension-haproxy:2"',
        'ProxyImage = "HAProxy:2.8"',
        'Args = ["--proxy", "haproxy"]',
    ],
)
def test_haproxy_is_recognized_by_its_images(line):
    (cluster,) = parse(f"[Extensions.default]\n{line}", "").clusters

    assert cluster.is_haproxy


def test_keys_may_be_in_lower_case():
    """As for TOML parsers in Go."""
    (cluster,) = parse("[extensions.a]\nservicecluster = 'x'\npublishmode = 'Host'", "").clusters

    assert Cluster("x", publish_mode="host") == cluster


@pytest.mark.parametrize(
    ("network", "reached"),
    [
        (("a",), True),
        (("b",), False),
        ((STACK_NAME, "_front"), True),
        ((STACK_NAME, "_back"), False),
    ],
)
def test_networks_that_the_proxy_joins(network, reached):
    (cluster,) = parse("[Extensions.x]\nNetworks = ['a', 'shop_front']", "").clusters

    assert reached == cluster.reaches(network)


def test_without_a_list_the_proxy_joins_all_networks():
    (cluster,) = parse("[Extensions.x]\nNetworks = []", "").clusters

    assert cluster.reaches(("anything",))


BROKEN = [
    ("[Extensions.default]\nPublishMode = host", 2, "not TOML: invalid value"),
    ("[Extensions.default]\n\nNetworks = [", 3, "not TOML: invalid value"),
    ("ListenAddr = ':80'", None, "no [Extensions.…] table found"),
    ("", None, "no [Extensions.…] table found"),
    ("Extensions = 1", None, "no [Extensions.…] table found"),
    ("[Extensions]\nx = 1\ny = 2", 2, "`Extensions.x` must be a table"),
    (
        "[Extensions.a]\nNetworks = ['x']\n[Extensions.b]\nImage = 'i'\nNetworks = 'x'",
        5,
        "`Extensions.b.Networks` must be a list of strings",
    ),
    ("[Extensions.a]\nNetworks = [1]", 2, "`Extensions.a.Networks` must be a list of strings"),
    ("[Extensions.a]\nServiceCluster = 1", 2, "`Extensions.a.ServiceCluster` must be a string"),
    ("[Extensions.'a b']\nImage = []", 2, "`Extensions.a b.Image` must be a string"),
    ("Extensions.a.Image = []", None, "`Extensions.a.Image` must be a string"),
]


@pytest.mark.parametrize(("text", "line", "reason"), BROKEN)
def test_errors_have_a_line(text, line, reason):
    with pytest.raises(BrokenProxyConfiguration) as caught:
        parse(text, "config.toml")

    assert caught.value.reason.startswith(reason)
    assert line == caught.value.line


# -- On the command line ---------------------------------------------------------------------------

CLUSTER = GOOD + "        com.docker.lb.service_cluster: us-north\n"


def test_the_option(workspace, run):
    workspace({"stack.yml": CLUSTER, "interlock.toml": CONFIGURATION})
    arguments = ("check", "--proxy-config", "interlock.toml", "--format", "concise", "stack.yml")
    status, out, err = run(*arguments)

    assert (1, "") == (status, err)
    assert "error[unknown-service-cluster] unknown service cluster `us-north`" in out


def test_the_configuration_key(workspace, run):
    workspace(
        {
            "stacks/stack.yml": CLUSTER,
            "ops/interlock.toml": CONFIGURATION,
            ".interlock-lint.yaml": "proxy-config: ops/interlock.toml",
        }
    )

    assert "unknown-service-cluster" in run("check", "--format", "concise", "stacks")[1]


def test_the_option_overrides_the_configuration(workspace, run):
    workspace(
        {
            "stack.yml": CLUSTER,
            "old.toml": CONFIGURATION,
            "new.toml": CONFIGURATION.replace("us-east", "us-north"),
            ".interlock-lint.yaml": "proxy-config: old.toml",
        }
    )

    assert "unknown-service-cluster" in run("check", "stack.yml")[1]
    assert (
        "unknown-service-cluster" not in run("check", "--proxy-config", "new.toml", "stack.yml")[1]
    )


def test_without_it_unknown_clusters_are_only_mentioned(workspace, run):
    workspace({"stack.yml": CLUSTER})
    status, out, _ = run("check", "--format", "concise", "stack.yml")

    assert 0 == status
    assert "info[unknown-service-cluster]" in out


def test_all_clusters_of_a_stack_are_mentioned_together():
    services = "".join(
        f"  s{n}: {{image: i, deploy: {{labels: {{com.docker.lb.hosts: h{n}, "
        f"com.docker.lb.port: 80, com.docker.lb.service_cluster: c{n}}}}}}}\n"
        for n in range(3)
    )
    (diagnostic,) = judge(f"services:\n{services}", only="unknown-service-cluster").diagnostics

    assert "info" == diagnostic.severity
    assert ("s0", "s1", "s2") == diagnostic.services
    assert ["c1", "c2"] == [note.span.text for note in diagnostic.finding.notes]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (
            "[Extensions.a]\nx = ",
            "error: --proxy-config: interlock.toml:2: not TOML: invalid value\n",
        ),
        (
            f"[Extensions.a]\nx = {'9' * 5_000}",
            "error: --proxy-config: interlock.toml: not TOML: a number has too many digits\n",
        ),
        (
            b"\xff",
            "error: --proxy-config: interlock.toml: cannot be read: invalid UTF-8 on line 1\n",
        ),
        (
            None,
            "error: --proxy-config: interlock.toml: cannot be read: no such file or directory\n",
        ),
    ],
)
def test_a_broken_configuration_is_a_usage_error(workspace, run, content, complaint):
    workspace({"stack.yml": GOOD} | ({"interlock.toml": content} if content else {}))

    assert (2, "", complaint) == run("check", "--proxy-config", "interlock.toml", "stack.yml")


# -- Facts from the vendor's template --------------------------------------------------------------

LOST = GOOD + (
    "        com.docker.lb.context_root: /app\n        com.docker.lb.websocket_endpoints: /ws\n"
)


@pytest.mark.parametrize(
    ("line", "severity", "doubt"),
    [
        ("PublishMode = 'host'", "warning", None),
        ("Template = 'own.tmpl'", "info", "have their own template"),
        ("ProxyImage = 'haproxy:2'", "info", "the proxies here are HAProxy"),
    ],
)
def test_facts_from_the_template_are_uncertain_with_a_custom_one(
    workspace, run, line, severity, doubt
):
    workspace({"stack.yml": LOST, "interlock.toml": f"[Extensions.default]\n{line}\n"})
    _, out, _ = run("check", "-v", "--proxy-config", "interlock.toml", "stack.yml")
    words = " ".join(out.split())

    assert f"{severity}[websocket-lost]" in words
    assert doubt is None or doubt in words


def test_other_facts_stay_certain(workspace, run):
    broken = GOOD.replace("8080", "80800")
    workspace({"stack.yml": broken, "interlock.toml": "[Extensions.a]\nTemplate = 'own.tmpl'"})
    _, out, _ = run("check", "--proxy-config", "interlock.toml", "--format", "concise", "stack.yml")

    assert "error[invalid-value]" in out


def test_the_template_of_another_cluster_does_not_matter(workspace, run):
    text = LOST + "        com.docker.lb.service_cluster: east\n"
    clusters = "[Extensions.a]\nTemplate = 'own'\n[Extensions.b]\nServiceCluster = 'east'\n"
    workspace({"stack.yml": text, "interlock.toml": clusters})
    _, out, _ = run("check", "--proxy-config", "interlock.toml", "--format", "concise", "stack.yml")

    assert "warning[websocket-lost]" in out


def test_haproxy_needs_no_separate_key(workspace, run):
    text = GOOD + "        com.docker.lb.ssl_cert: cert\nsecrets: {cert: {external: true}}\n"
    workspace({"stack.yml": text, "interlock.toml": "[Extensions.a]\nImage = 'haproxy'"})
    arguments = ("check", "--format", "concise", "stack.yml")

    assert "incomplete-certificate" in run(*arguments)[1]
    assert "incomplete-certificate" not in run(*arguments, "--proxy-config", "interlock.toml")[1]
