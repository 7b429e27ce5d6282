"""A real nginx in front of real tasks on loopback, configured as by the vendor's template."""

import http.client
import http.server
import json
import os
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import NamedTuple

import vendor_template
from support import PATIENCE, component

LOOPBACK = "127.0.0.1"


def require(*, tls=False):
    """Skip without nginx, or without what the TLS connections of the template need."""
    component("nginx", shutil.which("nginx"), "there is no nginx here")
    if tls:
        component("nginx-stream", _stream_module() is not None, "nginx has no stream module here")
        component("openssl", shutil.which("openssl"), "there is no openssl here")


@cache
def _about():
    command = [shutil.which("nginx"), "-V"]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stderr


def version():
    return tuple(map(int, re.search(r"nginx/(\d+)\.(\d+)", _about()).groups()))


def _stream_module():
    """The directive that loads the stream module; empty if it is built in, None if it is absent."""
    if re.search(r"--with-stream(\s|$)", _about()):
        return ""
    folder = re.search(r"--modules-path=(\S+)", _about())
    path = Path(folder[1] if folder else "modules") / "ngx_stream_module.so"
    return f"load_module {path};" if path.exists() else None


class Answer(NamedTuple):
    """The answer to a request; `by` is what the task that answered says of itself and of it."""

    status: int
    headers: http.client.HTTPMessage
    by: dict


class _Task(http.server.BaseHTTPRequestHandler):
    """A task of a service: says who it is, and which request has arrived."""

    protocol_version = "HTTP/1.1"

    def _answer(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        self.server.requests += 1
        said = {
            "service": self.server.service,
            "task": self.server.number,
            "method": self.command,
            "path": self.path,
            "upgrade": self.headers.get("Upgrade"),
            "body": body,
        }
        text = json.dumps(said).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = _answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_):
        """Nothing: the test counts."""


class _Tasks(http.server.ThreadingHTTPServer):
    """The server of one task, on a port of its own."""

    def __init__(self, service, number, status):
        self.service, self.number, self.status = service, number, status
        self.requests = 0
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
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Proxy:
    """A running nginx, and the tasks behind it."""

    def __init__(self, port, tls_port, tasks):
        self.port, self.tls_port, self.tasks = port, tls_port, tasks

    def get(self, host, path="/", headers=(), **options):
        return self.ask("GET", host, path, headers, **options)

    def ask(self, method, host, path="/", headers=(), *, body=None, source=LOOPBACK, port=None):
        """The answer to a request over HTTP, from a client with an address of its own."""
        connection = http.client.HTTPConnection(
            LOOPBACK, port or self.port, timeout=PATIENCE, source_address=(source, 0)
        )
        return _answer(connection, method, host, path, headers, body)

    def get_tls(self, host, path="/"):
        """The answer over TLS; OSError if nothing answers for the host."""
        connection = http.client.HTTPConnection(LOOPBACK, timeout=PATIENCE)
        connection.sock = self._tls(host)
        return _answer(connection, "GET", host, path, (), None)

    def certificate(self, host):
        """The name in the certificate that a client gets."""
        with self._tls(host) as connection:
            certificate = connection.getpeercert(binary_form=True)
        return "proxy" if b"proxy.example.com" in certificate else "container"

    def counts(self, host, requests):
        """How many of so many requests each service answers."""
        answers = Counter()
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE)
        try:
            for _ in range(requests):
                connection.request("GET", "/", headers={"Host": host})
                response = connection.getresponse()
                text = response.read()
                assert 200 == response.status, text
                answers[json.loads(text)["service"]] += 1
        finally:
            connection.close()
        return answers

    @contextmanager
    def behind_ingress(self):
        """The same proxy, reached through the routing mesh: all connections come from there."""
        with _serving(_VirtualIp([(LOOPBACK, self.port)])) as mesh:
            yield Proxy(mesh.server_address[1], None, self.tasks)

    def requests(self, service):
        """How many requests each task of a service has seen."""
        return [task.requests for task in self.tasks[service]]

    def _tls(self, host):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection((LOOPBACK, self.tls_port), timeout=PATIENCE)
        try:
            return context.wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise


def _answer(connection, method, host, path, headers, body):
    try:
        connection.request(method, path, body, {"Host": host, **dict(headers)})
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    try:
        by = json.loads(text)
    except ValueError:
        by = {}
    return Answer(response.status, response.headers, by)


