"""Load the design of a template version."""

from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from certificates.models import Programme, TemplateVersion
from certificates.rendering import Design, DesignImage, ImageRole, SealArea
from core.errors import Conflict

_DESIGNS_CACHED = 32


class NoTemplate(Conflict):
    code = "no_template"
    title = _("The template of this programme has no version in use yet")


def active_version(programme: Programme) -> TemplateVersion:
    """Return the version that new documents are made with. Raises `NoTemplate`."""
    version = programme.template.active
    if version is None:
        raise NoTemplate
    return version


def design_of(version: TemplateVersion) -> Design:
    """Return the design of a version that is or was in use. It is frozen, so it can be cached."""
    # The digest is part of the key, so that a version which was a draft a moment ago is read again.
    return _cached_design(version.pk, version.digest)


@lru_cache(_DESIGNS_CACHED)
def _cached_design(version_id: int, _digest: str) -> Design:
    return read_design(TemplateVersion.objects.get(pk=version_id))


def read_design(version: TemplateVersion) -> Design:
    """Read the design from the database, without the cache. Drafts need this: they change."""
    return Design(
        source=version.source,
        is_landscape=version.is_landscape,
        seal_area=SealArea(
            version.seal_left, version.seal_top, version.seal_width, version.seal_height
        ),
        images=tuple(
            DesignImage(ImageRole(image.role), bytes(image.content), image.alt_ru, image.alt_en)
            for image in version.images.all()
        ),
    )
