"""A real nginx in front of real backends on loopback: which share of the requests each one gets."""

import http.client
import http.server
import os
import shutil
import socket
import socketserver
import subprocess
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from itertools import count

from support import PATIENCE, component

LOOPBACK = "127.0.0.1"


def require():
    component("nginx", shutil.which("nginx"), "there is no nginx here")


class _Task(http.server.BaseHTTPRequestHandler):
    """A task of a service: answers with the name of the service."""

    def do_GET(self):
        body = self.server.service.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing: the test counts."""


class _Tasks(http.server.ThreadingHTTPServer):
    """The server of one task, on a port of its own."""

    def __init__(self, service):
        self.service = service
        super().__init__((LOOPBACK, 0), _Task)


class _Connection(socketserver.BaseRequestHandler):
    """A connection to a virtual IP: goes to the next task, whichever that is."""

    def handle(self):
        with socket.create_connection(self.server.next_task()) as task:
            back = threading.Thread(target=_pass_on, args=(task, self.request))
            back.start()
            _pass_on(self.request, task)
            back.join()


def _pass_on(source, target):
    """All that comes from a socket, to another one; then its end."""
    with suppress(OSError):  # the other side may have had enough
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _VirtualIp(socketserver.ThreadingTCPServer):
    """Stands for a virtual IP: each connection goes to the next task, as with IPVS."""

    def __init__(self, tasks):
        self.tasks = tasks
        self._numbers = count()
        super().__init__((LOOPBACK, 0), _Connection)

    def next_task(self):
        return self.tasks[next(self._numbers) % len(self.tasks)]


@contextmanager
def _serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def configuration(routes, addresses, port):
    """
    The configuration of nginx for routes: one upstream each, with one line for each server.

    `addresses` are the tasks of each service, and its virtual IP, by name. What a service has in an
    upstream follows from its mode here, and from nothing that the program has worked out.
    """
    upstreams, servers = [], []
    for number, route in enumerate(routes):
        lines = []
        for backend in route.backends:
            tasks, virtual_ip = addresses[backend.name]
            listed = tasks if backend.mode == "task" else tasks and [virtual_ip]
            lines += [f"server {host}:{port};" for host, port in listed]
        upstreams.append(f"upstream route{number} {{ {' '.join(lines)} }}")
        default = "" if route.hosts else " default_server"
        names = " ".join(map(str, route.hosts)) or "_"
        servers.append(
            f"server {{ listen {LOOPBACK}:{port}{default}; server_name {names};"
            f" location / {{ proxy_pass http://route{number}; }} }}"
        )
    return "\n".join(
        [
            # One worker, so that there is one round robin; it ends with its master.
            "daemon off; worker_processes 1; pid nginx.pid;",
            *(["user root;"] if os.geteuid() == 0 else []),  # the folder is for its owner alone
            "error_log error.log;",
            "events { worker_connections 256; }",
            "http {",
            "access_log off;",
            *(
                f"{name}_temp_path {name};"
                for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            ),
            *upstreams,
            *servers,
            "}",
            "",
        ]
    )


@contextmanager
def _nginx(folder, configure):
    """
    Nginx on a port of its own, with the configuration for that port.

    It inherits the listening socket, as in an upgrade. So no one else can take the port first, and
    connections wait until nginx is ready.
    """
    with socket.create_server((LOOPBACK, 0)) as listening:
        port = listening.getsockname()[1]
        path = folder / "nginx.conf"
        path.write_text(configure(port), encoding="utf-8")
        process = subprocess.Popen(
            ["nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(path)],
            stdin=subprocess.DEVNULL,
            pass_fds=[listening.fileno()],
            env={**os.environ, "NGINX": f"{listening.fileno()};"},
        )
    try:
        yield port
    except OSError as error:
        raise AssertionError((folder / "error.log").read_text(encoding="utf-8")) from error
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@contextmanager
def _tasks(names):
    """The addresses of the tasks and of the virtual IP of services, by name."""
    with ExitStack() as stack:
        addresses = {}
        for name, tasks in names.items():
            own = [stack.enter_context(_serving(_Tasks(name))) for _ in range(tasks)]
            addresses[name] = (own, stack.enter_context(_serving(_VirtualIp(own))))
        yield addresses


def measured(folder, routes, requests):
    """For each host, how many of so many requests each service answers."""
    names = {backend.name: backend.tasks for route in routes for backend in route.backends}
    hosts = [str(host) for route in routes for host in route.hosts]
    if not all(route.hosts for route in routes):
        hosts.append("elsewhere.example.com")
    with (
        _tasks(names) as addresses,
        _nginx(folder, lambda port: configuration(routes, addresses, port)) as port,
    ):
        return {host: _answers(port, host, requests) for host in hosts}


def _answers(port, host, requests):
    answers = Counter()
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        for _ in range(requests):
            connection.request("GET", "/", headers={"Host": host})
            response = connection.getresponse()
            text = response.read().decode()
            assert 200 == response.status, text
            answers[text] += 1
    finally:
        connection.close()
    return answers
