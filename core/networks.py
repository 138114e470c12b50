"""IP addresses of requests: one spelling of each, and the network that limits count by."""

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

# A provider gives a household a /64 of IPv6 or more (RFC 6177), so one address of it says nothing.
IPV6_PREFIX = 64
# Some servers name the client's port, too.
_WITH_PORT = re.compile(r"(?:\[(?P<ipv6>[^\]]*:[^\]]*)\]|(?P<ipv4>[^:]*)):\d+")

# Characters of an address with its zone and a port.
_LONGEST = 100


def client_of(environ: Mapping[str, Any]) -> str | None:
    """Return the IP address that the outermost of our servers saw, from the environ of WSGI.

    None if they name none: nothing could limit such a request, so it is refused.
    """
    trusted: int = settings.TRUSTED_PROXY_COUNT
    address: str = environ.get("REMOTE_ADDR", "")
    if trusted and (forwarded := environ.get("HTTP_X_FORWARDED_FOR", "")):
        addresses = forwarded.split(",")
        address = (addresses[-trusted] or address) if len(addresses) >= trusted else ""
    return _known_ip(address) if len(address) <= _LONGEST else None


# A page asks for its pictures, and a reader comes again.
@lru_cache(maxsize=4_096)
def _known_ip(address: str) -> str | None:
    address = address.strip()
    if match := _WITH_PORT.fullmatch(address):
        address = match["ipv6"] or match["ipv4"]
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return None
    return plain_ip(address)


def plain_ip(ip: str) -> str:
    """Return the address in its usual spelling, and one of IPv4 inside IPv6 as one of IPv4.

    Any other text is returned unchanged.
    """
    try:
        parsed = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(parsed, ipaddress.IPv6Address):
        # A server that listens on IPv6 sees clients of IPv4 as ::ffff:192.0.2.1. The number leaves
        # out the zone of a link-local address, which PostgreSQL cannot read.
        return str(parsed.ipv4_mapped or ipaddress.IPv6Address(int(parsed)))
    return str(parsed)


def network_of(ip: str) -> str:
    """Return what is counted as one client: an address of IPv4, or the /64 of one of IPv6.

    Every limit by network uses this. A sanction on an address of IPv6 concerns the same /64.
    """
    ip = plain_ip(ip)
    if ":" not in ip:
        return ip
    try:
        return str(ipaddress.IPv6Network((ip, IPV6_PREFIX), strict=False))
    except ValueError:
        return ip
