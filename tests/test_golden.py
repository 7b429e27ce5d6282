"""Documented examples and known mistakes from the field, each with the verdict it deserves."""

import pytest
from support import judge, rules_of


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

EXAMPLES = {
    "G01 one network needs no network label": (stack([HOSTS, PORT]), []),
    "G02 the name in the swarm": (stack([HOSTS, PORT, NETWORK]), []),
    "G03 the key in the file": (stack([HOSTS, PORT, KEY]), ["network-key-not-name"]),
    "G04 a canary in task mode": (CANARY, []),
    "G06 VIP mode": (stack([HOSTS, PORT, "com.docker.lb.backend_mode: vip"]), []),
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
        stack([HOSTS, PORT, "com.docker.lb.sticky_session_cookie: session"]),
        [],
    ),
    "G14 sticky by address": (stack([HOSTS, PORT, 'com.docker.lb.ip_hash: "true"']), []),
    "G15 sticky cookie in VIP mode": (
        stack(
            [
                HOSTS,
                PORT,
                "com.docker.lb.sticky_session_cookie: session",
                "com.docker.lb.backend_mode: vip",
            ]
        ),
        ["sticky-session-in-vip-mode"],
    ),
    "G16 TLS at the proxy, with the key of the network": (
        stack([HOSTS, PORT, KEY, *TLS]),
        ["network-key-not-name"],
    ),
    "G18 passthrough, with the key of the network": (
        stack([HOSTS, "com.docker.lb.port: 8443", KEY, 'com.docker.lb.ssl_passthrough: "true"']),
        ["network-key-not-name"],
    ),
    "G21 passthrough with a network": (
        stack([HOSTS, "com.docker.lb.port: 443", NETWORK, 'com.docker.lb.ssl_passthrough: "true"']),
        [],
    ),
    "G22 websockets": (stack([HOSTS, PORT, "com.docker.lb.websocket_endpoints: /ws"]), []),
    "G23 service cluster": (stack([HOSTS, PORT, "com.docker.lb.service_cluster: us-east"]), []),
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
        stack([HOSTS, PORT, KEY, "com.docker.lb.ssl_cert: red_a", "com.docker.lb.ssl_key: red_b"]),
        ["network-key-not-name"],
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
    "G30 upper case in a host": (stack(["com.docker.lb.hosts: WORDPRESS.Local", PORT]), []),
    "G31 an undeclared network, and services twice": (
        "services: {db: {image: i}}\n" + stack([HOSTS, PORT, KEY], top=""),
        ["duplicate-key", "network-key-not-name", "undeclared-network"],
    ),
    "G33 container labels": (
        "services:\n  node:\n    image: i\n    labels:\n      com.docker.lb.ip_hash: true\n",
        ["container-label"],
    ),
    "G36 the values of the label reference": (
        stack(
            [
                "com.docker.lb.hosts: example.com,test.com,old.example.com",
                PORT,
                "com.docker.lb.context_root: /app",
                "com.docker.lb.service_cluster: us-east",
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
    report = judge(text)

    assert [] == report.unjudged
    assert sorted(expected) == sorted(rules_of(report))


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
