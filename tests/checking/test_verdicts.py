"""Documented examples and known mistakes from the field, each with the verdict it deserves."""

import pytest
from support import judge, judge_stacks, rules_of

from linter.model import targets
from linter.model.proxy import parse


def stack(labels, *, service="", top="networks: {demo-network: {driver: overlay}}\n", deploy=""):
    """A stack of one service `demo`, by default on one network."""
    service = service or "    networks: [demo-network]\n"
    lines = "".join(f"        {label}\n" for label in labels)
    return (
        f"services:\n  demo:\n    image: example/demo\n{service}"
        f"    deploy:\n{deploy}      labels:\n{lines}{top}"
    )


HOSTS, PORT = "com.docker.lb.hosts: demo.local", "com.docker.lb.port: 8080"
NETWORK = "com.docker.lb.network: demo_demo-network"
VIP = "com.docker.lb.backend_mode: vip"
PASS = 'com.docker.lb.ssl_passthrough: "true"'
KEY = "com.docker.lb.network: demo-network"
TLS = ["com.docker.lb.ssl_cert: demo_app.cert", "com.docker.lb.ssl_key: demo_app.key"]
CANARY = """\
services:
  stable: &service
    image: example/demo:1
    networks: [demo-network]
    deploy:
      replicas: 4
      labels: &labels
        com.docker.lb.hosts: demo.local
        com.docker.lb.port: 8080
        com.docker.lb.network: demo_demo-network
  canary:
    <<: *service
    image: example/demo:2
    deploy: {replicas: 1, labels: *labels}
networks: {demo-network: {driver: overlay}}
"""

NETWORKS = "networks: {demo-network: {driver: overlay}}\n"
OWN_SECRETS = NETWORKS + "secrets: {app.cert: {file: a.cert}, app.key: {file: a.key}}\n"
OUTSIDE_SECRETS = NETWORKS + "secrets: {app.cert: {external: true}, app.key: {external: true}}\n"
PAGE = """\
services:
  shop: {image: i, deploy: {labels: {com.docker.lb.hosts: demo.local, com.docker.lb.port: 80,
    com.docker.lb.context_root: /app, com.docker.lb.context_root_rewrite: "true"}}}
  api: {image: i, deploy: {labels: {com.docker.lb.hosts: demo.local, com.docker.lb.port: 80,
    com.docker.lb.context_root: /api, com.docker.lb.context_root_rewrite: "true"}}}
"""
HRM = "com.docker.ucp.mesh.http"

