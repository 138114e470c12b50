"""The network between our processes and a server: a TCP proxy that can cut it and heal it."""

import asyncio
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

_HOST = "127.0.0.1"
_AT_ONCE = 64 * 1024
# Closing such a socket sends RST at once.
_NO_LINGER = struct.pack("ii", 1, 0)


class Cut(Enum):
    """How a network fails. A silent one passes on after the healing what it was given, as TCP does
    that repeats what was not acknowledged."""

    REFUSED = auto()
    RESET = auto()
    SILENT = auto()


@dataclass(frozen=True, slots=True)
class Server:
    """The server that a proxy leads to: a TCP port, or the Unix socket at `path`."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def of(cls, url):
        address = urlsplit(url)
        default = 5432 if address.scheme.startswith("postgres") else 6379
        port = address.port or default
        if folder := parse_qs(address.query).get("host"):
            return cls(path=f"{folder[0]}/.s.PGSQL.{port}")
        return cls(host=address.hostname, port=port)

    async def connect(self):
        if self.path:
            return await asyncio.open_unix_connection(self.path)
        return await asyncio.open_connection(self.host, self.port)


class Link:
    """One proxy. Its port stays the same while it is cut."""

    def __init__(self, server):
        self._server = server
        self._is_refusing = False
        self._is_resetting = False
        self._connections = set()
        # Bound and never listening, so that no other program gets the port while it is refused.
        self._reserved = _bound(0)
        self.port = self._reserved.getsockname()[1]
        self._listener = None
        self._loop = asyncio.new_event_loop()
        self._passes = asyncio.Event()
        self._passes.set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._call(self._listen())

    def url(self, url):
        """Return the URL of the server as one that leads through this proxy."""
        address = urlsplit(url)
        user = ""
        if address.username is not None:
            password = "" if address.password is None else f":{quote(address.password)}"
            user = f"{quote(address.username)}{password}@"
        return urlunsplit(address._replace(netloc=f"{user}{_HOST}:{self.port}", query=""))

    def cut(self, how):
        self._call(self._cut(how))

    def heal(self):
        self._call(self._heal())

    def close(self):
        self._call(self._cut(Cut.REFUSED))
        self._reserved.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, coroutine):
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _listen(self):
        listening = _bound(self.port)
        self._listener = await asyncio.start_server(self._serve, sock=listening)

    async def _cut(self, how):
        if how is Cut.SILENT:
            self._passes.clear()
            return
        self._is_resetting = how is Cut.RESET
        if how is Cut.REFUSED and self._listener:
            self._listener.close()
            self._listener = None
        for connection in list(self._connections):
            connection.cancel()
        if self._connections:
            await asyncio.wait(self._connections)

    async def _heal(self):
        self._is_resetting = False
        self._passes.set()
        if not self._listener:
            await self._listen()

    async def _serve(self, reader, writer):
        connection = asyncio.current_task()
        self._connections.add(connection)
        try:
            if self._is_resetting:
                return
            await self._passes.wait()
            with suppress(OSError):
                await self._carry(reader, writer)
        except asyncio.CancelledError:
            pass  # cut
        finally:
            self._connections.discard(connection)
            _reset(writer)

    async def _carry(self, reader, writer):
        server_reader, server_writer = await self._server.connect()
        ways = [
            asyncio.ensure_future(self._pump(reader, server_writer)),
            asyncio.ensure_future(self._pump(server_reader, writer)),
        ]
        try:
            await asyncio.gather(*ways)
        finally:
            for way in ways:
                way.cancel()
            server_writer.transport.abort()

    async def _pump(self, reader, writer):
        while data := await reader.read(_AT_ONCE):
            await self._passes.wait()
            writer.write(data)
            await writer.drain()
        await self._passes.wait()
        writer.write_eof()


def _bound(port):
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((_HOST, port))
    return bound


def _reset(writer):
    peer = writer.get_extra_info("socket")
    with suppress(OSError):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()


@contextmanager
def linked(url):
    """Run a proxy in front of the server at `url`."""
    link = Link(Server.of(url))
    try:
        yield link
    finally:
        link.close()
