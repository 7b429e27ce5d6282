"""Documented examples and real-world mistakes, each with its expected findings."""

import pytest
from support import judge, judge_stacks, rules_of

from linter.checking import registry
from linter.model import targets
from linter.model.proxy import parse

# The verdicts are those of these rules. A new rule breaks none of them; it is added here when its
# own verdicts have been considered.
RULES = frozenset(
    """
    boolean-not-true bridge-network canary-share cluster-ip-hash clusters-share-port
    conflicting-context-roots conflicting-host-settings conflicting-passthrough container-label
    context-root-not-rewritten default-backend-with-context-root default-backend-with-hosts
    dotenv-not-read duplicate-key duplicate-label empty-label expired-ignore haproxy-ignores-key
    hard-coded-stack-name health-check-without-effect hitless-service-update host-in-two-stacks
    hrm-label hrm-label-superseded hrm-network ignore-without-reason ignored-document
    incomplete-certificate inconsistent-stack-name ineffective-label interlock-1-label
    interrupted-update invalid-value ip-hash-behind-ingress label-item-not-a-string
    label-outside-labels label-unsupported-by-target labels-not-a-mapping literal-quotes
    malformed-hrm-label missing-network missing-port misspelt-label mixed-backend-modes
    mode-unsupported-by-target network-key-not-name network-not-attached network-outside-cluster
    no-default-cluster no-tasks no-usable-network non-ascii-host not-routed
    passthrough-ignores-labels passthrough-shared-host passthrough-with-certificate
    passthrough-with-redirects passthrough-without-network plain-http-left-open
    port-also-published port-not-declared proxy-without-replicas published-port-as-target
    redirect-loop redirect-source-not-served redirect-target-path
    redirect-to-https-without-certificate reserved-network reserved-path rewrite-redirects
    rewrite-without-context-root rewritten-number root-context secret-name-mismatch
    several-default-backends shadowed-labels spaces-around-equals sticky-session-in-vip-mode
    sticky-session-on-one-task target-without-swarm two-sticky-methods undeclared-network
    undeclared-secret undocumented-label unescaped-dollar unknown-ignore unknown-label
    unknown-proxy-key unknown-service-cluster unquoted-boolean unset-variable untidy-hosts
    unusable-cookie-name unused-ignore vip-without-virtual-ip websocket-lost wildcard-host
    withdrawn-label
    """.split()
)


def verdict(*texts, **settings):
    """What the rules above report for the files of one stack."""
    return judge(*texts, only=RULES, **settings)


