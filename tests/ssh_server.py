"""A real SSH server on loopback, for this user alone, with keys and settings of its own."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from support import PATIENCE, component

HOST = "engine.example"
"""The name of the server in the settings of the client."""


class Server(NamedTuple):
    """A server with the folder of its settings, its process, and where it listens."""

    folder: Path
    process: subprocess.Popen
    port: int

    @property
    def host(self):
        """As Docker writes it."""
        return f"ssh://{getpass.getuser()}@{HOST}:{self.port}"

    @property
    def connections(self):
        """How many there are: each is a process of the server."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return len(Path(path).read_text(encoding="utf-8").split())


def require():
    present = all(map(shutil.which, ("ssh", "ssh-keygen", "unshare"))) and _program()
    component(
        "sshd", present and os.geteuid() == 0, "there is no sshd here, or no root to start it"
    )


def _program():
    """The server, by its whole path, as it needs to be started."""
    return shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def serving(folder, environment):
    """
    A server until the end of the block; what it runs gets these variables.

    `folder/bin/ssh` is the client, with what a user has in `~/.ssh`.
    """
    require()
    folder = Path(folder)
    for name in ("server", "client"):
        new = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name)
        subprocess.run(new, check=True, timeout=PATIENCE)
    public = {name: (folder / f"{name}.pub").read_text("utf-8") for name in ("server", "client")}
    (folder / "bin").mkdir()
    files = {
        "authorized_keys": public["client"],
        "known_hosts": f"{HOST} {public['server']}",
        "ssh_config": _client_settings(folder),
        "bin/ssh": f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/ssh_config "$@"\n',
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "bin" / "ssh").chmod(0o755)
    server = None
    while server is None:
        server = _started(folder, environment)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait(timeout=PATIENCE)


def _started(folder, environment):
    """A server on a port that is free; None if another program was faster to use that."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(_settings(folder, port, environment), encoding="utf-8")
    # It wants a folder of the system, which is there only once a service was started.
    start = 'mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"'
    server = (_program(), "-D", "-e", "-f", folder / "sshd_config")
    words = ("unshare", "--mount", "sh", "-c", start, "sh", *server)
    path = folder / "log"
    with path.open("wb") as log:
        process = subprocess.Popen(words, cwd=folder, stderr=log, stdin=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    while f"Server listening on 127.0.0.1 port {port}." not in (said := path.read_text("utf-8")):
        if process.poll() is not None:
            assert "Address already in use" in said, said
            return None
        assert time.monotonic() < end
        time.sleep(0.05)
    return Server(folder, process, port)


def _settings(folder, port, environment):
    # The profile of the user who runs the tests is not part of them.
    known = {"HOME": folder, **environment}
    variables = " ".join(f"{name}={value}" for name, value in known.items())
    return f"""\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/server
AuthorizedKeysFile {folder}/authorized_keys
AllowUsers {getpass.getuser()}
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PidFile none
SetEnv {variables}
"""


def _client_settings(folder):
    return f"""\
Host {HOST}
    HostName 127.0.0.1
    HostKeyAlias {HOST}
    IdentityFile {folder}/client
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile {folder}/known_hosts
    GlobalKnownHostsFile none
"""
