"""Requests to addresses that a person has typed: never to a machine inside, never for long.

The host is resolved once, every address it has must be public, and the connection is made to the
address that was looked at: a name that answers otherwise the next moment gains nothing.
"""

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry, Timeout
from urllib3 import exceptions as urllib3_exceptions
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError, SSLError
from urllib3.response import BaseHTTPResponse

from core.errors import StrOrPromise
from core.origins import ascii_host

EXCERPT = 2_000
_PORTS = {"https": 443, "http": 80}
_FIRST_UNPRIVILEGED_PORT = 1024
# The one NAT64 prefix that everybody shares (RFC 6052). A local one (RFC 8215) is not reachable
# from outside, and its length is unknown, so the IPv4 address inside cannot be read.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# All that IANA has given out for the public internet. Outside of it lie further spellings of IPv4
# addresses: ::127.0.0.1 and ::ffff:0:127.0.0.1.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Failure(TextChoices):
    FORBIDDEN = "forbidden", _("the address leads to a machine that may not be reached")
    UNKNOWN_HOST = "unknown_host", _("there is no such host")
    TIMEOUT = "timeout", _("no answer in time")
    TLS = "tls", _("no secure connection: the certificate does not fit")
    CONNECTION = "connection", _("no connection")


class Unreachable(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class RemoteResponse:
    """`body` is the beginning of it, up to the bytes that were asked for; the names of `headers`
    are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def is_success(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def fault(url: str) -> StrOrPromise | None:
    """Return what is wrong with a URL before its host is resolved, or None."""
    try:
        parts = urlsplit(url)
        _port(parts)
    except ValueError:
        return _("This is not an address.")
    # A user name can make a URL look like another host's: https://example.org@10.0.0.1/.
    if not parts.hostname or parts.username is not None:
        return _("This is not an address.")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.OUTGOING_TO_LOOPBACK):
        return _("The address must begin with https://.")
    if not _may_use(_port(parts)):
        return _("Use port 443 or a port above 1023.")
    literal = _literal(parts.hostname)
    if literal is not None and not _may_reach(literal):
        return _("This address leads to a machine that may not be reached.")
    return None


def post(
    url: str, *, body: bytes, headers: Mapping[str, str], seconds: float, most: int = EXCERPT
) -> RemoteResponse:
    """Post `body` and return the answer. Redirects are not followed. Raises `Unreachable`."""
    if fault(url):
        raise Unreachable(Failure.FORBIDDEN)
    parts = _in_ascii(urlsplit(url))
    # Resolved once and connected to by IP address: a second look-up could answer with a private
    # address (DNS rebinding).
    address = _resolved(parts)[0]
    deadline = monotonic() + seconds
    with _pool(parts, address, seconds) as pool:
        try:
            response = pool.urlopen(
                "POST",
                parts._replace(scheme="", netloc="", fragment="").geturl(),
                body=body,
                headers={**headers, "Host": parts.netloc},
                # A redirect could lead from a public host to a private address, past the checks.
                redirect=False,
                retries=Retry(0, redirect=False, raise_on_redirect=False),
                # The body is read piece by piece below, so that a huge or endless one cannot fill
                # the memory.
                preload_content=False,
            )
        except HTTPError as error:
            raise Unreachable(_failure(error)) from error
        response_headers = {name.lower(): value for name, value in response.headers.items()}
        return RemoteResponse(
            response.status, _beginning(response, most, deadline), response_headers
        )


def _in_ascii(parts: SplitResult) -> SplitResult:
    """Spell the host as requests and certificates do: a header holds no Cyrillic letter."""
    try:
        host = ascii_host(parts)
    except UnicodeError as error:
        raise Unreachable(Failure.UNKNOWN_HOST) from error
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=host + port, path=parts.path or "/")


def _pool(parts: SplitResult, address: IPAddress, seconds: float) -> HTTPConnectionPool:
    timeout = Timeout(total=seconds)
    if parts.scheme == "http":
        return HTTPConnectionPool(str(address), _port(parts), timeout=timeout)
    return HTTPSConnectionPool(
        str(address),
        _port(parts),
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        # The connection goes to an address; the certificate must be the name's.
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)


def _may_use(port: int) -> bool:
    """Return whether a port may be a web server's; those of mail, SSH and the like may not."""
    is_web = port == _PORTS["https"] or port >= _FIRST_UNPRIVILEGED_PORT
    return is_web or bool(settings.OUTGOING_TO_LOOPBACK)


def _beginning(response: BaseHTTPResponse, most: int, deadline: float) -> bytes:
    """The status is the answer; a body that never comes does not make it another one."""
    read = b""
    try:
        # urllib3's timeout counts from byte to byte; a receiver that sends one byte a second would
        # hold the worker for as long as it likes.
        while len(read) < most and monotonic() < deadline:
            chunk = response.read1(most - len(read))
            if not chunk:
                break
            read += chunk
    except HTTPError:
        return read
    finally:
        response.close()
    return read


def _resolved(parts: SplitResult) -> Sequence[IPAddress]:
    try:
        infos = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(Failure.UNKNOWN_HOST) from error
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in infos]
    # One private address among several is enough to refuse: the name server decides their order.
    if not all(map(_may_reach, addresses)):
        raise Unreachable(Failure.FORBIDDEN)
    # Plain http is permitted for this machine only (OUTGOING_TO_LOOPBACK); it would show the signed
    # payload to the network.
    if parts.scheme == "http" and not all(address.is_loopback for address in addresses):
        raise Unreachable(Failure.FORBIDDEN)
    return addresses


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _may_reach(address: IPAddress) -> bool:
    inner = _carried(address)
    if inner is not None:
        return _may_reach(inner)
    if address.is_loopback:
        return bool(settings.OUTGOING_TO_LOOPBACK)
    if address.version == 6 and address not in _GLOBAL_UNICAST:  # noqa: PLR2004 - IPv6
        return False
    # `is_global` is true for some multicast ranges.
    return address.is_global and not address.is_multicast


def _carried(address: IPAddress) -> IPAddress | None:
    """Return the IPv4 address embedded in an IPv6 address, or None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _failure(error: HTTPError) -> Failure:
    reason = error.reason if isinstance(error, MaxRetryError) else error
    # A refused connection counts as a timeout to urllib3.
    if isinstance(reason, NewConnectionError):
        return Failure.CONNECTION
    if isinstance(reason, urllib3_exceptions.TimeoutError):
        return Failure.TIMEOUT
    return Failure.TLS if isinstance(reason, SSLError) else Failure.CONNECTION