def test_the_rules_exist():
    assert registry.load().keys() >= RULES


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
    "G02 the network's name in the swarm": (stack([HOSTS, PORT, NETWORK]), []),
    "G03 the network's key in the file": (stack([HOSTS, PORT, KEY]), ["network-key-not-name"]),
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
    "G09 default backend, misspelt as in the documentation": (
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
        ["rewrite-redirects"],
    ),
    "G10 two context roots on one host": (
        PAGE,
        ["conflicting-context-roots", "rewrite-redirects", "rewrite-redirects"],
    ),
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
    "G12 redirect, with the network's key": (
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
    "G16 TLS at the proxy, with the network's key": (
        stack([HOSTS, PORT, KEY, *TLS], top=OWN_SECRETS),
        ["network-key-not-name", "plain-http-left-open"],
    ),
    "G17 labels with the stack name, and external secrets": (
        stack([HOSTS, PORT, KEY, *TLS], top=OUTSIDE_SECRETS),
        [
            *("network-key-not-name", "plain-http-left-open"),
            *("secret-name-mismatch", "secret-name-mismatch"),
        ],
    ),
    "G18 passthrough, with the network's key": (
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
        [],
    ),
    "G19 passthrough without a network, and a published port": (
        stack([HOSTS, "com.docker.lb.port: 8443", PASS], service="    ports: ['44443:8443']\n"),
        ["passthrough-without-network", "port-also-published"],
    ),
    "G21 passthrough with a network": (
        stack([HOSTS, "com.docker.lb.port: 443", NETWORK, PASS]),
        [],
    ),
    "G22 websockets": (stack([HOSTS, PORT, "com.docker.lb.websocket_endpoints: /ws"]), []),
    "G23 service cluster, without a proxy configuration": (
        stack([HOSTS, PORT, "com.docker.lb.service_cluster: us-east"]),
        ["unknown-service-cluster"],
    ),
    "G24 published in host mode, without a network": (
        stack([HOSTS, PORT], service="    ports: [{mode: host, target: 8080}]\n", top=""),
        [],
    ),
    "G25 a shared demo, with the network's key": (
        stack(
            ["com.docker.lb.hosts: colors.lab.local", "com.docker.lb.port: 3000", KEY],
            deploy="      replicas: 3\n",
        ),
        ["network-key-not-name"],
    ),
    "G26 certificate with the stack name, network without": (
        stack([HOSTS, PORT, KEY, *TLS], top=OWN_SECRETS, deploy="      replicas: 3\n"),
        ["network-key-not-name", "plain-http-left-open"],
    ),
    "G27 labels directly under deploy": (
        stack([HOSTS, PORT]).replace("      labels:\n", ""),
        ["label-outside-labels"],
    ),
    "G28 com.docker.network": (
        stack([HOSTS, PORT, "com.docker.network: demo_demo-network"]),
        ["misspelt-label"],
    ),
    "G29 only the network's key, with two networks": (
        stack(
            [HOSTS, PORT, "com.docker.lb.network: front"],
            service="    networks: [front, hrm]\n",
            top="networks: {front: , hrm: {external: true}}\n",
            deploy="      endpoint_mode: dnsrr\n",
        ),
        ["network-not-attached"],
    ),
    "G29 the published port, split from the container port by a stray dash": (
        stack(
            [HOSTS, PORT],
            service="    networks: [demo-network]\n    ports:\n"
            "      - target: 80\n      - published: 8080\n        mode: host\n",
            deploy="      endpoint_mode: dnsrr\n",
        ),
        ["published-port-as-target"],
    ),
    "G30 capital letters in a host, and a published port": (
        stack(
            ["com.docker.lb.hosts: WORDPRESS.Local", "com.docker.lb.port: 80"],
            service="    networks: [demo-network]\n    ports:\n      - 80\n",
        ),
        ["port-also-published", "untidy-hosts"],
    ),
    "G31 an undeclared network, and two `services` keys": (
        "services: {db: {image: i}}\n"
        + stack([HOSTS, PORT, KEY, "com.docker.lb.context_root: /"], top=""),
        ["duplicate-key", "root-context", "undeclared-network"],
    ),
    "G32 two quoted texts in an HRM label": (
        stack([f"""- {HRM}.80-81="a","b\""""]),
        ["malformed-hrm-label", "malformed-hrm-label"],
    ),
    "G33 container labels": (
        "services:\n  node:\n    image: i\n    labels:\n      com.docker.lb.ip_hash: true\n",
        ["container-label"],
    ),
    "G34 an HRM label": (
        stack([f"{HRM}: external_route=http://wordpress.example.org,internal_port=80"]),
        ["hrm-label"],
    ),
    "G35 an HRM redirect": (
        stack(
            [
                f"{HRM}.1: external_route=http://old.example.org,redirect=http://new.example.org",
                f"{HRM}.2: external_route=http://new.example.org,internal_port=80",
            ]
        ),
        ["hrm-label"],
    ),
    "G36 the values in the label reference": (
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
    """The stack is deployed as `demo`, as in most of the examples."""
    report = verdict(text, stack_name="demo")

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
def test_the_values_in_the_label_reference_are_valid(label):
    """G36: each example in the documentation is a valid value of its label."""
    assert [] == rules_of(judge(stack([f"com.docker.lb.{label}"]), only="invalid-value"))


CLUSTERS = """\
[Extensions.east]
  ServiceCluster = "us-east"
  ProxyReplicas = 2
  PublishMode = "host"
[Extensions.west]
  ServiceCluster = "us-west"
  ProxyReplicas = 2
  PublishMode = "host"
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
    """G23: with Interlock's configuration, it is known which clusters exist."""
    report = verdict(stack([HOSTS, PORT, *labels]), proxy=parse(CLUSTERS, "config.toml"))

    assert expected == rules_of(report)


def test_the_help_for_hrm_labels_names_their_replacements():
    """G34: the help text contains the labels that replace the old one."""
    text = stack([f"{HRM}: external_route=http://wordpress.example.org,internal_port=80"])
    (diagnostic,) = verdict(text).diagnostics

    assert (
        "use `com.docker.lb.hosts: wordpress.example.org`, `com.docker.lb.port: 80` instead"
        == diagnostic.finding.help
    )


def test_a_shared_host_shows_both_shares():
    """G05: one canary task next to four others, in VIP mode."""
    text = CANARY.replace("8080\n", "8080\n        com.docker.lb.backend_mode: vip\n")
    (diagnostic,) = verdict(text, stack_name="demo").diagnostics

    assert ("stable", "canary") == diagnostic.services
    assert (
        "`canary` has 20% of the tasks but gets 50% of the requests for `demo.local`"
        == diagnostic.finding.message
    )


@pytest.mark.parametrize("name", ["demo", "shop"])
def test_the_name_of_the_stack_matters(name):
    """G02: `demo_demo-network` is right only for the stack `demo`."""
    report = verdict(stack([HOSTS, PORT, NETWORK]), stack_name=name)

    assert ([] if name == "demo" else ["network-not-attached"]) == rules_of(report)


def test_one_file_for_several_stacks():
    """G37: the same file deployed under five names, with the host from a variable."""
    text = stack(["com.docker.lb.hosts: ${HOST}", PORT, KEY])

    assert [["network-key-not-name"]] * 5 == [
        rules_of(verdict(text, stack_name=f"app{number}")) for number in range(5)
    ]


def test_the_old_name_of_task_mode_is_a_warning():
    """An early draft of the documentation called it `default`."""
    (diagnostic,) = verdict(stack([HOSTS, PORT, "com.docker.lb.backend_mode: default"])).diagnostics

    assert ("invalid-value", "warning") == (diagnostic.rule, diagnostic.severity)
    assert "use `task`" == diagnostic.finding.help


@pytest.mark.parametrize(
    ("target", "severity"), [(None, "error"), ("ucp-3.2", "error"), ("mke-3.8", "warning")]
)
def test_redirects_with_passthrough_may_work_in_mke(target, severity):
    redirects = "com.docker.lb.redirects: http://demo.local,https://demo.local"
    text = stack([HOSTS, PORT, NETWORK, PASS, redirects])
    (diagnostic,) = verdict(
        text, stack_name="demo", target=target and targets.parse(target)
    ).diagnostics

    assert ("passthrough-with-redirects", severity) == (diagnostic.rule, diagnostic.severity)


ROOT_CONFLICT = """\
services:
  web: {image: i, deploy: {labels: {com.docker.lb.hosts: a, com.docker.lb.context_root: /a}}}
"""


def test_what_two_stacks_do_together_is_less_certain():
    """Files of one repository need not be two stacks, nor run on one swarm."""

    def severities(*texts):
        stacks = {(f"{number}.yml",): (text,) for number, text in enumerate(texts)}
        found = judge_stacks(stacks, only=RULES).diagnostics
        return [each.severity for each in found if each.rule == "conflicting-context-roots"]

    def named(name):
        return f"# interlock-lint check --stack-name {name}\n"

    one, other = (ROOT_CONFLICT.replace("/a", path) for path in ("/a", "/b"))
    both = one + other.removeprefix("services:\n").replace("web", "other")

    assert ["error"] == severities(both)
    assert ["warning"] == severities(named("shop") + one, named("blog") + other)
    assert ["info"] == severities(named("shop") + one, other)
    assert ["info"] == severities(one, other)


def test_a_label_called_labels_that_a_later_file_replaces():
    """There is no fix, because the later file contains nothing to remove."""
    first = stack(["labels:", HOSTS, PORT])
    report = verdict(first, "services: {demo: {deploy: {labels: {labels: x}}}}")

    assert ["label-outside-labels"] == rules_of(report)
    assert [None] == [each.finding.fix for each in report.diagnostics]
