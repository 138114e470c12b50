"""A mail server on loopback that speaks as much SMTP as an e-mail needs."""

import socketserver
from contextlib import contextmanager

from tests.support.serving import serving


class Postbox:
    """`refusal` is what every recipient is answered with, where there is one."""

    def __init__(self, port):
        self.port = port
        self.refusal = b""
        self.connections = 0
        self.messages = []


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        postbox = self.server.postbox
        postbox.connections += 1
        self._say(b"220 ready")
        while line := self.rfile.readline().rstrip(b"\r\n"):
            verb = line[:4].upper()
            if verb == b"RCPT" and postbox.refusal:
                self._say(postbox.refusal)
            elif verb == b"DATA":
                self._say(b"354 go on")
                message = self._email()
                if message is None:
                    return
                postbox.messages.append(message)
                self._say(b"250 taken")
            else:
                self._say(b"221 bye" if verb == b"QUIT" else b"250 ok")

    def _email(self):
        """Return the e-mail, or None if its sender was cut off before the end."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line)
        return b"".join(lines).decode()

    def _say(self, line):
        self.wfile.write(line + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_):
        """Stay silent: the sender may have been killed."""


@contextmanager
def running_smtp(port=0):
    server = _Server(("127.0.0.1", port), _Handler)
    server.postbox = Postbox(server.server_address[1])
    with serving(server):
        yield server.postbox
