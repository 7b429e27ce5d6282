"""Installs the programs that are measured, and runs them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
WORK = HERE / "work"

OURS = "interlock-lint"
YARDSTICK = "bare yaml.compose"
KEEPING = "the same, nodes kept"

_BIN = WORK / "venv" / "bin"
PYTHON = str(_BIN / "python")
_VERSION = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
_LIBYAML = "import yaml; print(yaml.__version__, 'with libyaml', yaml._yaml.get_version_string())"
_LONGEST = 600
"""Seconds after which a single step counts as failed."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program and its version; `command` comes before the files, or before a folder."""

    name: str
    version: str
    command: tuple[str, ...]
    takes_folders: bool = False

    def call(self, files: Sequence[str], folder: str | None = None) -> list[str]:
        """The command line for files, or for the folder they are in."""
        if folder is not None and self.takes_folders:
            return [*self.command, folder]
        return [*self.command, *files]

    def running(self, *words: str) -> Program:
        """The same program, running a different command of its own."""
        return replace(self, command=(*self.command[:-1], *words))


class NotInstalled(Exception):
    """A program that cannot be installed or run here; the message says why."""


def install() -> tuple[list[Program], dict[str, str]]:
    """The programs that were installed, ours first, and why the others could not be."""
    WORK.mkdir(exist_ok=True)
    programs = [_interlock_lint(), *_compose()]
    left_out: dict[str, str] = {}
    peers: dict[str, Callable[[], Program]] = {
        "yamllint": _yamllint,
        "check-jsonschema": _check_jsonschema,
        "dclint": _dclint,
    }
    for name, make in peers.items():
        try:
            programs.append(make())
        except NotInstalled as error:
            left_out[name] = str(error)
    return programs, left_out


def output(command: Sequence[str], folder: Path = HERE, *, statuses: Sequence[int] = (0,)) -> str:
    """
    What a command prints.

    Raises NotInstalled if the command cannot be started, takes too long, ends with a status other
    than those in `statuses`, or prints a traceback.
    """
    try:
        result = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_LONGEST, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(f"{type(error).__name__}: {Path(command[0]).name}") from None
    if result.returncode not in statuses or "Traceback" in result.stderr:
        lines = (result.stderr or result.stdout).strip().splitlines()
        raise NotInstalled(lines[-1] if lines else f"exit status {result.returncode}")
    return result.stdout.strip()


def _interlock_lint() -> Program:
    """The checkout, installed the way users install it: from a wheel, with bytecode."""
    if not Path(PYTHON).exists():
        output([sys.executable, "-m", "venv", str(WORK / "venv")])
    _pip(str(HERE.parent))
    return Program(OURS, _version(OURS), (str(_BIN / OURS), "check"), takes_folders=True)


def _compose() -> list[Program]:
    version = "PyYAML " + output([PYTHON, "-c", _LIBYAML])
    command = (PYTHON, str(HERE / "compose.py"))
    return [Program(YARDSTICK, version, command), Program(KEEPING, version, (*command, "--keep"))]


def _yamllint() -> Program:
    _pip("yamllint")
    command = (str(_BIN / "yamllint"), "-d", "{extends: relaxed}")
    return Program("yamllint", _version("yamllint"), command, takes_folders=True)


def _check_jsonschema() -> Program:
    _pip("check-jsonschema")
    command = (str(_BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec")
    return Program("check-jsonschema", _version("check-jsonschema"), command)


def _dclint() -> Program:
    folder = WORK / "node_modules" / "dclint"
    if not folder.is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise NotInstalled("npm is not installed")
        output([npm, "install", "--silent", "--no-save", "--prefix", str(WORK), "dclint"])
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    node = output(["node", "--version"])
    command = (str(WORK / "node_modules" / ".bin" / "dclint"),)
    return Program("dclint", f"{version} on Node {node}", command)


def _pip(requirement: str) -> None:
    output([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement])


def _version(name: str) -> str:
    return output([PYTHON, "-c", _VERSION, name])
