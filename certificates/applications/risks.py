"""Risks: reasons for a registrar to look at a confirmed application before it is approved."""

import re
from collections.abc import Iterable, Iterator

from certificates.applications import correction_size, fit
from certificates.fields import FieldKind
from certificates.form import reading
from certificates.form.answers import digest
from certificates.form.kinds import spec_of
from certificates.language.lexicon import is_given_name
from certificates.models import Application, Certificate
from certificates.states import RISK_WEIGHTS, Risk


def duplicate_key(application: Application) -> str:
    """Return a digest that is equal for two applications of one person for one work.

    Capitals and «ё» do not count: they are typed in many ways.
    """
    return digest(
        {
            field.key: application.answers.get(field.key, "").casefold().replace("ё", "е")
            for field in application.form.fields
            if spec_of(field).identifies
        }
    )


def dismissed_slips(application: Application) -> list[list[str]]:
    """Return the dismissed slips of answers that are still the same."""
    return [
        [key, code, value]
        for key, code, value in application.dismissed_slips
        if application.answers.get(key) == value
    ]


def weight(risks: Iterable[str]) -> int:
    """Return the weight by which the registrar's queue is ordered."""
    return sum(RISK_WEIGHTS[Risk(risk)] for risk in risks)


def of_application(application: Application) -> list[str]:
    """Return the risks; each dismissed slip is one, so that several weigh more than one."""
    risks = [Risk.SLIP_DISMISSED for _slip in dismissed_slips(application)]
    if _has_rare_name(application):
        risks.append(Risk.RARE_NAME)
    if fit.unfit(application) is not None:
        risks.append(Risk.DOES_NOT_FIT)
    if Application.objects.duplicates_of(application).exists():
        risks.append(Risk.DUPLICATE)
    if application.corrects is not None:
        risks += _of_correction(application, application.corrects)
    return [risk.value for risk in risks]


def _has_rare_name(application: Application) -> bool:
    given_name = reading.first_of(
        application.form.fields, application.answers, FieldKind.GIVEN_NAME
    )
    # Each part is looked up: the dictionary has «Анна» and «Мария» but not «Анна-Мария».
    return bool(given_name) and not all(map(is_given_name, re.split("[ -]", given_name)))


def _of_correction(application: Application, replaced: Certificate) -> Iterator[Risk]:
    before, after = replaced.application.answers, application.answers
    if not correction_size.is_small(application.form.fields, before, after):
        yield Risk.LARGE_CORRECTION
    if replaced.supersedes_id is not None:
        yield Risk.REPEATED_CORRECTION