EXAMPLES = {
    "G01 one network needs no network label": (stack([HOSTS, PORT]), []),
    "G02 the name in the swarm": (stack([HOSTS, PORT, NETWORK]), []),
    "G03 the key in the file": (stack([HOSTS, PORT, KEY]), ["network-key-not-name"]),
    "G04 a canary in task mode": (CANARY, []),
    "G05 a canary in VIP mode": (
        CANARY.replace("8080\n", "8080\n        com.docker.lb.backend_mode: vip\n"),
        ["canary-share"],
    ),
    "G06 VIP mode": (stack([HOSTS, PORT, VIP], deploy="      replicas: 4\n"), []),
    "G07 default backend": (stack(['com.docker.lb.default_backend: "true"', PORT]), []),
    "G08 default backend on port 80": (
        stack(['com.docker.lb.default_backend: "true"', "com.docker.lb.port: 80"]),
        [],
    ),
    "G09 default backend as the documentation misspelt it": (
        stack(['com.docker.lb.defaul_backend: "true"', PORT]),
        ["misspelt-label"],
    ),
    "G10 context root with rewrite": (
        stack(
            [
                HOSTS,
                PORT,
                "com.docker.lb.context_root: /app",
                'com.docker.lb.context_root_rewrite: "true"',
            ]
        ),
        [],
    ),
    "G10 two context roots on one host": (PAGE, ["conflicting-context-roots"]),
    "G11 redirect from an old host": (
        stack(
            [
                "com.docker.lb.hosts: old.local,new.local",
                PORT,
                "com.docker.lb.redirects: http://old.local,http://new.local",
            ]
        ),
        [],
    ),
    "G12 redirect, with the key of the network": (
        stack(
            [
                "com.docker.lb.hosts: old.local,new.local",
                PORT,
                KEY,
                "com.docker.lb.redirects: http://old.local,http://new.local",
            ]
        ),
        ["network-key-not-name"],
    ),
    "G13 sticky cookie": (
        stack(
            [HOSTS, PORT, "com.docker.lb.sticky_session_cookie: session"],
            deploy="      replicas: 5\n",
        ),
        [],
    ),
    "G14 sticky by address": (
        stack([HOSTS, PORT, 'com.docker.lb.ip_hash: "true"'], deploy="      replicas: 5\n"),
        [],
    ),
    "G15 sticky cookie in VIP mode": (
        stack(
            [
                HOSTS,
                PORT,
                "com.docker.lb.sticky_session_cookie: session",
                VIP,
            ],
            deploy="      replicas: 5\n",
        ),
        ["sticky-session-in-vip-mode"],
    ),
    "G16 TLS at the proxy, with the key of the network": (
        stack([HOSTS, PORT, KEY, *TLS], top=OWN_SECRETS),
        ["network-key-not-name", "plain-http-left-open"],
    ),
    "G17 labels with the prefix, and external secrets": (
        stack([HOSTS, PORT, KEY, *TLS], top=OUTSIDE_SECRETS),
        [
            *("network-key-not-name", "plain-http-left-open"),
            *("secret-name-mismatch", "secret-name-mismatch"),
        ],
    ),
    "G18 passthrough, with the key of the network": (
        stack([HOSTS, "com.docker.lb.port: 8443", KEY, PASS]),
        ["network-key-not-name"],
    ),
    "G19 passthrough, published, without a network": (
        stack(
            [HOSTS, "com.docker.lb.port: 8443", PASS],
            service='    networks: [demo-network]\n    ports: ["44443:8443"]\n',
        ),
        ["passthrough-without-network", "port-also-published"],
    ),
    "G20 passthrough without a network": (
        stack([HOSTS, "com.docker.lb.port: 8443", PASS]),
        ["passthrough-without-network"],
    ),
    "G21 passthrough with a network": (
        stack([HOSTS, "com.docker.lb.port: 443", NETWORK, PASS]),
        [],
    ),
    "G22 websockets": (stack([HOSTS, PORT, "com.docker.lb.websocket_endpoints: /ws"]), []),
    "G23 service cluster, and nothing known of the clusters": (
        stack([HOSTS, PORT, "com.docker.lb.service_cluster: us-east"]),
        ["unknown-service-cluster"],
    ),
    "G24 published in host mode, without a network": (
        stack([HOSTS, PORT], service="    ports: [{mode: host, target: 8080}]\n", top=""),
        [],
    ),
    "G25 a demo for every reader, with the key of the network": (
        stack(
            ["com.docker.lb.hosts: colors.lab.local", "com.docker.lb.port: 3000", KEY],
            deploy="      replicas: 3\n",
        ),
        ["network-key-not-name"],
    ),
    "G26 certificate with the prefix, network without": (
        stack([HOSTS, PORT, KEY, *TLS], top=OWN_SECRETS, deploy="      replicas: 3\n"),
        ["network-key-not-name", "plain-http-left-open"],
    ),
    "G27 labels directly below deploy": (
        stack([HOSTS, PORT]).replace("      labels:\n", ""),
        ["label-outside-labels"],
    ),
    "G28 com.docker.network": (
        stack([HOSTS, PORT, "com.docker.network: demo_demo-network"]),
        ["misspelt-label"],
    ),
    "G29 the bare key, with two networks": (
        stack(
            [HOSTS, PORT, "com.docker.lb.network: front"],
            service="    networks: [front, hrm]\n",
            top="networks: {front: , hrm: {external: true}}\n",
            deploy="      endpoint_mode: dnsrr\n",
        ),
        ["network-not-attached"],
    ),
    "G29 the published port, split from the one in the container by a stray dash": (
        stack(
            [HOSTS, PORT],
            service="    networks: [demo-network]\n    ports:\n"
            "      - target: 80\n      - published: 8080\n        mode: host\n",
            deploy="      endpoint_mode: dnsrr\n",
        ),
        ["published-port-as-target"],
    ),
    "G30 upper case in a host, and a port that is published": (
        stack(
            ["com.docker.lb.hosts: WORDPRESS.Local", "com.docker.lb.port: 80"],
            service="    networks: [demo-network]\n    ports:\n      - 80\n",
        ),
        ["port-also-published", "untidy-hosts"],
    ),
    "G31 an undeclared network, and services twice": (
        "services: {db: {image: i}}\n"
        + stack([HOSTS, PORT, KEY, "com.docker.lb.context_root: /"], top=""),
        ["duplicate-key", "network-key-not-name", "root-context", "undeclared-network"],
    ),
    "G32 two quoted texts in a label of the routing mesh": (
        stack([f"""- {HRM}.80-81="a","b\""""]),
        ["malformed-hrm-label", "malformed-hrm-label"],
    ),
    "G33 container labels": (
        "services:\n  node:\n    image: i\n    labels:\n      com.docker.lb.ip_hash: true\n",
        ["container-label", "refused-value"],
    ),
    "G34 a label of the routing mesh": (
        stack([f"{HRM}: external_route=http://wordpress.example.org,internal_port=80"]),
        ["hrm-label"],
    ),
    "G35 a redirect of the routing mesh": (
        stack(
            [
                f"{HRM}.1: external_route=http://old.example.org,redirect=http://new.example.org",
                f"{HRM}.2: external_route=http://new.example.org,internal_port=80",
            ]
        ),
        ["hrm-label"],
    ),
    "G36 the values of the label reference": (
        stack(
            [
                "com.docker.lb.hosts: example.com,test.com,old.example.com",
                PORT,
                "com.docker.lb.sticky_session_cookie: app_session",
                "com.docker.lb.redirects: http://old.example.com,http://new.example.com;",
                "com.docker.lb.websocket_endpoints: /ws,/foo",
            ]
        ),
        [],
    ),
    "G38 ssl_only": (
        stack([HOSTS, PORT, 'com.docker.lb.ssl_only: "true"']),
        ["ineffective-label"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_verdict(text, expected):
    """The stack is deployed as `demo`, which most of the examples say of themselves."""
    report = judge(text, stack_name="demo")

    assert [] == report.unjudged
    assert sorted(expected) == sorted(rules_of(report))


@pytest.mark.parametrize(
    "label",
    [
        *("hosts: example.com,test.com", "port: 8080", "network: us-east", "context_root: /app"),
        *("service_cluster: us-east", "sticky_session_cookie: app_session"),
        *("redirects: http://old.example.com,http://new.example.com;", "backend_mode: task"),
        *("websocket_endpoints: /ws,/foo", "ssl_cert: example.com.cert", 'ssl_passthrough: "true"'),
    ],
)
def test_the_values_of_the_label_reference_fit(label):
    """G36: each example of the documentation is a value that its label can have."""
    assert [] == rules_of(judge(stack([f"com.docker.lb.{label}"]), only="invalid-value"))


CLUSTERS = """\
[Extensions.east]
  ServiceCluster = "us-east"
  PublishMode = "host"
[Extensions.west]
  ServiceCluster = "us-west"
"""


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["com.docker.lb.service_cluster: us-east"], []),
        (["com.docker.lb.service_cluster: us-north"], ["unknown-service-cluster"]),
        ([], ["no-default-cluster"]),
    ],
    ids=["known", "unknown", "none"],
)
def test_service_clusters(labels, expected):
    """G23: with the configuration of Interlock it is known which clusters there are."""
    report = judge(stack([HOSTS, PORT, *labels]), proxy=parse(CLUSTERS, "config.toml"))

    assert expected == rules_of(report)


