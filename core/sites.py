from urllib.parse import urlsplit

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
