"""Origins of a publication's pages: scheme, host and port, as browsers send them."""

from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

_DEFAULT_PORTS = {"http": 80, "https": 443}


class NotAnOrigin(ValueError):
    """The message says what is wrong, for the person who typed it."""


def ascii_host(parts: SplitResult) -> str:
    """Return the host as headers and certificates spell it, with the brackets of IPv6.

    Raises `UnicodeError` if it cannot be spelled so.
    """
    host = (parts.hostname or "").encode("idna").decode()
    return f"[{host}]" if ":" in host else host


def origin_of(text: str) -> str:
    """Return the origin as a browser writes it in `Origin`; raise `NotAnOrigin` if it is none."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        port, host = parts.port, ascii_host(parts)
    except (ValueError, UnicodeError) as error:
        raise NotAnOrigin(_("“%(text)s” is not an address.") % {"text": text}) from error
    if parts.scheme not in _DEFAULT_PORTS or not host:
        message = _("“%(text)s” must begin with https:// and a domain, like https://example.org.")
        raise NotAnOrigin(message % {"text": text})
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        message = _("“%(text)s” must end after the domain: an origin has no path.")
        raise NotAnOrigin(message % {"text": text})
    if port is None or port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{port}"