def test_what_the_routing_mesh_said_is_said_for_interlock():
    """G34: the help of the finding has the labels that take the place of the old one."""
    text = stack([f"{HRM}: external_route=http://wordpress.example.org,internal_port=80"])
    (diagnostic,) = judge(text).diagnostics

    assert (
        "use `com.docker.lb.hosts: wordpress.example.org`, `com.docker.lb.port: 80` instead"
        == diagnostic.finding.help
    )


def test_a_shared_host_shows_both_shares():
    """G05: one canary task beside four, in VIP mode."""
    text = CANARY.replace("8080\n", "8080\n        com.docker.lb.backend_mode: vip\n")
    (diagnostic,) = judge(text, stack_name="demo").diagnostics

    assert ("stable", "canary") == diagnostic.services
    assert (
        "`canary` has 20% of the tasks but gets 50% of the requests for `demo.local`"
        == diagnostic.finding.message
    )


@pytest.mark.parametrize("name", ["demo", "shop"])
def test_the_name_of_the_stack_decides(name):
    """G02: `demo_demo-network` fits the stack `demo` only."""
    report = judge(stack([HOSTS, PORT, NETWORK]), stack_name=name)

    assert ([] if name == "demo" else ["network-not-attached"]) == rules_of(report)


def test_one_file_for_several_stacks():
    """G37: the same file deployed under five names, with the host from a variable."""
    text = stack(["com.docker.lb.hosts: ${HOST}", PORT, KEY])

    assert [["network-key-not-name"]] * 5 == [
        rules_of(judge(text, stack_name=f"app{number}")) for number in range(5)
    ]


