"""The real ansible-core with community.docker, which deploys to a `docker` that only records."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from support import PATIENCE, component

WHERE = "INTERLOCK_LINT_ANSIBLE"

# Answers what the module asks, and hands what it deploys to the real `docker stack config`.
DOCKER = """\
#!{python}
import json, subprocess, sys

words = sys.argv[1:]
if words[:1] == ["--host"]:
    words = words[2:]
if words[:1] == ["version"]:
    print(json.dumps({{"Client": {{}}, "Server": {{"ApiVersion": "1.47"}}}}))
elif words[:2] == ["stack", "deploy"]:
    files = [path for word, path in zip(words, words[1:]) if word == "--compose-file"]
    command = [{docker!r}, "stack", "config", *(word for path in files for word in ("-c", path))]
    done = subprocess.run(command, capture_output=True, text=True)
    record = {{"files": [open(path).read() for path in files], "refused": done.stderr.strip()}}
    with open({folder!r} + "/" + words[-1] + ".json", "w") as file:
        json.dump(record, file)
    sys.exit(done.returncode)
else:
    sys.stderr.write(f"Nothing found in stack: {{words[2]}}\\n")
"""

SANITIZED = """\
import json, sys
from ansible.parsing.dataloader import DataLoader
try:
    from ansible_collections.community.docker.plugins.module_utils._util import sanitize_labels
except ImportError:  # before version 5
    from ansible_collections.community.docker.plugins.module_utils.util import sanitize_labels

found = {}
for text in json.load(sys.stdin):
    labels = {"label": DataLoader().load(text)}
    try:
        sanitize_labels(labels, "labels")
        found[text] = str(labels["label"])
    except ValueError:
        found[text] = None
json.dump(found, sys.stdout)
"""


@cache
def folder():
    """The virtual environment with ansible-core and the collection, if there is one."""
    root = Path(os.environ.get(WHERE, "/nowhere"))
    found = list(root.glob("lib/python3*/site-packages/ansible_collections/community/docker"))
    return root if found and (root / "bin/ansible-playbook").exists() else None


def require():
    component("ansible", folder(), f"{WHERE} names no environment with the collection")
    return folder()


def deployed(place, playbook):
    """What Docker gets of each stack of a playbook, by the name of the stack."""
    root = require()
    record, programs = place / "record", place / "bin"
    record.mkdir()
    programs.mkdir()
    stub = programs / "docker"
    docker = shutil.which("docker")
    stub.write_text(DOCKER.format(python=sys.executable, docker=docker, folder=str(record)))
    stub.chmod(0o755)
    (place / "site.yml").write_text(playbook, encoding="utf-8")
    subprocess.run(
        [root / "bin/ansible-playbook", "-i", "localhost,", "-c", "local", "site.yml"],
        cwd=place,
        env={
            "PATH": f"{programs}:{root / 'bin'}:{os.environ['PATH']}",
            "HOME": str(place),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_PYTHON_INTERPRETER": str(root / "bin/python"),
        },
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    return {each.stem: json.loads(each.read_text()) for each in record.glob("*.json")}


def sanitized(texts):
    """What the module makes of values of labels as written; None for those it refuses."""
    done = subprocess.run(
        [require() / "bin/python", "-c", SANITIZED],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return json.loads(done.stdout)
