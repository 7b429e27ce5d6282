"""Scripts and other forms in which services are written."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .shape import PREFIX, Shape


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


def record(count: int) -> Mapping[str, str]:
    """What `docker service inspect` prints about many services of several stacks."""
    entries = [
        {
            "ID": f"i{n}",
            "Spec": {
                "Name": f"s{n % 50}_w{n}",
                "Labels": {
                    f"{PREFIX}hosts": f"h{n}.example.com",
                    f"{PREFIX}port": "80",
                    f"{PREFIX}network": "front",
                    "com.docker.stack.namespace": f"s{n % 50}",
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


SHAPES = (
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
