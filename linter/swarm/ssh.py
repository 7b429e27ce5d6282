"""
Reaches an engine through `ssh`, as `docker` does: each connection is a `docker system dial-stdio`.

The SDK can start `ssh` too. But it needs `paramiko` for that without using it, waits for any
answer forever, and leaves the `ssh` running.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
import threading
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING

from linter.model.swarm import NoSwarm

if TYPE_CHECKING:
    from subprocess import Popen

PREFIX = "ssh://"

_GRACE = 1.0
"""Seconds to wait for the thread that takes connections; on Linux, it ends at once."""

_HOST = r"ssh://(?:([^@/]+)@)?(\[[^]]+\]|[^:/]+)(?::([0-9]+))?/?"


class Tunnel:
    """
    A local socket that leads to the engine at a host. Raises NoSwarm.

    Only this user can connect. Everything that it started ends with it.
    """

    def __init__(self, host: str) -> None:
        match = re.fullmatch(_HOST, host)
        if match is None:
            raise NoSwarm(f"{host} is not an address", "write it as ssh://user@host:port")
        folders = filter(os.path.isabs, os.get_exec_path())  # others may be of a repository
        program = shutil.which("ssh", path=os.pathsep.join(folders))
        if program is None:
            raise NoSwarm(f"{host} needs the program `ssh`", "install an SSH client")
        user, name, port = match.groups()
        options = [*(("-l", user) if user else ()), *(("-p", port) if port else ())]
        remote = ("docker", "system", "dial-stdio")
        self._words = (program, *options, "-T", "--", name.strip("[]"), *remote)
        self._running: list[Popen[bytes]] = []
        self._folder = tempfile.mkdtemp(prefix="interlock-lint-")
        self._listening = socket.socket(socket.AF_UNIX)
        path = os.path.join(self._folder, "s")
        self._listening.bind(path)
        self._listening.listen()
        self.host = f"unix://{path}"
        serving = threading.Thread(target=self._serve, daemon=True)
        # At the latest when Python ends: a watch for events never closes it.
        self.close = weakref.finalize(
            self, _end, self._listening, serving, self._running, self._folder
        )
        serving.start()

    def _serve(self) -> None:
        import subprocess

        with suppress(OSError):  # once it is closed
            while True:
                connection, _ = self._listening.accept()
                with connection:
                    end = connection.fileno()
                    started = subprocess.Popen(  # noqa: S603 - no shell, and ssh by its whole path
                        self._words, stdin=end, stdout=end
                    )
                    self._running.append(started)


def _end(
    listening: socket.socket, serving: threading.Thread, running: list[Popen[bytes]], folder: str
) -> None:
    with suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    if serving.is_alive():
        serving.join(_GRACE)  # it may just be starting one more
    for each in running:
        each.kill()
        each.wait()
    shutil.rmtree(folder, ignore_errors=True)
