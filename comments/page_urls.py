"""URLs of the publication's pages: which belong to a site, and when two mean the same page."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.models import Site

# Added by linking sites for tracking; they do not affect the page.
_TRACKING = ("utm_", "yclid", "gclid", "fbclid", "ysclid", "from", "erid")


_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class CommentedPage:
    """The publication's title and URL of a thread's page."""

    title: str
    url: str


def is_key(key: str) -> bool:
    """Return whether the text is a valid thread key: no NUL, which PostgreSQL cannot store."""
    return "\x00" not in key and len(key) <= _LONGEST_KEY


def belongs_to(site: Site, url: str) -> bool:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" in site.origins


def canonical(url: str) -> str:
    """Normalise a page URL: scheme, www, trailing slash, tracking parameters, fragment."""
    parts = urlsplit(url)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(_TRACKING)
    ]
    host = parts.netloc.lower().removeprefix("www.")
    # The same parameters in another order are the same page.
    tail = f"?{urlencode(sorted(query))}" if query else ""
    return f"{host}{parts.path.rstrip('/')}{tail}"


def url_at_comment(url: str, comment_id: int) -> str:
    """Return the URL of a page, opened at one comment."""
    parts = urlsplit(url)
    query = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "comment"
    ]
    query.append(("comment", str(comment_id)))
    return urlunsplit(parts._replace(query=urlencode(query), fragment=f"comment-{comment_id}"))
