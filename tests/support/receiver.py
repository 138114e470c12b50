"""A receiver as a publication would run it: a real HTTP server on loopback."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.serving import serving


class Receiver:
    """Answers with `status`; with `hang`, only after that event is set."""

    def __init__(self, url):
        self.url = url
        self.status = 200
        self.answer = b"ok"
        self.headers = {}
        self.hang = None
        self.taken = []


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.taken.append((dict(self.headers), body))
        if receiver.hang:
            receiver.hang.wait(20)
        self.send_response(receiver.status)
        for name, value in receiver.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(receiver.answer)

    def log_message(self, *_):
        pass


@contextmanager
def running_receiver(tls=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    # The client may have been killed.
    server.handle_error = lambda *_: None
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    server.receiver = Receiver(f"{scheme}://127.0.0.1:{server.server_port}/hook?from=otklik")
    with serving(server):
        yield server.receiver