def test_the_old_word_for_task_mode_is_a_warning():
    """An early draft of the documentation called it `default`."""
    (diagnostic,) = judge(stack([HOSTS, PORT, "com.docker.lb.backend_mode: default"])).diagnostics

    assert ("invalid-value", "warning") == (diagnostic.rule, diagnostic.severity)
    assert "use `task`" == diagnostic.finding.help


@pytest.mark.parametrize(
    ("target", "severity"), [(None, "error"), ("ucp-3.2", "error"), ("mke-3.8", "warning")]
)
def test_redirects_under_passthrough_may_have_come_with_mke(target, severity):
    redirects = "com.docker.lb.redirects: http://demo.local,https://demo.local"
    text = stack([HOSTS, PORT, NETWORK, PASS, redirects])
    (diagnostic,) = judge(
        text, stack_name="demo", target=target and targets.parse(target)
    ).diagnostics

    assert ("passthrough-with-redirects", severity) == (diagnostic.rule, diagnostic.severity)


DEFAULT = 'services: {web: {image: i, deploy: {labels: {com.docker.lb.default_backend: "true"}}}}'


def test_what_two_stacks_do_together_is_less_certain():
    """Files of one repository need not run on one swarm."""
    together = judge_stacks({("test.yml",): (DEFAULT,), ("live.yml",): (DEFAULT,)}).diagnostics
    two = DEFAULT.replace("services: {", "services: {other: " + DEFAULT[16:-1] + ", ")
    alone = judge(two).diagnostics

    assert ["warning"] == [
        each.severity for each in together if each.rule == "several-default-backends"
    ]
    assert ["error"] == [each.severity for each in alone]


def test_a_label_called_labels_that_a_later_file_replaces():
    """Nothing can be taken out of the later file for what the first one has."""
    first = stack(["labels:", HOSTS, PORT])
    report = judge(first, "services: {demo: {deploy: {labels: {labels: x}}}}")

    assert ["label-outside-labels"] == rules_of(report)
    assert [None] == [each.finding.fix for each in report.diagnostics]