def configuration(text, folder, addresses=None, places=None, *, tls=False):
    """The whole configuration for a stack; the addresses matter only if something is to answer."""
    services = vendor_template.services(text)
    places = places or vendor_template.Places(f"{LOOPBACK}:8081", f"{LOOPBACK}:8443", folder)
    addresses = addresses or {each.name: [f"{LOOPBACK}:1"] * each.tasks for each in services}
    return "\n".join(
        [
            (_stream_module() or "") if tls else "",
            # One worker, so that there is one round robin; it ends with its master.
            "daemon off; worker_processes 1; pid nginx.pid;",
            *(["user root;"] if os.geteuid() == 0 else []),  # the folder is for its owner alone
            f"error_log {folder}/error.log;",
            "events { worker_connections 256; }",
            "http { access_log off; server_names_hash_bucket_size 128;",
            *(
                f"{name}_temp_path {folder}/{name};"
                for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            ),
            vendor_template.http(services, addresses, places),
            "}",
            *(
                ["stream {", vendor_template.stream(services, addresses, places), "}"]
                if tls
                else []
            ),
            "",
        ]
    )


def verdict(folder, text, *, tls=False):
    """Whether nginx accepts the configuration for a stack, and what it says about it."""
    for each in vendor_template.services(text) if tls else ():
        _secrets(folder, each)
    return verdict_on(folder, configuration(text, folder, tls=tls))


def verdict_on(folder, configuration):
    """Whether nginx accepts a configuration, and what it says about it."""
    path = folder / "nginx.conf"
    path.write_text(configuration, encoding="utf-8")
    command = [shutil.which("nginx"), "-t", "-e", "stderr", "-p", folder, "-c", path]
    tested = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    return tested.returncode == 0, tested.stderr.decode()


@contextmanager
def running(folder, text, *, failing=(), absent=(), tls=False):
    """
    A proxy for a stack, with a real task for each task of its services.

    Those of failing services answer 503, and nothing listens for those of absent ones. The proxy
    inherits its listening sockets, as in an upgrade. So no one else can take the ports first, and
    connections wait until nginx is ready.
    """
    with ExitStack() as stack:
        tasks, addresses = {}, {}
        for service in vendor_template.services(text):
            started = _started(stack, folder, service, 503 if service.name in failing else 200)
            tasks[service.name], listed = started
            addresses[service.name] = [
                f"{LOOPBACK}:{1 if service.name in absent else server.server_address[1]}"
                for server in listed
            ]
            if tls:
                _secrets(folder, service)
        sockets = [stack.enter_context(socket.create_server((LOOPBACK, 0))) for _ in range(1 + tls)]
        ports = [each.getsockname()[1] for each in sockets]
        places = vendor_template.Places(f"{LOOPBACK}:{ports[0]}", f"{LOOPBACK}:{ports[-1]}", folder)
        path = folder / "nginx.conf"
        path.write_text(configuration(text, folder, addresses, places, tls=tls), encoding="utf-8")
        process = subprocess.Popen(
            ["nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(path)],
            stdin=subprocess.DEVNULL,
            pass_fds=[each.fileno() for each in sockets],
            env={**os.environ, "NGINX": "".join(f"{each.fileno()};" for each in sockets)},
        )
        stack.callback(_end, process)
        for each in sockets:
            each.close()  # so that a connection fails, and does not wait, if nginx has ended
        yield Proxy(ports[0], ports[-1], tasks)


def _started(stack, folder, service, status):
    """The tasks of a service, and the servers that the proxy has for it: those, or a virtual IP."""
    tasks = [_Tasks(service.name, number, status) for number in range(service.tasks)]
    for task in tasks:
        if service.is_on("ssl_passthrough"):
            task.socket = _container(folder).wrap_socket(task.socket, server_side=True)
        stack.enter_context(_serving(task))
    if tasks and service.labels.get("backend_mode") == "vip":
        addresses = [task.server_address for task in tasks]
        return tasks, [stack.enter_context(_serving(_VirtualIp(addresses)))]
    return tasks, tasks


def _end(process):
    process.terminate()
    process.wait(timeout=PATIENCE)


def _secrets(folder, service):
    """The secrets that a service names: the certificate of the proxy and its key."""
    for name, suffix in (("ssl_cert", "crt"), ("ssl_key", "key")):
        if name in service.labels:
            made = _pair(folder, "proxy") + suffix
            shutil.copyfile(made, folder / service.labels[name])


def _container(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made = _pair(folder, "container")
    context.load_cert_chain(f"{made}crt", f"{made}key")
    return context


def _pair(folder, name):
    """A certificate and its key; what their paths begin with."""
    made = f"{folder}/made-{name}."
    if not os.path.exists(f"{made}crt"):
        command = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "ec"]
        command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={name}.example.com"]
        command += ["-keyout", f"{made}key", "-out", f"{made}crt"]
        subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    return made
