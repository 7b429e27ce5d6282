"""What looks like a Docker engine, for answers that no real one gives on demand."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def answering(answers, version="1.41", tls=None, asked=("", 0, None)):
    """
    An engine that has an answer to each path: a status, what is sent as JSON, and other headers.

    `asked` is an event that is set when a path was asked for so many times.
    """
    wanted, times, event = asked
    calls = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            calls.append(path.rpartition("/")[2])
            if event is not None and calls.count(wanted) >= times:
                event.set()
            status, data, *more = 200, {"ApiVersion": version}
            if path != "/version":
                answer = answers.get(path.rpartition("/")[2], (404, {"message": "no such"}))
                status, data, *more = answer
            text = data if isinstance(data, bytes) else json.dumps(data).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **dict(*more)}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # of a client that hangs up
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
