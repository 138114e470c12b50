"""Find a thread by its key, with one short query: every request needs it.

The site and its settings change seldom and are long to read, so each process caches them for as
long as their rows stay the same.
"""

from functools import lru_cache

from comments.models import Thread
from comments.page_urls import is_key
from core.models import Site
from core.statements import rows

_FIELDS = [field.attname for field in Thread._meta.concrete_fields]
# ctid and xmin change with every update of a row, so they serve as its version.
_KEYED = f"""
    SELECT s.id,
           concat(s.ctid, s.xmin, c.ctid, c.xmin),
           {", ".join(f"t.{name}" for name in _FIELDS)}
      FROM comments_thread t
      JOIN core_site s ON s.id = t.site_id
      LEFT JOIN comments_commentsettings c ON c.site_id = s.id
     WHERE s.slug = %(site)s AND t.key = %(key)s
"""  # noqa: S608 — the names are our own columns


def thread_keyed(site_slug: str, key: str) -> Thread | None:
    if not is_key(key):
        return None
    for site_id, version, *values in rows(_KEYED, {"site": site_slug, "key": key}):
        thread = Thread.from_db("default", _FIELDS, values)
        thread.site = _site(site_id, version)
        return thread
    return None


@lru_cache(maxsize=256)
def _site(site_id: int, _version: str) -> Site:
    # It is read after its version. A change in between is cached under the old version and shown a
    # moment early; an old row is never cached under a new version.
    return Site.objects.select_related("comment_settings").get(pk=site_id)
