"""Runs the commands of CI files: with this program, and stand-ins for what installs it."""

import os
import re
import subprocess
import sys

from support import PATIENCE, ROOT

_PROGRAM = """\
#!/bin/sh
PYTHONPATH={root}${{PYTHONPATH:+:$PYTHONPATH}} exec {python} -m linter "$@"
"""
# Records what would be installed.
_PIP = """\
#!/bin/sh
printf '%s\\n' "$*" >>"{log}"
"""
# Makes an environment in which this program is installed already; anything else is for Python.
_PYTHON = """\
#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
    mkdir -p "$3/bin" && cp "{bin}"/* "$3/bin"
elif [ "$1 $2" = "-m pip" ]; then
    shift 2
    exec "{bin}/pip" "$@"
else
    exec {python} "$@"
fi
"""
BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def blocks(document, heading=None):
    """The blocks of code of a document, or of one of its sections: language, file and text."""
    text = (ROOT / document).read_text(encoding="utf-8")
    if heading is not None:
        text = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [match.group("language", "file", "text") for match in BLOCK.finditer(text)]


class Machine:
    """A machine that runs commands in a folder; `installed` is what pip was asked for."""

    def __init__(self, folder, work):
        self.work, self._bin, self._log = work, folder / "bin", folder / "installed"
        self._bin.mkdir(parents=True)
        self._log.write_text("")
        words = {"root": ROOT, "python": sys.executable, "bin": self._bin, "log": self._log}
        programs = {"interlock-lint": _PROGRAM, "pip": _PIP, "python3": _PYTHON, "python": _PYTHON}
        for name, text in programs.items():
            (self._bin / name).write_text(text.format(**words))
            (self._bin / name).chmod(0o755)

    @property
    def installed(self):
        return self._log.read_text().splitlines()

    @property
    def python(self):
        return str(self._bin / "python3")

    def run(self, commands, **variables):
        """Run commands as CI does, until one fails."""
        kept = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "PYTHONUTF8")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment |= {"PATH": f"{self._bin}:{os.environ['PATH']}", "HOME": str(self.work.parent)}
        for role in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{role}_NAME": "t", f"GIT_{role}_EMAIL": "t@example.com"}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", commands],
            cwd=self.work,
            env=environment | variables,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
