from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.inputs import is_storable
from core.models import Site
from core.statements import rows

_IS_ORIGIN = "SELECT 1 FROM core_site WHERE %(origin)s::text = ANY (origins) LIMIT 1"


class NoSite(NotFound):
    code = "no_site"
    title = _("No publication is set up here yet")


def site_of_host(host: str) -> Site:
    """The publication one of whose origins has this host, or else the first one."""
    sites = list(Site.objects.all())
    if not sites:
        raise NoSite
    return next(
        (site for site in sites if host in {urlsplit(origin).netloc for origin in site.origins}),
        # An installation with one publication works under any host name, also before its origins
        # are set.
        sites[0],
    )


def is_origin(origin: str) -> bool:
    """Return whether any site has this origin."""
    return bool(rows(_IS_ORIGIN, {"origin": origin}))


def access_site(slug: str) -> Site:
    site = Site.objects.filter(slug=slug).first() if is_storable(slug) else None
    if site is None:
        raise NotFound(_("There is no such publication."))
    return site


def embed_code(site: Site, server: str) -> str:
    """Return the code that shows a discussion on a page, with a key to replace: docs/widget.md.

    `server` is the URL of this installation.
    """
    # Without the hash of the file's content, which changes with each release.
    script = f"{server.rstrip('/')}{settings.STATIC_URL}comments/widget.js"
    return (
        f'<script type="module" src="{script}"></script>\n'
        f'<otklik-comments site="{site.slug}" key="article-1"></otklik-comments>'
    )
