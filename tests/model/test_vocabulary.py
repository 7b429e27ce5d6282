"""Which keys are misspelt labels, and of which label."""

import pytest
from support import judge

from linter.model.vocabulary import meant, nearest, rows


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("com.docker.network", "network"),
        ("com.docker.hosts", "hosts"),
        ("com.docker.com.lb.hosts", "hosts"),
        ("com.dokcer.lb.port", "port"),
        ("com.docker.bl.port", "port"),
        ("docker.lb.port", "port"),
        ("io.docker.lb.port", "port"),
        ("com.docker.lb_port", "port"),
        ("com.docker.lb:port", "port"),
        ("com.docker.lbport", "port"),
        ("com.docker.lb.defaul_backend", "default_backend"),
        ("com.docker.lb.backendmode", "backend_mode"),
        ("com.docker.lb.host", "hosts"),
        ("com.docker.lb.prot", "port"),
        ("com.docker.lb.context-root", "context_root"),
        ("com.docker.lb.sticky_session", "sticky_session_cookie"),
        ("com.docker.lb.ssl_cert_key", "ssl_key"),
        ("com.docker.lb.ssl_certs", "ssl_cert"),
        ("com.docker.lb.redirect", "redirects"),
        ("com.docker.lb.websocket_endpoint", "websocket_endpoints"),
        ("COM.DOCKER.LB.HOSTS", "hosts"),
        (" com.docker.lb.hosts", "hosts"),
        ("com.docker.lb.hosts ", "hosts"),
        ("\xa0com.docker.lb.hosts", "hosts"),
        ("\ufeffcom.docker.lb.hosts", "hosts"),
        ("\u201ccom.docker.lb.hosts\u201d", "hosts"),
        ("\u201ccom.docker.lb.hosts", "hosts"),
        ("com.docker.interlock.hosts", "hosts"),
        ("com.docker.interlock.lb.port", "port"),
        ("com.docker.ucp.lb.backend_mode", "backend_mode"),
        ("com.docker.ucp.interlock.port", "port"),
        ("com.docker-lb.port", "port"),
        ("com-docker-lb.port", "port"),
        ("com_docker_lb.port", "port"),
        ("com_docker_lb_context_root", "context_root"),
        ("com/docker/lb/hosts", "hosts"),
        ("com.docker.swarm.lb.hosts", "hosts"),
        ("com.docker.loadbalancer.hosts", "hosts"),
        ("com.mirantis.lb.hosts", "hosts"),
        ("\uff02com.docker.lb.hosts\uff02", "hosts"),
        ("Com.Docker.Lb.Port", "port"),
        ("com.docker.lb.port:80", "port"),
        ("com.docker.lb.hosts:a.example.com", "hosts"),
        ("com.docker.lb.redirects:http://a,http://b", "redirects"),
    ],
)
def test_misspelt_labels(key, expected):
    assert expected == meant(key)


@pytest.mark.parametrize(
    "key",
    [
        *(row.key for row in rows().values()),
        "com.docker.lb.weight",
        "com.docker.lb.headers",
        "com.docker.lb.x_trace",
        "com.docker.ucp.access.label",
        "com.docker.ucp.mesh.http",
        "com.docker.ucp.network",
        "com.docker.ucp.interlock.conf-1",
        "com.docker.interlock.proxy",
        "com.mycorp-docker-lb.port",
        "com.docker.stack.namespace",
        "com.docker.compose.project",
        "com.docker.interlock.extension",
        "com.docker.hub",
        "com.mycorp.lb.port",
        "com.mycorp.docker.lb.port",
        "com.docker.ldap.hosts",
        "com.docker.network.driver.mtu",
        "com.docker.ssl_only",
        "traefik.docker.network",
        "traefik.docker.lb.port",
        "traefik.http.services.web.loadbalancer.server.port",
        "org.example.network",
        "interlock.hostname",
        "lb.port.example",
        "docker",
        "",
    ],
)
def test_other_keys(key):
    assert meant(key) is None


def test_a_name_unlike_any_label():
    assert nearest("weight") is None
    assert "hosts" == nearest("hostname")


@pytest.mark.parametrize(
    ("labels", "fixes"),
    [
        ("com.docker.lb.host: a", ["com.docker.lb.hosts"]),
        ("'com.docker.lb.host': a", ["'com.docker.lb.hosts'"]),
        ("com.docker.lb.host: a, com.docker.lb.hosts: b", [None]),
        ("com.docker.lb.host: a, com.docker.lb.hosst: b", [None, None]),
        (r'"com.docker.lb.h\x6fst": a', [None]),
        ('"com.docker.lb.hosts ": a', ['"com.docker.lb.hosts"']),
        ("[com.docker.lb.host=a]", ["com.docker.lb.hosts"]),
        ("[com.docker.network = a]", [None]),
    ],
    ids=[
        *("plain", "quoted", "next to the right one", "two for one", "with an escape", "a space"),
        *("list", "spaces around the sign"),
    ],
)
def test_a_label_is_renamed_if_that_is_enough(labels, fixes):
    labels = labels if labels.startswith("[") else f"{{{labels}}}"
    text = f"services: {{web: {{image: i, deploy: {{labels: {labels}}}}}}}\n"
    findings = [each.finding for each in judge(text, only="misspelt-label").diagnostics]

    assert fixes == [each.fix and each.fix.edits[0].text for each in findings]


def test_ten_of_many_wrong_items_are_reported():
    hosts = ",".join(f"http://h{number}" for number in range(12))
    text = (
        f"services: {{web: {{image: i, deploy: {{labels: {{com.docker.lb.hosts: '{hosts}'}}}}}}}}"
    )
    wrong = [each for each in judge(text).diagnostics if each.rule == "invalid-value"]

    assert [f"http://h{number}" for number in range(10)] == [
        each.finding.span.text for each in wrong
    ]
