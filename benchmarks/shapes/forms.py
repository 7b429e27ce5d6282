"""Scripts and other forms in which services are written."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .shape import FILE, PREFIX, USUAL, Shape, own_hosts, service, stack


def _created(name: object, *, options: str = "") -> str:
    labels = f"-l {PREFIX}hosts=h{name}.$DOMAIN -l {PREFIX}port=80"
    return f"docker service create --name s{name} --network front {labels} {options} image\n"


def script(count: int) -> Mapping[str, str]:
    """Commands that create services."""
    return {"deploy.sh": "".join(map(_created, range(count)))}


def updates(count: int) -> Mapping[str, str]:
    """Commands that change one service."""
    lines = (f"docker service update --label-add l{n}=$V s0 # {n}\n" for n in range(count))
    return {"deploy.sh": _created(0) + "".join(lines)}


def long_command(count: int) -> Mapping[str, str]:
    """A command with many labels, on many lines."""
    labels = "".join(f"-l l{n}='a'\"$B\"\\c \\\n" for n in range(count))
    return {"deploy.sh": _created(0, options=labels)}


def open_quotes(count: int) -> Mapping[str, str]:
    """Quotation marks, brackets and backslashes that never end."""
    return {"deploy.sh": _created(0) + "x \"`$( '" * count + "\\" * count}


def code_blocks(count: int) -> Mapping[str, str]:
    """Code blocks of a Markdown file, nested in lists and quotes."""
    block = "> 1. ```console\n>    $ {}>    done\n>    ```\n"
    return {"README.md": "".join(block.format(_created(n)) for n in range(count))}


def recipes(count: int) -> Mapping[str, str]:
    """Lines of a Makefile."""
    lines = (f"\t@{_created(n, options='$(call f,$(G)) $$X')}" for n in range(count))
    return {"Makefile": "all:\n" + "".join(lines)}


def steps(count: int) -> Mapping[str, str]:
    """Steps of a Jenkinsfile."""
    lines = (f"sh '{_created(n, options='%C% -l x=//y').strip()}'\n" for n in range(count))
    return {"Jenkinsfile": "".join(lines)}


def jobs(count: int) -> Mapping[str, str]:
    """Jobs of a workflow."""
    lines = (f"      - run: |\n          {_created(n, options='${{ x }}')}" for n in range(count))
    return {"ci.yml": "on: push\njobs:\n  a:\n    steps:\n" + "".join(lines)}


def record(count: int, stacks: int = 50) -> Mapping[str, str]:
    """What `docker service inspect` prints about many services of several stacks."""
    entries = [
        {
            "ID": f"i{n}",
            "Spec": {
                "Name": f"s{n % stacks}_w{n}",
                "Labels": {
                    f"{PREFIX}hosts": f"h{n}.example.com",
                    f"{PREFIX}port": "80",
                    f"{PREFIX}network": "front",
                    "com.docker.stack.namespace": f"s{n % stacks}",
                },
                "TaskTemplate": {
                    "ContainerSpec": {"Image": "i", "Env": ["A=1"]},
                    "Networks": [{"Target": "n", "Aliases": [f"w{n}"]}],
                },
                "Mode": {"Replicated": {"Replicas": 1}},
            },
        }
        for n in range(count)
    ]
    networks = [{"Id": "n", "Name": "front", "Scope": "swarm"}]
    return {"services.json": json.dumps([*entries, *networks], indent=4)}


def stacks_of_record(count: int) -> Mapping[str, str]:
    """The same, but each in a stack of its own, with a finding."""
    text = record(count, stacks=count)["services.json"]
    return {"services.json": text.replace('"80"', '"x"')}


def stacks_on_one_line(count: int) -> Mapping[str, str]:
    """The same on one line, as a program prints it."""
    entries = json.loads(stacks_of_record(count)["services.json"])
    return {"services.json": json.dumps(entries)}


def blocks_of_stacks(count: int) -> Mapping[str, str]:
    """Code blocks with a stack each."""
    texts = (stack([service(n, {"hosts": f"h{n}", **USUAL})])[FILE] for n in range(count))
    return {"README.md": "".join(f"```yaml\n{text}```\n" for text in texts)}


def tasks(count: int) -> Mapping[str, str]:
    """Tasks of Ansible that deploy a stack each."""
    labels = f"{PREFIX}hosts: '{{{{ h }}}}', {PREFIX}port: '80'"
    lines = "".join(
        f"  - docker_stack:\n      name: s{n}\n      compose:\n"
        f"        - services: {{w: {{image: i, deploy: {{labels: {{{labels}}}}}}}}}\n"
        for n in range(count)
    )
    return {"play.yml": f"- hosts: all\n  tasks:\n{lines}"}


def resources(count: int) -> Mapping[str, str]:
    """Services in a file of Terraform, with labels from a local."""
    blocks = "".join(
        f'resource "docker_service" "s{n}" {{\n  name = "s{n}"\n  labels {{\n'
        f'    label = "{PREFIX}hosts"\n    value = local.h{n}\n  }}\n}}\n'
        for n in range(count)
    )
    values = "".join(f'  h{n} = "h{n}.example.com"\n' for n in range(count))
    return {"main.tf": f"locals {{\n{values}}}\n{blocks}"}


def modules(count: int) -> Mapping[str, str]:
    """A plan of Terraform with a service in each module."""
    children = [
        {
            "address": f"module.m{n}",
            "resources": [
                {
                    "address": f"module.m{n}.docker_service.s",
                    "mode": "managed",
                    "type": "docker_service",
                    "name": "s",
                    "values": {
                        "name": f"s{n}",
                        "labels": [{"label": f"{PREFIX}hosts", "value": f"h{n}"}],
                    },
                }
            ],
        }
        for n in range(count)
    ]
    calls: dict[str, dict[str, object]] = {f"m{n}": {"module": {}} for n in range(count)}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": children}},
        "configuration": {"root_module": {"module_calls": calls}},
    }
    return {"plan.json": json.dumps(plan, indent=1)}


def expressions(count: int) -> Mapping[str, str]:
    """Services in a template, with an expression each."""
    return {"stack.yml.j2": stack(own_hosts(count, port="'{{ port }}'"))[FILE]}


def branches(count: int) -> Mapping[str, str]:
    """Branches of a template that have nothing to do with each other."""
    parts = (
        f"{{% if c{n} %}}\n{service(n, {'hosts': f'h{n}', **USUAL})}{{% endif %}}\n"
        for n in range(count)
    )
    return {"stack.yml.j2": stack(parts)[FILE]}


def findings_in_branches(count: int) -> Mapping[str, str]:
    """Findings of a template, and as many branches that others of its stacks do not take."""
    labels = {**USUAL, **{f"x{n:06}": "a" for n in range(count)}}
    ways = "".join(
        f"{{% if c{n} %}}\n        {PREFIX}y{n}: a\n{{% endif %}}\n" for n in range(count)
    )
    return {"stack.yml.j2": stack([service(0, labels) + ways])[FILE]}


SHAPES = (
    Shape("stacks of a record", "stack", "check services.json", stacks_of_record, first=200),
    Shape(
        "stacks of a record on one line",
        "stack",
        "check services.json",
        stacks_on_one_line,
        first=200,
        counted=15,
    ),
    Shape("stacks in Markdown", "stack", "check README.md", blocks_of_stacks, 12, counted=25),
    Shape(
        "stacks in Markdown, changed",
        "stack",
        "labels set README.md * port=81",
        blocks_of_stacks,
        first=12,
        counted=25,
    ),
    Shape("stacks of a playbook", "task", "check play.yml", tasks, first=12, counted=25),
    Shape(
        "stacks of a playbook, changed",
        "task",
        "labels set play.yml * port=81",
        tasks,
        first=12,
        counted=25,
    ),
    Shape("resources of Terraform", "resource", "check main.tf", resources, first=200),
    Shape("modules of Terraform", "module", "check plan.json", modules, first=200),
    Shape("expressions of a template", "service", "check stack.yml.j2", expressions, first=500),
    Shape("branches of a template", "branch", "check stack.yml.j2", branches, first=100),
    Shape(
        "findings in branches of a template",
        "finding",
        "check stack.yml.j2",
        findings_in_branches,
        first=100,
    ),
    Shape("services of a record, checked", "service", "check services.json", record),
    Shape("commands of a script", "command", "check deploy.sh", script),
    Shape("commands of a script, refused", "command", "migrate --to vip deploy.sh", script),
    Shape("updates of a service", "command", "check deploy.sh", updates),
    Shape("labels of a command", "label", "check deploy.sh", long_command),
    Shape("open quotes", "quote", "check deploy.sh", open_quotes, first=10_000, counted=400),
    Shape("code blocks", "block", "check README.md", code_blocks),
    Shape("lines of a Makefile", "line", "check Makefile", recipes),
    Shape("steps of a Jenkinsfile", "step", "check Jenkinsfile", steps),
    Shape("jobs of a workflow", "job", "check ci.yml", jobs),
)
