"""The oldest ansible-core that the collection is for: one play with everything but a swarm."""

import json

import pytest

pytestmark = pytest.mark.ansible

STACK = {
    "services": {
        "web": {
            "image": "nginx",
            "deploy": {
                "labels": {
                    "com.docker.lb.hosts": "shop.example.com",
                    "com.docker.lb.port": "{{ 8000 + 80 }}",
                }
            },
        }
    }
}


def test_the_modules_and_the_filter(oldest_ansible, tmp_path):
    (tmp_path / "stack.yml").write_text(json.dumps(STACK).replace("{{ 8000 + 80 }}", "8080"))
    lint = "interlock.lint.interlock_"
    files = {"source": ["stack.yml"]}
    label = {f"{lint}labels": files | {"service": ["web"], "labels": {"port": 8081}}}
    tasks = [
        {f"{lint}check": {"compose": STACK, "stack_name": "shop"}},
        {f"{lint}check": files},
        label,
        label,
        {f"{lint}migrate": files | {"to": "vip"}},
        {
            "ansible.builtin.assert": {
                "that": [f"(stack | {lint}findings) == []", f"(wrong | {lint}findings) != []"]
            },
            "vars": {
                "stack": STACK,
                "wrong": "services: {a: {image: i, deploy: {labels: {com.docker.lb.prot: 1}}}}",
            },
        },
    ]
    status, out = oldest_ansible.play(tmp_path, tasks, "--diff")

    assert 0 == status, out
    assert "ok=6    changed=2 " in out
    assert "+web com.docker.lb.port=" in out
    assert "+web com.docker.lb.backend_mode=" in out
