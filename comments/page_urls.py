"""URLs of the publication's pages: which belong to a site, and when two mean the same page."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, unquote_plus, urlencode, urlsplit, urlunsplit

from core.inputs import is_storable
from core.models import Site

# Added by mailings, advertisements and social networks for tracking; they do not affect the page.
_CAMPAIGN = "utm_"
_CLICK_IDS = frozenset(
    {
        *("yclid", "ysclid", "ymclid", "_openstat", "etext", "erid", "rb_clickid"),
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "srsltid", "_gl", "_ga"),
        *("fbclid", "igsh", "igshid", "msclkid", "twclid", "ttclid", "li_fat_id"),
        *("mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "vero_id", "oly_enc_id"),
    }
)
# Mostly tracking, yet some pages need it: left out of comparisons, kept in stored URLs.
_ORIGIN = "from"

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class CommentedPage:
    """The title and URL of a thread's page: the publication's, unless a program claims them."""

    title: str
    url: str
    is_claimed: bool = False


def is_key(key: str) -> bool:
    """Return whether the text is a valid thread key."""
    return len(key) <= _LONGEST_KEY and is_storable(key)


def key_in_path(part: str) -> str:
    """Return the key of a thread that a path names: after "~" it is percent-encoded once more.

    So every key has a path: with slashes and full stops as parts of the key, which browsers and
    proxies would resolve, and with "comments" or "viewer" at its end.
    """
    return unquote(part[1:]) if part.startswith("~") else part


def belongs_to(site: Site, url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return False
    return f"{parts.scheme}://{parts.netloc}" in site.origins


def canonical(url: str) -> str:
    """Normalise a page URL: scheme, www, trailing slash, tracking parameters, fragment.

    A text that is no URL, such as the key of a thread, is returned unchanged.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return url
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _is_tracking(name) and not name.lower().startswith(_ORIGIN)
    ]
    host = parts.netloc.lower().removeprefix("www.")
    # The same parameters in another order are the same page.
    tail = f"?{urlencode(sorted(query))}" if query else ""
    return f"{host}{parts.path.rstrip('/')}{tail}"


def without_tracking(url: str) -> str:
    """Return the URL without parameters that only tell where a reader came from."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return url
    # Split by hand, so that the other parameters keep their spelling.
    pairs = parts.query.split("&")
    remaining = [pair for pair in pairs if not _is_tracking(unquote_plus(pair.partition("=")[0]))]
    return url if remaining == pairs else urlunsplit(parts._replace(query="&".join(remaining)))


def thread_url(url: str) -> str:
    """Return the URL that a thread keeps: without tracking parameters and fragment."""
    return without_tracking(url).partition("#")[0]


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name.startswith(_CAMPAIGN) or name in _CLICK_IDS


def url_at_comment(url: str, comment_id: int) -> str:
    """Return the URL of a page, opened at one comment."""
    parts = urlsplit(url)
    query = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "comment"
    ]
    query.append(("comment", str(comment_id)))
    return urlunsplit(parts._replace(query=urlencode(query), fragment=f"comment-{comment_id}"))
