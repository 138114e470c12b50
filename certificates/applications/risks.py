"""What makes a confirmed application worth a registrar's look, in codes with sentences."""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.applications import correction_size, fit
from certificates.fields import Kind
from certificates.form import reading
from certificates.form.answers import digest
from certificates.form.kinds import spec_of
from certificates.language.lexicon import is_given_name
from certificates.models import Application, Certificate

SENTENCES: Mapping[str, str | Promise] = {
    "slip_dismissed": _("The applicant left a possible slip as it is"),
    "rare_name": _("The given name is not in the dictionary"),
    "duplicate": _("The same person and title stand on another application"),
    "large_correction": _("The correction changes more than two letters"),
    "repeated_correction": _("This certificate has been corrected before"),
    "does_not_fit": _("The text does not fit on the document even in the least size"),
}


def duplicate_key(application: Application) -> str:
    """Equal for two applications of one person for one work, however they were typed."""
    fields = application.form.fields
    return digest(
        {
            field.key: application.answers.get(field.key, "").casefold().replace("ё", "е")
            for field in fields
            if spec_of(field).identifies
        }
    )


def dismissed_slips(application: Application) -> list[list[str]]:
    """Those left on purpose that still concern what is written now."""
    return [
        [key, code, value]
        for key, code, value in application.dismissed_slips
        if application.answers.get(key) == value
    ]


_WEIGHTS = {"rare_name": 1}
_GRAVE = 2


def weight(reasons: Iterable[str]) -> int:
    """What orders the registrar's queue; only `rare_name` alone lets an application through."""
    return sum(_WEIGHTS.get(reason, _GRAVE) for reason in reasons)


def of_application(application: Application) -> list[str]:
    found = ["slip_dismissed" for _slip in dismissed_slips(application)]
    if _has_rare_name(application):
        found.append("rare_name")
    if fit.unfit(application) is not None:
        found.append("does_not_fit")
    if Application.objects.duplicates_of(application).exists():
        found.append("duplicate")
    if application.corrects is not None:
        found += _of_correction(application, application.corrects)
    return found


def _has_rare_name(application: Application) -> bool:
    fields = application.form.fields
    given_name = reading.first_of(fields, application.answers, Kind.GIVEN_NAME)
    return bool(given_name) and not all(map(is_given_name, re.split("[ -]", given_name)))


def _of_correction(application: Application, replaced: Certificate) -> Iterator[str]:
    fields = application.form.fields
    if not correction_size.is_small(fields, replaced.application.answers, application.answers):
        yield "large_correction"
    if replaced.supersedes_id is not None:
        yield "repeated_correction"
