"""What a registrar calls each kind of question."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.fields import Kind

KIND_LABELS: Mapping[str, str | Promise] = {
    Kind.SURNAME.value: _("surname"),
    Kind.GIVEN_NAME.value: _("given name"),
    Kind.PATRONYMIC.value: _("patronymic"),
    Kind.FULL_NAME.value: _("full name in one line"),
    Kind.LATIN_NAME.value: _("name in Latin letters"),
    Kind.DATIVE_NAME.value: _("name in the dative"),
    Kind.POSITION.value: _("position"),
    Kind.INSTITUTION.value: _("institution"),
    Kind.TOWN.value: _("town"),
    Kind.REGION.value: _("region"),
    Kind.DEGREE.value: _("academic degree"),
    Kind.TITLE.value: _("title of a work or an event"),
    Kind.URL.value: _("link"),
    Kind.EMAIL.value: _("e-mail address"),
    Kind.DATE.value: _("date"),
    Kind.NUMBER.value: _("numeric answer"),
    Kind.CHOICE.value: _("one of several answers"),
    Kind.TEXT.value: _("text"),
    Kind.CONSENT.value: _("consent"),
    Kind.FILE.value: _("file: PDF, JPEG or PNG"),
    Kind.CO_AUTHORS.value: _("co-authors, one a line, each with a certificate"),
}
