"""The real `docker stack config`, which needs no daemon: what Docker makes of stack files."""

import os
import re
import shutil
import subprocess
from base64 import b64decode
from functools import cache

import yaml
from support import PATIENCE, component

PROBE = "services:\n  web:\n    image: i\n"


class _Loader(yaml.BaseLoader):
    """Every scalar is a string."""

    def construct_scalar(self, node):
        if node.tag == "tag:yaml.org,2002:binary":  # no text; JSON has U+FFFD in its place
            return b64decode(node.value).decode(errors="replace")
        # The client loses a line break at the beginning, although it prints the indicator for it.
        mark = node.start_mark
        # Without one, it prints what begins with a space on a single line in quotes.
        loses = re.match(r"\|\d", mark.buffer[mark.pointer :]) and not re.match(" .*\n", node.value)
        return f"\n{node.value}" if loses else node.value


@cache
def _works() -> bool:
    """Old clients have no such command, though their help does not say so; only a call tells."""
    if not shutil.which("docker"):
        return False
    result = subprocess.run(
        ["docker", "stack", "config", "-c", "-"],
        input=PROBE,
        text=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
    )
    return result.returncode == 0


def require():
    component("docker-cli", _works(), "there is no `docker stack config` here")


def printed(folder, *texts, environment=None):
    """What `docker stack config` prints for the files of a stack, and how it went."""
    command = ["docker", "stack", "config"]
    for index, text in enumerate(texts):
        path = folder / f"{index}.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        command += ["-c", str(path)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **(environment or {})},
        timeout=PATIENCE,
    )


def stack_config(folder, *texts, environment=None):
    """The labels of each service as Docker would deploy them, or its refusal as a string."""
    result = printed(folder, *texts, environment=environment)
    if result.returncode:
        return result.stderr.strip()
    config = yaml.load(result.stdout, Loader=_Loader)
    return {
        name: (service.get("deploy") or {}).get("labels") or {}
        for name, service in config.get("services", {}).items()
    }
