"""Origins of a publication's pages: scheme, host and port, as browsers send them."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

_DEFAULT_PORTS = {"http": 80, "https": 443}


class NotAnOrigin(ValueError):
    """The message says what is wrong, for the person who typed it."""


def origin_of(text: str) -> str:
    """Return the origin as a browser writes it in `Origin`; raise `NotAnOrigin` if it is none."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
        # Browsers send the name of a domain in ASCII.
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise NotAnOrigin(_("“%(text)s” is not an address.") % {"text": text}) from error
    if parts.scheme not in _DEFAULT_PORTS or not host:
        message = _("“%(text)s” must begin with https:// and a domain, like https://example.org.")
        raise NotAnOrigin(message % {"text": text})
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        message = _("“%(text)s” must end after the domain: an origin has no path.")
        raise NotAnOrigin(message % {"text": text})
    shown = f"[{host}]" if ":" in host else host
    if port is None or port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{shown}"
    return f"{parts.scheme}://{shown}:{port}"
