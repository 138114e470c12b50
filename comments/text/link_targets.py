"""The target of a link, by the WHATWG URL standard, which browsers follow."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from ada_url import URL

from comments.screening.hyperlinks import in_dns

# A page of ours or of the publication: what a browser resolves an incomplete address against.
_PAGE = "https://page.invalid/"
_ELSEWHERE = frozenset({"http:", "https:", "ftp:", "ws:", "wss:"})
_ABSOLUTE = re.compile(r"https?://[^/\\]", re.IGNORECASE)
_RECIPIENT = re.compile(r"[^@,;\s]+@([^@,;\s]+)")
_MORE_RECIPIENTS = re.compile(r"\b(?:to|cc|bcc)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """`href` is empty where the address must not become a link: readers would see another address
    than the one it opens. `domain` is as in DNS, without a leading «www.»."""

    address: str
    domain: str
    href: str


def link_target(address: str, encoded: str) -> LinkTarget | None:
    """Return where the address leads; None where it leads to no other site.

    `encoded` is the same address with its unsafe characters encoded, as Markdown writes it.
    """
    try:
        url = URL(address, base=_PAGE)
    except ValueError:
        return None
    if url.protocol == "mailto:":
        return _mailto(address, url)
    if url.protocol not in _ELSEWHERE or url.href.startswith(_PAGE):
        return None
    domain = in_dns(url.hostname)
    is_plain = _ABSOLUTE.match(address) and not url.username and not url.password
    if not is_plain:
        return LinkTarget(address, domain, "")
    # A final slash after the host makes no difference, so the address stays as people know it.
    is_same = url.href in {encoded, f"{encoded}/"}
    return LinkTarget(address, domain, encoded if is_same else url.href)


def _mailto(address: str, url: URL) -> LinkTarget | None:
    recipient = _RECIPIENT.fullmatch(unquote(url.pathname))
    domains = re.findall(r"@([^@,;&\s]+)", unquote(url.pathname + url.search))
    if not domains:
        return None
    # A link to one person says whom it writes to; copies to others would be hidden in it.
    is_plain = recipient is not None and not _MORE_RECIPIENTS.search(unquote(url.search))
    return LinkTarget(address, in_dns(domains[-1]), url.href if is_plain else "")
