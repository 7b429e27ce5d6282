"""
Asks the Docker CLI what it makes of stack files.

This is the only module that runs it, with `docker stack config`, which needs no engine. Its
environment has only the variables that the user has given. A configuration can name a file with
variables too, so those that would make Docker itself run or read something are not passed on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from linter.files.programs import path_of
from linter.files.sources import is_at_revision
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

if TYPE_CHECKING:
    from subprocess import CompletedProcess

LIMIT = 60.0
"""Seconds to wait for Docker."""

_PROBE = "services: {web: {image: web}}\n"

# Variables that the CLI itself, its libraries or the system's loader act on.
_ACTED_ON = re.compile(
    r"(?i:.*_proxy)|DOCKER_.*|DYLD_.*|GCONV_PATH|GLIBC_TUNABLES|GO[A-Z]+|HOME|LD_.*|LOCPATH|MALLOC_.*"
    r"|NLSPATH|OTEL_.*|PATH|SSL_CERT_.*|SYSTEMROOT|TMPDIR|XDG_.*"
)
# Single quotes are around formats and fields of Docker, but also around lines of an `env_file`.
_QUOTED = re.compile(r"\".*\"|`.*`|(?<!format )(?<!decoding )'.*'|(?<==)\S+")
_LONGEST = 500
_DEEP = ("stack",) * 8
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class NoAnswer(Exception):
    """Docker did not answer; the message is the reason."""


class Answer(NamedTuple):
    """The stack as Docker reads it, as YAML; or why it rejects the stack."""

    config: str = ""
    rejection: str | None = None


@cache
def why_not() -> str | None:
    """Why Docker cannot be asked on this machine; None if it can."""
    try:
        result = _run(_PROBE, {}, os.curdir)
    except NoAnswer as error:
        return str(error)
    if result.returncode:
        return "this `docker` has no `stack config`; it needs Docker CLI 24 or later"
    return None


def ask(sources: Sequence[Source], environment: Environment) -> Answer:
    """
    What Docker makes of a stack, given as texts.

    Raises NoAnswer if it cannot tell, or if the stack needs a variable that Docker acts on.
    """
    if any(source.view for source in sources):
        raise NoAnswer("it is not a stack file itself, but becomes one")
    variables = _variables(sources, environment)
    if len(sources) == 1 and not is_at_revision(sources[0].path):
        # From standard input, so that Docker finds files next to the stack file.
        folder = os.path.dirname(os.path.abspath(sources[0].path))
        result = _run(sources[0].text, variables, folder if os.path.isdir(folder) else os.curdir)
    else:
        result = _run_alone(sources, variables)
    if not result.returncode:
        return Answer(config=result.stdout)
    return Answer(rejection=_told(result.stderr))


def _run_alone(sources: Sequence[Source], variables: dict[str, str]) -> CompletedProcess[str]:
    """Run Docker where there is nothing but the stack files."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        inner = os.path.join(folder, *_DEEP)  # so that `../` leads to nothing else
        os.makedirs(inner)
        paths = [os.path.join(inner, f"{number}.yml") for number in range(len(sources))]
        for path, source in zip(paths, sources, strict=True):
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(source.text)
        result = _run("", variables, inner, *paths)
        if folder in result.stderr:  # a file that is not there
            raise NoAnswer("it names other files, but Docker is given only those of the stack")
        return result


def _run(text: str, variables: dict[str, str], folder: str, *paths: str) -> CompletedProcess[str]:
    import subprocess
    from tempfile import TemporaryDirectory

    program = path_of("docker")
    if program is None:
        raise NoAnswer("there is no `docker` on the PATH")
    files = (word for path in paths or ("-",) for word in ("-c", path))
    with TemporaryDirectory() as home:
        # Without a home of its own, Docker would read the settings and run the plugins of another.
        environment = {"HOME": home, "PATH": os.environ.get("PATH", os.defpath), **variables}
        try:
            return subprocess.run(  # noqa: S603 - no shell, and docker found by its absolute path
                [program, "stack", "config", *files],
                input=text,
                capture_output=True,
                check=False,
                cwd=folder,
                encoding="utf-8",
                env=environment,
                errors="replace",
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            raise NoAnswer(f"`docker` took longer than {LIMIT:.0f} seconds") from None
        except OSError:
            raise NoAnswer("`docker` cannot be started") from None


def _variables(sources: Sequence[Source], environment: Environment) -> dict[str, str]:
    given = environment.variables
    names = [name for name in given if _ACTED_ON.fullmatch(name)]
    # What the caller's own environment has as well comes from the caller.
    foreign = {name for name in names if given[name] != os.environ.get(name)}
    for name in sorted(foreign):
        if any(re.search(rf"\$\{{?{re.escape(name)}\b", source.text) for source in sources):
            raise NoAnswer(f"the stack uses the variable `{name}`, which Docker itself acts on")
    return {
        name: value
        for name, value in given.items()
        if name not in foreign and name and "=" not in name and "\0" not in name + value
    }


def _told(text: str) -> str:
    """Docker's own reason in one line; what it quotes may be secret."""
    # Cut last: a quote that is cut off before its end would not be recognized.
    reason = _QUOTED.sub("…", _CONTROL.sub(" ", text)).strip()
    return reason[:_LONGEST] or "no reason given"
