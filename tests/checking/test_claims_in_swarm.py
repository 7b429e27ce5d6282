"""What the rules say that a swarm refuses: a real one does."""

import pytest
from support import judge, service

pytestmark = pytest.mark.swarm

STACK = """\
services:
  web:
    image: 127.0.0.1:1/example/web
    networks: [front, back]
    deploy:
      replicas: 0
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 8080
        com.docker.lb.network: shop_back
networks:
  front: {driver: DRIVER}
  back:
"""


@pytest.mark.parametrize(("driver", "joined"), [("overlay", True), ("bridge", False)])
def test_a_service_joins_only_what_spans_the_swarm(swarm, tmp_path, driver, joined):
    text = STACK.replace("DRIVER", driver)
    path = tmp_path / "stack.yml"
    path.write_text(text, encoding="utf-8")
    command = ["stack", "deploy", "--resolve-image=never", "-c", path, driver]
    deployed = swarm(*command)

    assert joined == (deployed.returncode == 0)
    assert joined or "Only networks scoped to the swarm can be used" in deployed.stderr
    assert joined == (not judge(text, only="bridge-network").diagnostics)
    names = swarm("service", "ls", "--format", "{{.Name}}").stdout.split()
    assert joined == (f"{driver}_web" in names)


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        *((each, True) for each in ("a", "shop_app.example.com.cert", "b-C_d.2", "a" * 64)),
        *((each, False) for each in (".a", "a.", "_a", "a_", "a;b", "a b", "a{", "ä", "a" * 65)),
    ],
)
def test_names_of_secrets(swarm, tmp_path, name, accepted):
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    created = swarm("secret", "create", name, tmp_path / "secret")
    stack = "services:\n" + service("web", {"hosts": "a.example.com", "ssl_cert": name})

    assert accepted == (created.returncode == 0), created.stderr
    assert accepted == (not judge(stack, only="invalid-value").diagnostics)
