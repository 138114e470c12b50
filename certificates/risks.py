"""What makes a confirmed application worth a registrar's look, in codes with sentences."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates import questions
from certificates.answers import digest
from certificates.fields import Kind
from certificates.models import Application

SENTENCES: Mapping[str, str | Promise] = {
    "slip_kept": _("The applicant left a possible slip as it is"),
    "duplicate": _("The same person and title stand on another application"),
}


_TELLING = {Kind.SURNAME, Kind.GIVEN_NAME, Kind.FULL_NAME, Kind.TITLE}


def twin_digest(application: Application) -> str:
    """Equal for two applications of one person for one work, however they were typed."""
    fields = questions.load(application.form.questions)
    return digest(
        {
            field.key: application.answers.get(field.key, "").casefold().replace("ё", "е")
            for field in fields
            if field.kind in _TELLING
        }
    )


def of_application(application: Application) -> list[str]:
    found = [
        "slip_kept" for kept in application.kept if application.answers.get(kept[0]) == kept[2]
    ]
    if Application.objects.twins_of(application).exists():
        found.append("duplicate")
    return found
