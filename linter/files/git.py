"""
Asks git about repositories that are not trusted.

This is the only module that runs git. Whatever a repository configures, git executes nothing but
itself, and answers within bounded time and memory or not at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from linter import TYPE_CHECKING
from linter.files.programs import path_of

if TYPE_CHECKING:
    from subprocess import Popen

LIMIT = 4.0
"""Seconds to wait for git: a configuration may include a pipe that nobody writes to."""

MAX_PRINTED_BYTES = 128 * 1024**2
"""Limit of what git prints at once."""

_CHUNK = 1024**2
_SLOW = "git takes too long"
_GRACE = 1.0  # seconds for git to exit after it has closed its output

# Commands that convert no content. Filters and drivers have names of their own in each repository,
# so no setting could override them all.
_COMMANDS = frozenset({"cat-file", "ls-files", "ls-tree", "merge-base", "rev-list", "rev-parse"})

# Settings from the command line override those of a repository.
_SETTINGS = (
    "core.fsmonitor=",  # empty, because older versions would run a program called `false`
    f"core.hooksPath={os.devnull}",
    "core.alternateRefsCommand=",
    "core.askPass=",
    "core.sshCommand=false",
    "credential.helper=",
    "gc.auto=0",
    "log.showSignature=false",
    "maintenance.auto=false",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
)

# The caller's own settings; all other variables of git could point to different files or programs.
_KEPT = {
    "GIT_ATTR_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
}


class NoAnswer(Exception):
    """Git did not answer; the message is the reason."""


class _TooSlow(Exception):
    """Git took longer than the limit."""


_slow_roots: set[str] = set()
"""Repositories in which git took too long: it is not asked again, and waited for, in this run."""


def root_of(folder: str) -> str | None:
    """The root of the repository that a folder is in, with links resolved; None outside of one."""
    path = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(path, ".git")):
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent
    return path


def run(
    root: str,
    command: str,
    *arguments: str,
    limit: float = LIMIT,
    most: int = MAX_PRINTED_BYTES,
    feed: bytes = b"",
) -> bytes:
    """
    What a command of git prints in the repository at `root`, when it reads `feed`.

    Paths in the arguments are taken literally. Raises NoAnswer if git is missing, fails, refuses
    the repository because it belongs to another user, takes longer than `limit` seconds or prints
    more than `most` bytes.
    """
    import subprocess

    if command not in _COMMANDS:
        raise ValueError(command)
    if limit <= 0 or root in _slow_roots:
        raise NoAnswer(_SLOW)
    program = path_of("git")
    if program is None:
        raise NoAnswer("git is not installed")
    settings = (word for setting in _SETTINGS for word in ("-c", setting))
    words = [program, "--no-pager", *settings, command, *arguments]
    try:
        with _input(feed) as stdin:
            process = subprocess.Popen(  # noqa: S603 - no shell, and git found by its absolute path
                words,
                cwd=root,
                env=_environment(root),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # without a terminal to ask on, and to end as a group
            )
    except (OSError, ValueError):
        raise NoAnswer("git cannot be started") from None
    with process:
        try:
            output = _output(process, limit, most)
            process.wait(_GRACE)
        except (subprocess.TimeoutExpired, _TooSlow):
            _slow_roots.add(root)
            raise NoAnswer(_SLOW) from None
        finally:
            _end(process)
    if process.returncode:
        raise NoAnswer(_failure(root))
    return output


@contextmanager
def _input(feed: bytes) -> Iterator[int]:
    """Something to read; a file, because it cannot fill up as a pipe could."""
    if not feed:
        with open(os.devnull, "rb") as file:
            yield file.fileno()
        return
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        file.write(feed)
        file.seek(0)
        yield file.fileno()


def _environment(root: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT
    }
    # Without this, git would look further up if `.git` is not a repository.
    ceilings = [kept.get("GIT_CEILING_DIRECTORIES", ""), os.path.dirname(root)]
    return {
        **kept,
        "GIT_ALLOW_PROTOCOL": "none",  # `protocol.allow` would not override `protocol.ext.allow`
        "GIT_CEILING_DIRECTORIES": os.pathsep.join(filter(None, ceilings)),
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_WORK_TREE": root,  # overrides `core.worktree` and `core.bare`
    }


def _output(process: Popen[bytes], limit: float, most: int) -> bytes:
    """What a process prints. Raises NoAnswer if it is too much, and _TooSlow."""
    from threading import Thread

    chunks: list[bytes] = []

    def read() -> None:
        left = most
        while left >= 0 and process.stdout and (chunk := os.read(process.stdout.fileno(), _CHUNK)):
            chunks.append(chunk)
            left -= len(chunk)

    # A thread, because Windows can wait for a pipe in no other way.
    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        reader.join(limit)
        late = reader.is_alive()
    finally:
        if reader.is_alive():
            _end(process)  # so that nothing is left to read
            reader.join(_GRACE)
    if late:
        raise _TooSlow
    output = b"".join(chunks)
    if len(output) > most:
        raise NoAnswer(f"git printed more than {most:,} bytes")
    return output


def _end(process: Popen[bytes]) -> None:
    """End a process that is still running, with all that it has started."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            import signal

            os.killpg(process.pid, signal.SIGKILL)


def _failure(root: str) -> str:
    """Why git failed; its own words could contain anything that the repository does."""
    owned = (root, os.path.join(root, ".git"))
    if sys.platform != "win32" and any(os.lstat(each).st_uid != os.geteuid() for each in owned):
        return "git does not read a repository of another user unless `safe.directory` lists it"
    return "git cannot read the repository"
