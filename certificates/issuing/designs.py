"""The design of a version: read from the database once in the life of a process."""

from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from certificates.models import Programme, TemplateVersion
from certificates.rendering import Design, Picture, Role, SealArea
from core.errors import Conflict

_KEPT_AT_ONCE = 32


class NoTemplate(Conflict):
    code = "no_template"
    title = _("The template of this programme has no version in use yet")


def in_use(programme: Programme) -> TemplateVersion:
    """What documents are made by from now on."""
    version = programme.template.active
    if version is None:
        raise NoTemplate
    return version


def of_version(version: TemplateVersion) -> Design:
    """Of one that is or was in use: nothing in it can change any more."""
    return _read(version.pk, version.digest)


@lru_cache(_KEPT_AT_ONCE)
def _read(version_id: int, _digest: str) -> Design:
    return of_draft(TemplateVersion.objects.get(pk=version_id))


def of_draft(version: TemplateVersion) -> Design:
    """As it stands in the database now."""
    return Design(
        source=version.source,
        is_landscape=version.is_landscape,
        seal_area=SealArea(
            version.seal_left, version.seal_top, version.seal_width, version.seal_height
        ),
        pictures=tuple(
            Picture(Role(image.role), bytes(image.content), image.alt_ru, image.alt_en)
            for image in version.images.all()
        ),
    )
